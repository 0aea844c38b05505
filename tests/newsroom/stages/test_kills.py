"""What must go, goes: from every partner that ever had it, first, for good, and on record."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import feedparser
import orjson
import pytest

from newsroom.config import (
    Feed,
    House,
    Licence,
    Limits,
    Partner,
    Product,
    Rights,
    RightsProfile,
    Wire,
    load,
)
from newsroom.config.house import Kills
from newsroom.fetch.outline import Deletion
from newsroom.match.fingerprint import fingerprint
from newsroom.stages import Newsroom, now
from newsroom.stages import kills as kills_stage
from newsroom.stages.deliver import deliver_to, partners_to_reach, withdraw_from_all
from newsroom.stages.identity import adopt_known
from newsroom.stages.kills import (
    confirm_kill,
    dismiss_kill,
    kill_deleted,
    kill_gone,
    kill_marked,
    kill_read,
    kill_story,
    kill_times,
    lift_story,
    waiting_kills,
)
from newsroom.stages.life import held_stories, life_of, release_story
from newsroom.stages.review import still_waits, waiting_stories
from newsroom.stages.why import why
from newsroom.stages.work import Assignment, Reading
from newsroom.store.catalogue import Catalogue
from newsroom.store.kills import file_lift
from newsroom.store.reindex import reindex
from newsroom.store.revisions import Draft, file_stories, file_verdicts
from newsroom.story import Finding, Item, Story, Verdict, digest, paragraph, story_uri

WIRE = Wire(
    id="sample",
    provider="Sample Newsource",
    feeds=(Feed(id="all", url="https://a.example/"),),
    rights=Rights(profile="sample"),
)
CONTRACT = RightsProfile(id="sample", title="Sample contract", grants={"all": Limits()})
LICENCES = (Licence(profile="sample"),)


@dataclass
class Desk:
    """Stories of one wire, and partners that take them, over a real bucket."""

    room: Newsroom
    began: Any = field(default_factory=now)
    filed: int = 0

    def uri(self, identity: str) -> str:
        return story_uri("sample", identity)

    def story(self, identity: str = "1", **fields: Any) -> Story:
        self.filed += 1
        plain: dict[str, Any] = {
            "wire": "sample",
            "wire_id": identity,
            "provider": "Sample Newsource",
            "headline": f"Council votes on {identity}",
            "blocks": (paragraph(f"Text {self.filed}."),),
            "language": "en",
            "firstcreated": self.began,
            "versioncreated": self.began + timedelta(seconds=self.filed),
        }
        return Story(**{"uri": self.uri(identity)} | plain | fields)

    def file(self, story: Story, *, passed: bool = True) -> Story:
        draft = Draft(story, ("raw/x",), digest(f"sample\n{story.wire_id}")[:32], story.content_hash)
        room = self.room
        (where,) = file_stories(room.bucket, room.catalogue, [draft], reader="test", run=None, now=now())
        reason = "" if passed else "byline: nothing found"
        finding = Finding(rule="byline", field="byline", severity="critical", passed=passed, reason=reason)
        verdict = Verdict(
            uri=where.uri, n=where.n, scope="wire:sample", ruleset="r", checked_at=now(), findings=(finding,)
        )
        file_verdicts(room.bucket, room.catalogue, [verdict], "sample")
        return story

    def read(self, story: Story, proof: str = "p") -> Reading:
        return Reading(assignment=Assignment(item=self.item(story.wire_id or "", proof=proof)), story=story)

    def item(self, identity: str, title: str | None = None, *, proof: str = "p", **fields: Any) -> Item:
        key = digest(f"sample\n{identity}")[:32]
        return Item(
            key=key, wire="sample", feed="all", digest=digest(proof), raw_key="raw/x", guid=identity,
            title=title, **fields,
        )  # fmt: skip

    def deliver(self) -> None:
        for partner in self.room.configuration.partners.values():
            if partner.enabled:
                deliver_to(self.room, partner.id)

    def take_down(self) -> list[str]:
        """What the takedown's DAG does."""
        reached = partners_to_reach(self.room)
        done = withdraw_from_all(self.room, reached)
        assert [(each["partner"], each["error"]) for each in done] == [(each, None) for each in reached]
        return reached

    def change(self, partner_id: str, **fields: Any) -> None:
        partners = dict(self.room.configuration.partners)
        partners[partner_id] = partners[partner_id].model_copy(update=fields)
        self.configure(partners=partners)

    def configure(self, **fields: Any) -> None:
        self.room = replace(self.room, configuration=replace(self.room.configuration, **fields))

    def rss(self, partner: str = "krdo") -> list[str]:
        return [e.id for e in feedparser.parse(self.room.bucket.get(f"partners/{partner}/rss.xml")).entries]

    def ninjs(self, partner: str = "krdo") -> dict[str, dict[str, Any]]:
        document = orjson.loads(self.room.bucket.get(f"partners/{partner}/ninjs.json"))
        return {item["uri"]: item for item in document.get("associations", [])}

    def public(self) -> bytes:
        """All that partners can read."""
        keys = list(self.room.bucket.keys("partners/"))
        return b"\n".join(self.room.bucket.get_many(keys).values())


@pytest.fixture
def desk(bucket, catalogue) -> Desk:
    partners = {
        id_: Partner(id=id_, name=id_.upper(), product=Product(newest=10), licences=LICENCES)
        for id_ in ("krdo", "kvia")
    }
    house = House(name="Front Range Desk", contact="desk@a.example", kills=Kills(at_once=2))
    configuration = replace(
        load(), house=house, wires={"sample": WIRE}, partners=partners, rights={"sample": CONTRACT}
    )
    return Desk(Newsroom(configuration, bucket, catalogue))


@pytest.fixture
def delivered(desk) -> Desk:
    """A desk whose partners have two stories."""
    desk.file(desk.story("1"))
    desk.file(desk.story("2"))
    desk.deliver()
    return desk


def test_an_editors_kill_reaches_everyone_and_is_told_as_each_format_can(delivered):
    uri, other = delivered.uri("1"), delivered.uri("2")
    kill_story(delivered.room, uri[9:17], by="ed", reason="a name that must not be told")
    assert delivered.take_down() == ["krdo", "kvia"]
    for partner in ("krdo", "kvia"):
        assert delivered.rss(partner) == [other]
        gone = delivered.ninjs(partner)[uri]
        assert (gone["pubStatus"], gone["edNote"], gone["version"]) == ("canceled", "kill: remove", "2")
        assert {"headlines", "bodies", "slugline"}.isdisjoint(gone)
    assert b"must not be told" not in delivered.public()
    assert b"Council votes on 1" not in delivered.public()
    assert delivered.take_down() == []


def test_the_tombstone_lies_in_the_bucket_before_anyone_is_reached(delivered):
    uri = delivered.uri("1")
    kill_story(delivered.room, uri, by="ed", reason="libel")
    assert len(list(delivered.room.bucket.keys(f"kills/{uri[9:]}/"))) == 1
    assert list(delivered.room.bucket.keys("killed/")) == []
    assert uri in delivered.rss()


def test_copies_that_a_kill_leaves_are_told_and_left(desk, caplog):
    text = "".join(
        f"The harbour board of Port Ellis voted on its light number {n}, again. " for n in range(9)
    )
    stories = {each: desk.file(desk.story(each, blocks=(paragraph(text),))) for each in ("1", "2", "3")}
    prints = {(each.uri, 1): fingerprint(each) for each in stories.values()}
    desk.room.catalogue.add_fingerprints(prints, desk.room.house.duplicates.window)
    desk.deliver()
    assert desk.rss() == [desk.uri("1")]
    kill_gone(desk.room, WIRE, [desk.item("2")])
    left = {desk.uri("1"): ["krdo", "kvia"], desk.uri("3"): []}
    assert (kill_times(desk.room, 1)[0]["copies"], desk.take_down()) == (left, [])
    (said,) = [each.getMessage() for each in caplog.records if "copies" in each.getMessage()]
    assert f"copies of {desk.uri('2')} are not killed" in said
    assert f"{desk.uri('1')}: in the feed of krdo, kvia" in said
    assert f"{desk.uri('3')}: in no feed; waits for a release" in said
    kill_story(desk.room, desk.uri("1"), by="ed", reason="libel")
    assert [row["copies"] for row in kill_times(desk.room, 2)] == [{desk.uri("3"): []}] * 2
    desk.take_down()
    desk.deliver()
    assert desk.rss() == []
    answer = why(desk.room, desk.uri("3"), "krdo")
    (blocking,) = [each for each in answer["rules"] if not each["passes"]]
    assert (answer["gets_it"], blocking["rule"]) == (False, "killed_copy")
    assert f"`newsroom release {desk.uri('3')}` lets it go out" in blocking["reason"]
    release_story(desk.room, desk.uri("3"), by="ed", reason="ours is right")
    desk.deliver()
    assert desk.rss() == [desk.uri("3")]
    with pytest.raises(LookupError, match="is not held"):
        release_story(desk.room, desk.uri("3"), by="ed", reason="again")


def test_the_time_to_each_partner_is_recorded_and_rebuilt(delivered, tmp_path):
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    (before,) = kill_times(delivered.room, 10)
    assert before["seconds"] == {"krdo": None, "kvia": None}
    delivered.take_down()
    (after,) = kill_times(delivered.room, 10)
    assert all(0 <= took < 60 for took in after["seconds"].values())
    anew = Catalogue.open(f"sqlite:///{tmp_path / 'anew.db'}")
    counts = reindex(delivered.room.bucket, anew)
    assert (counts["kills"], counts["kill_receipts"], counts["broken"]) == (1, 2, 0)
    rebuilt = replace(delivered.room, catalogue=anew)
    assert kill_times(rebuilt, 10) == kill_times(delivered.room, 10)
    assert partners_to_reach(rebuilt) == []
    anew.close()


@pytest.mark.parametrize("change", [{"enabled": False}, {"product": Product(wires=("other",))}])
def test_a_partner_that_is_paused_or_takes_it_no_more_is_reached(delivered, change):
    delivered.change("kvia", **change)
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    assert delivered.take_down() == ["krdo", "kvia"]
    assert delivered.rss("kvia") == [delivered.uri("2")]


def test_a_partner_whose_file_is_gone_is_reached(delivered):
    partners = dict(delivered.room.configuration.partners)
    del partners["kvia"]
    delivered.configure(partners=partners)
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    assert delivered.take_down() == ["krdo", "kvia"]
    assert delivered.rss("kvia") == []  # Nobody can say on what terms it had the other story.


def test_a_document_of_a_format_that_was_given_up_is_cleared_too(delivered):
    delivered.change("kvia", formats=("rss",))
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    delivered.take_down()
    assert delivered.ninjs("kvia")[delivered.uri("1")]["pubStatus"] == "canceled"


def test_a_takedown_brings_a_paused_partner_nothing_new(delivered):
    delivered.change("kvia", enabled=False)
    delivered.file(delivered.story("2", headline="An update"))
    delivered.file(delivered.story("3"))
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    delivered.take_down()
    assert delivered.rss("kvia") == [delivered.uri("2")]
    assert b"An update" not in delivered.room.bucket.get("partners/kvia/rss.xml")


def test_a_partner_that_had_it_once_is_told_though_its_feed_holds_it_no_more(desk):
    desk.change("krdo", product=Product(newest=1))
    desk.file(desk.story("1"))
    desk.deliver()
    desk.file(desk.story("2"))
    desk.deliver()
    assert desk.rss() == [desk.uri("2")]
    kill_story(desk.room, desk.uri("1"), by="ed", reason="libel")
    assert desk.take_down() == ["krdo", "kvia"]
    assert desk.ninjs()[desk.uri("1")]["pubStatus"] == "canceled"


def test_no_repeat_of_the_chain_goes_out_again_older_or_newer(delivered):
    uri = delivered.uri("1")
    kill_story(delivered.room, uri, by="ed", reason="libel")
    delivered.take_down()
    delivered.file(delivered.story("1", headline="Again, newer"))
    old = delivered.began - timedelta(hours=1)
    delivered.file(delivered.story("1", headline="Again, older", versioncreated=old))
    delivered.deliver()
    assert uri not in delivered.rss()
    assert b"Again" not in delivered.public()


def test_what_comes_after_a_kill_waits_for_nobody_is_told_beside_it_and_no_release_helps(delivered):
    uri = delivered.uri("1")
    kill_story(delivered.room, uri, by="ed", reason="libel")
    assert kill_times(delivered.room, 1)[0]["sent_since"] is None
    delivered.file(delivered.story("1", headline="Again"), passed=False)
    assert held_stories(delivered.room, None, 10) == []
    assert waiting_stories(delivered.room, None, 10) == []
    assert delivered.room.catalogue.story_counts()[WIRE.id]["held"] == 0
    assert still_waits(delivered.room, uri, 2) == "it was killed by ed"
    answer = why(delivered.room, uri, "krdo")
    (kept,) = [each["reason"] for each in answer["rules"] if each["rule"] == "kill"]
    assert "libel" in kept
    assert "newsroom lift" in kept
    assert "revision 2, " in kill_times(delivered.room, 1)[0]["sent_since"]
    with pytest.raises(LookupError, match="only `newsroom lift` brings it back"):
        release_story(delivered.room, uri, by="ed", reason="please")


def test_a_lift_lets_wait_what_the_checks_held_meanwhile(delivered):
    uri = delivered.uri("1")
    kill_story(delivered.room, uri, by="ed", reason="libel")
    delivered.file(delivered.story("1", headline="Again"), passed=False)
    lift_story(delivered.room, uri, by="chief", reason="settled")
    assert [row["uri"] for row in held_stories(delivered.room, None, 10)] == [uri]
    assert still_waits(delivered.room, uri, 2) is None
    assert kill_times(delivered.room, 1)[0]["sent_since"] is None


def test_a_lift_by_name_brings_it_back_in_a_higher_version(delivered):
    uri = delivered.uri("1")
    kill_story(delivered.room, uri, by="ed", reason="libel")
    delivered.take_down()
    assert why(delivered.room, uri, "krdo")["gets_it"] is False
    lift_story(delivered.room, uri, by="chief", reason="settled")
    delivered.deliver()
    item = delivered.ninjs()[uri]
    assert (item["pubStatus"], item["version"]) == ("usable", "3")
    assert [each["act"] for each in life_of(delivered.room, uri)["kills"]] == ["kill (editor)", "lift"]
    with pytest.raises(LookupError, match="no kill stands"):
        lift_story(delivered.room, uri, by="chief", reason="again")


def test_a_kill_and_a_lift_want_a_reason(delivered):
    with pytest.raises(LookupError, match="reason: saw nothing"):
        kill_story(delivered.room, delivered.uri("1"), by="ed", reason=" ")
    kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
    with pytest.raises(LookupError, match="reason: saw nothing"):
        lift_story(delivered.room, delivered.uri("1"), by="ed", reason="")
    with pytest.raises(LookupError, match="killed already"):
        kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")


class TestKillsBesideEachOther:
    """An editor's kill and the wire's own of the same story, each of which stands until its own lift."""

    DELETED = Deletion("1", "2026-11-20T12:00:00Z")

    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
    def new_catalogue(self, request, tmp_path):
        """Opens empty catalogues of each kind."""
        opened: list[Catalogue] = []

        def make() -> Catalogue:
            lite = f"sqlite:///{tmp_path}/{len(opened)}.db"
            url = lite if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
            opened.append(Catalogue.open(url))
            return opened[-1]

        yield make
        for each in opened:
            each.close()

    @pytest.fixture
    def catalogue(self, new_catalogue) -> Catalogue:
        return new_catalogue()

    @pytest.fixture
    def both(self, delivered) -> Desk:
        """The editor's kill has taken effect when the wire's comes."""
        kill_story(delivered.room, delivered.uri("1"), by="ed", reason="libel")
        delivered.take_down()
        assert kill_deleted(delivered.room, WIRE, [self.DELETED]) == 1
        return delivered

    def ids(self, desk: Desk) -> dict[str, str]:
        """By who told it, the id of each kill that stands."""
        return {row["source"]: row["id"] for row in kill_times(desk.room, 10) if row["stands"]}

    def gone(self, desk: Desk) -> None:
        desk.take_down()
        desk.deliver()
        assert desk.rss() == [desk.uri("2")]
        assert desk.ninjs()[desk.uri("1")]["pubStatus"] == "canceled"

    @pytest.mark.parametrize("first", ["editor", "deleted"])
    def test_lifting_one_leaves_the_other(self, both, first):
        uri, ids = both.uri("1"), self.ids(both)
        assert ids.keys() == {"editor", "deleted"}
        done = lift_story(both.room, uri, by="chief", reason="settled", kill=ids[first])
        (other,) = ids.keys() - {first}
        assert (done["lifted"], done["standing"]) == ([ids[first]], [ids[other]])
        self.gone(both)
        assert self.ids(both) == {other: ids[other]}
        assert kill_deleted(both.room, WIRE, [self.DELETED]) == 0
        with pytest.raises(LookupError, match="kill: saw"):
            lift_story(both.room, uri, by="chief", reason="again", kill=ids[first])
        lift_story(both.room, uri, by="chief", reason="settled, too")
        both.deliver()
        assert uri in both.rss()
        assert both.ninjs()[uri]["pubStatus"] == "usable"

    def test_who_lifts_is_asked_which(self, both):
        uri, ids = both.uri("1"), self.ids(both)
        with pytest.raises(LookupError, match="2 kills stand; wanted the id of the one to lift") as refused:
            lift_story(both.room, uri, by="ed", reason="settled")
        for told in (*ids.values(), "libel", "by Sample Newsource (deleted)"):
            assert told in str(refused.value)
        self.gone(both)
        lift_story(both.room, uri, by="ed", reason="settled", kill="all")
        both.deliver()
        assert uri in both.rss()

    def test_both_are_told_and_how_fast_each_was(self, both):
        self.gone(both)
        wires, editors = kill_times(both.room, 10)
        assert (wires["by"], editors["by"]) == ("Sample Newsource", "ed")
        assert all(each["stands"] and each["seconds"].keys() == {"krdo", "kvia"} for each in (wires, editors))
        assert all(took >= 0 for each in (wires, editors) for took in each["seconds"].values())
        lift_story(both.room, both.uri("1"), by="ed", reason="settled", kill=editors["id"])
        acts = life_of(both.room, both.uri("1"))["kills"]
        assert [(each["act"], each["kill"], each["stands"]) for each in acts] == [
            ("kill (editor)", [editors["id"]], False),
            ("kill (deleted)", [wires["id"]], True),
            ("lift", [editors["id"]], None),
        ]

    def test_a_rebuilt_catalogue_knows_both(self, both, new_catalogue):
        lift_story(both.room, both.uri("1"), by="ed", reason="settled", kill=self.ids(both)["editor"])
        self.gone(both)
        anew = new_catalogue()
        reindex(both.room.bucket, anew)
        rebuilt = replace(both, room=replace(both.room, catalogue=anew))
        assert kill_times(rebuilt.room, 10) == kill_times(both.room, 10)
        assert life_of(rebuilt.room, both.uri("1"))["kills"] == life_of(both.room, both.uri("1"))["kills"]
        self.gone(rebuilt)

    def test_an_editors_kill_stands_beside_the_wires_too(self, delivered):
        uri = delivered.uri("1")
        kill_deleted(delivered.room, WIRE, [self.DELETED])
        kill_story(delivered.room, uri, by="ed", reason="libel")
        lift_story(delivered.room, uri, by="ed", reason="a mistake", kill=self.ids(delivered)["deleted"])
        self.gone(delivered)

    def test_a_canceled_version_is_rejected_only_when_no_kill_is_left(self, delivered):
        uri = delivered.uri("1")
        kill_story(delivered.room, uri, by="ed", reason="libel")
        canceled = delivered.story("1", pubstatus="canceled", headline="Kill text")
        assert kill_read(delivered.room, WIRE, [delivered.read(canceled)]) == 1
        delivered.file(canceled, passed=False)
        ids = self.ids(delivered)
        lift_story(delivered.room, uri, by="ed", reason="settled", kill=ids["editor"])
        assert delivered.room.catalogue.decisions(uri) == []
        self.gone(delivered)
        lift_story(delivered.room, uri, by="ed", reason="the wire took it back", kill=ids["pubstatus"])
        delivered.deliver()
        assert uri in delivered.rss()

    def test_many_of_what_is_dead_already_ask_nobody(self, desk):
        for identity in "123":
            desk.file(desk.story(identity))
        desk.deliver()
        for identity in "123":
            kill_story(desk.room, desk.uri(identity), by="ed", reason="libel")
        deletions = [Deletion(identity, "2026-11-20T12:00:00Z") for identity in "123"]
        assert kill_deleted(desk.room, WIRE, deletions) == 3
        assert waiting_kills(desk.room) == []

    def test_the_wires_kill_that_is_filed_while_the_lift_is_made_stands(self, delivered, monkeypatch):
        uri = delivered.uri("1")
        kill_story(delivered.room, uri, by="ed", reason="libel")
        with monkeypatch.context() as patch:
            filed = file_lift

            def late(*args):
                kill_deleted(delivered.room, WIRE, [self.DELETED])
                filed(*args)

            patch.setattr(kills_stage, "file_lift", late)
            lift_story(delivered.room, uri, by="ed", reason="settled")
        self.gone(delivered)


class TestIdsUsedAgain:
    """A feed that used one id for several stories, and then withdraws what has it."""

    def file(self, desk: Desk, count: int) -> list[str]:
        """Stories under the id `slot`, each at an address of its own; their uris, the first one first."""
        urls = [f"https://a.example/{at}" for at in range(count)]
        uris = [desk.uri("slot"), *(desk.uri(f"slot\n{url}") for url in urls[1:])]
        for uri, url in zip(uris, urls, strict=True):
            desk.file(desk.story("slot", uri=uri, url=url, headline=f"News at {url}"))
        desk.deliver()
        return uris

    def shown(self, desk: Desk) -> set[str]:
        desk.take_down()
        return set(desk.rss())

    @pytest.mark.slow
    @pytest.mark.parametrize("mark", [False, True])
    def test_the_id_alone_kills_every_story_that_had_it(self, desk, mark):
        desk.configure(house=House(name="Desk", contact="desk@a.example", kills=Kills(at_once=5)))
        uris = self.file(desk, 4)
        desk.file(desk.story("other"))
        desk.deliver()
        if mark:
            assert kill_marked(desk.room, WIRE, [desk.item("slot", "KILL - News")]) == 4
        else:
            assert kill_deleted(desk.room, WIRE, [Deletion("slot", "2026-11-20T12:00:00Z")]) == 4
        assert self.shown(desk) == {desk.uri("other")}
        lift_story(desk.room, uris[2], by="ed", reason="it is another story")
        desk.deliver()
        assert set(desk.rss()) == {desk.uri("other"), uris[2]}
        standing = desk.room.catalogue.standing_kills(uris)
        assert {"it names 4 stories: all are killed" in kill.reason for kill in standing.values()} == {True}

    def test_of_more_than_may_go_at_once_a_person_gets_the_list(self, desk):
        uris = self.file(desk, 3)
        notice = desk.item("slot", "KILL - News")
        assert [kill_marked(desk.room, WIRE, [notice]) for _ in range(2)] == [0, 0]
        assert self.shown(desk) == set(uris)
        (waiting,) = waiting_kills(desk.room)
        assert set(waiting["stories"]) == set(uris)
        assert waiting["reason"].startswith("3 stories that had its id; more than 2")
        confirm_kill(desk.room, waiting["id"], by="ed")
        assert self.shown(desk) == set()

    def test_an_address_tells_which_of_them_is_meant(self, desk):
        uris = self.file(desk, 3)
        for at in (0, 2):
            item = desk.item("slot", "KILL - News", proof=f"{at}", url=f"https://a.example/{at}?utm_source=x")
            assert kill_marked(desk.room, WIRE, [item]) == 1
        assert self.shown(desk) == {uris[1]}

    @pytest.mark.parametrize("pubstatus", ["canceled", "withheld"])
    def test_what_is_read_as_withdrawn_kills_by_its_address_or_all(self, desk, pubstatus):
        desk.configure(house=House(name="Desk", contact="desk@a.example", kills=Kills(at_once=5)))
        uris = self.file(desk, 3)
        there = desk.story("slot", url="https://a.example/1", pubstatus=pubstatus, headline="Gone")
        (meant,) = adopt_known(desk.room, WIRE.id, [desk.read(there, "1")])
        assert meant.story.uri == uris[1]
        assert kill_read(desk.room, WIRE, [meant]) == 1
        assert self.shown(desk) == {uris[0], uris[2]}
        nowhere = desk.story("slot", pubstatus=pubstatus, headline="Gone")
        assert kill_read(desk.room, WIRE, adopt_known(desk.room, WIRE.id, [desk.read(nowhere, "2")])) == 3
        assert self.shown(desk) == set()


class TestDeletions:
    def test_a_deletion_kills_by_the_wires_own_id(self, delivered):
        assert kill_deleted(delivered.room, WIRE, [Deletion("1", "2026-11-20T12:00:00Z")]) == 1
        delivered.take_down()
        assert delivered.rss() == [delivered.uri("2")]

    def test_one_that_stays_in_its_feed_kills_once_and_undoes_no_lift(self, delivered):
        deletion = Deletion("1", "2026-11-20T12:00:00Z")
        assert [kill_deleted(delivered.room, WIRE, [deletion]) for _ in range(2)] == [1, 0]
        lift_story(delivered.room, delivered.uri("1"), by="ed", reason="a mistake of the wire")
        assert kill_deleted(delivered.room, WIRE, [deletion]) == 0
        assert delivered.room.catalogue.standing_kills([delivered.uri("1")]) == {}
        assert kill_deleted(delivered.room, WIRE, [Deletion("1", "2026-11-21T12:00:00Z")]) == 1

    def test_a_kill_before_its_story_keeps_it_from_ever_going_out(self, desk):
        assert kill_deleted(desk.room, WIRE, [Deletion("9", "2026-11-20T12:00:00Z")]) == 1
        desk.file(desk.story("9"))
        desk.deliver()
        assert desk.rss() == []
        assert desk.uri("9").encode() not in desk.public()
        assert held_stories(desk.room, None, 10) == []
        (row,) = kill_times(desk.room, 10)
        assert row["source"] == "deleted"
        assert "revision 1, " in row["sent_since"]

    def test_too_many_at_once_wait_for_a_person_and_withdraw_nothing(self, desk):
        for identity in "123":
            desk.file(desk.story(identity))
        desk.deliver()
        deletions = [Deletion(identity, "2026-11-20T12:00:00Z") for identity in ("1", "2", "3", "unknown")]
        assert kill_deleted(desk.room, WIRE, deletions) == 1  # of the one that we don't have
        assert len(desk.rss()) == 3
        (waiting,) = waiting_kills(desk.room)
        assert set(waiting["stories"]) == {desk.uri(each) for each in "123"}
        assert "3 stories at once" in waiting["reason"]
        assert kill_deleted(desk.room, WIRE, deletions) == 0
        assert len(waiting_kills(desk.room)) == 1
        confirm_kill(desk.room, waiting["id"][:8], by="ed")
        desk.take_down()
        assert desk.rss() == []
        assert waiting_kills(desk.room) == []

    def test_what_was_dismissed_is_not_asked_again(self, desk):
        for identity in "123":
            desk.file(desk.story(identity))
        deletions = [Deletion(identity, "2026-11-20T12:00:00Z") for identity in "123"]
        kill_deleted(desk.room, WIRE, deletions)
        (waiting,) = waiting_kills(desk.room)
        dismiss_kill(desk.room, waiting["id"], by="ed")
        assert kill_deleted(desk.room, WIRE, deletions) == 0
        assert waiting_kills(desk.room) == []
        assert desk.room.catalogue.standing_kills([desk.uri(each) for each in "123"]) == {}

    def test_the_limit_itself_is_not_too_many(self, delivered):
        deletions = [Deletion(identity, "2026-11-20T12:00:00Z") for identity in "12"]
        assert kill_deleted(delivered.room, WIRE, deletions) == 2


class TestMarks:
    def test_a_marked_title_of_a_known_story_kills_it_at_the_poll(self, delivered):
        items = [delivered.item("1", "KILL — Council votes on 1"), delivered.item("2", "Council votes on 2")]
        assert kill_marked(delivered.room, WIRE, items) == 1
        delivered.take_down()
        assert delivered.rss() == [delivered.uri("2")]

    def test_a_notice_without_an_id_waits_and_suggests_by_headline(self, delivered):
        notice = delivered.item("notice-7", "KILL — council votes on 1", proof="n")
        kill_marked(delivered.room, WIRE, [notice])
        assert delivered.uri("1") in delivered.rss()
        (waiting,) = waiting_kills(delivered.room)
        assert waiting["stories"] == [delivered.uri("1")]
        kill_marked(delivered.room, WIRE, [notice])
        assert len(waiting_kills(delivered.room)) == 1
        confirm_kill(delivered.room, waiting["id"], by="ed")
        delivered.take_down()
        assert delivered.rss() == [delivered.uri("2")]

    def test_it_suggests_by_slug(self, desk):
        desk.file(desk.story("1", slugline="BC-US--Harbor-Ferry, 1st Ld-Writethru"))
        notice = desk.item(
            "notice", "BULLETIN KILL - Kill notice", proof="n",
            summary_html="Please kill the story Harbor-Ferry, V9991. A kill is mandatory.",
        )  # fmt: skip
        kill_marked(desk.room, WIRE, [notice])
        (waiting,) = waiting_kills(desk.room)
        assert waiting["stories"] == [desk.uri("1")]

    def test_one_that_names_nobody_wants_the_story_named(self, delivered):
        kill_marked(delivered.room, WIRE, [delivered.item("notice", "KILL - something else", proof="n")])
        (waiting,) = waiting_kills(delivered.room)
        assert waiting["stories"] == []
        with pytest.raises(LookupError, match="wanted the uri of the story to kill"):
            confirm_kill(delivered.room, waiting["id"], by="ed")
        confirm_kill(delivered.room, waiting["id"], by="ed", uris=[delivered.uri("2")])
        delivered.take_down()
        assert delivered.rss() == [delivered.uri("1")]

    def test_the_notice_itself_is_never_published(self, delivered):
        notice = delivered.item("notice", "KILL - Council votes on 1", proof="n")
        kill_marked(delivered.room, WIRE, [notice])
        delivered.file(delivered.story("notice", headline="Kill notice text"))
        delivered.deliver()
        assert b"Kill notice text" not in delivered.public()


class TestReadings:
    def test_a_canceled_story_is_killed_before_it_is_checked(self, delivered):
        canceled = delivered.story("1", pubstatus="canceled", headline="Kill text")
        assert kill_read(delivered.room, WIRE, [delivered.read(canceled)]) == 1
        delivered.take_down()
        assert delivered.rss() == [delivered.uri("2")]
        delivered.file(canceled, passed=False)
        delivered.deliver()
        assert b"Kill text" not in delivered.public()

    def test_after_a_lift_the_last_good_version_stands_again(self, delivered):
        canceled = delivered.story("1", pubstatus="canceled", headline="Kill text")
        kill_read(delivered.room, WIRE, [delivered.read(canceled)])
        delivered.file(canceled, passed=False)
        delivered.take_down()
        lift_story(delivered.room, delivered.uri("1"), by="ed", reason="the wire took it back")
        delivered.deliver()
        assert delivered.uri("1") in delivered.rss()
        assert b"Kill text" not in delivered.public()

    def test_withheld_before_it_was_ever_sent_waits_for_the_wire(self, desk):
        withheld = desk.story("1", pubstatus="withheld")
        assert kill_read(desk.room, WIRE, [desk.read(withheld)]) == 0
        desk.file(withheld)
        assert [row["uri"] for row in held_stories(desk.room, None, 10)] == [desk.uri("1")]
        desk.file(desk.story("1"))
        desk.deliver()
        assert desk.rss() == [desk.uri("1")]

    def test_withheld_after_it_was_sent_is_a_kill(self, delivered):
        withheld = delivered.story("1", pubstatus="withheld")
        assert kill_read(delivered.room, WIRE, [delivered.read(withheld)]) == 1
        delivered.file(withheld)
        delivered.take_down()
        delivered.file(delivered.story("1"))
        delivered.deliver()
        assert delivered.rss() == [delivered.uri("2")]

    def test_a_released_story_that_the_wire_withheld_goes_out_as_usable(self, desk):
        desk.file(desk.story("1", pubstatus="withheld"))
        release_story(desk.room, desk.uri("1"), by="ed", reason="the wire confirmed by phone")
        desk.deliver()
        assert desk.ninjs()[desk.uri("1")]["pubStatus"] == "usable"


def test_a_page_that_is_gone_kills_only_a_story_of_ours(delivered):
    assert kill_gone(delivered.room, WIRE, [delivered.item("1"), delivered.item("unknown")]) == 1
    delivered.take_down()
    assert delivered.rss() == [delivered.uri("2")]


def test_a_kill_while_the_story_waits_keeps_its_body_in(desk):
    desk.file(desk.story("1"))
    kill_story(desk.room, desk.uri("1"), by="ed", reason="libel")
    assert desk.take_down() == []
    desk.deliver()
    assert desk.rss() == []
    assert desk.uri("1").encode() not in desk.public()
