"""One tick of delivery against a real S3 server: what is written, when, and what is on record of it."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import orjson
import pytest

from newsroom.config import Licence, Limits, Term
from newsroom.deliver.choice import choose
from newsroom.store import keys
from newsroom.store.bucket import Bucket, Conflict
from newsroom.store.catalogue import Catalogue, Decision
from newsroom.store.revisions import file_decision
from newsroom.story import Media, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RSS, NINJS = "partners/krdo/rss.xml", "partners/krdo/ninjs.json"


def test_both_formats_say_the_same_and_are_served_right(feeds):
    feeds.file(feeds.story("1", headline="One"), feeds.story("2", headline="Two"))
    done = feeds.tick()
    assert (done.written, done.stories, done.new) == (("rss", "ninjs"), 2, 2)
    ninjs = orjson.loads(feeds.bucket.get(NINJS))
    assert {item["name"] for item in ninjs["associations"]} == set(feeds.titles()) == {"One", "Two"}
    head = feeds.bucket.client.head_object(Bucket=feeds.bucket.name, Key=RSS)
    assert head["ContentType"] == "application/rss+xml; charset=utf-8"
    assert head["CacheControl"] == "public, max-age=90"


def test_what_did_not_change_is_not_written(feeds):
    feeds.file(feeds.story())
    feeds.tick()
    before = {key: feeds.bucket.stat(key) for key in feeds.bucket.keys("")}
    done = feeds.tick()
    assert (done.written, done.new) == ((), 0)
    assert {key: feeds.bucket.stat(key) for key in feeds.bucket.keys("")} == before


def test_a_page_leaves_the_news_sitemap_two_days_after_its_story_though_nothing_else_happens(feeds):
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss", "news_sitemap")})
    feeds.file(feeds.story(headline="One", url="https://wire.example/1"))
    feeds.tick()
    sitemap = "partners/krdo/news-sitemap.xml"
    assert b"https://wire.example/1" in feeds.bucket.get(sitemap)
    feeds.now = NOON - timedelta(hours=2) + timedelta(days=2, minutes=-6)
    assert feeds.tick().written == ()
    assert feeds.tick().written == ("news_sitemap",)
    assert b"https://wire.example/1" not in feeds.bucket.get(sitemap)
    assert feeds.titles() == ["One"]
    assert feeds.tick().written == ()


def test_on_new_years_eve_a_credit_line_has_the_year_by_the_contracts_clock(feeds):
    feeds.contract(timezone="America/Denver", attribution="{year} {provider}")
    feeds.now = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    feeds.file(feeds.story(firstcreated=feeds.now, versioncreated=None))
    feeds.tick()
    (entry,) = feedparser.parse(feeds.bucket.get(RSS)).entries
    assert "<p>2026 Sample Newsource</p>" in entry.content[0].value


def test_an_update_replaces_and_the_ledger_says_so(feeds):
    feeds.file(feeds.story(headline="Before"))
    feeds.tick()
    feeds.file(feeds.story(headline="After", versioncreated=NOON - timedelta(minutes=1)))
    feeds.tick()
    assert feeds.titles() == ["After"]
    first, second = feeds.ledgers()
    assert [(each.n,) for each in first.entered] == [(1,)]
    assert [(each.n,) for each in second.entered] == [(2,)]
    assert [(each.n, each.reason) for each in second.left] == [(1, "superseded")]
    assert first.at < second.at
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story().uri, 2)}


def test_an_update_that_is_held_leaves_the_version_that_passed(feeds):
    feeds.file(feeds.story(headline="Before"))
    feeds.tick()
    feeds.file(feeds.story(headline="After", versioncreated=NOON - timedelta(minutes=1)), passed=False)
    done = feeds.tick()
    assert done.written == ()
    assert feeds.titles() == ["Before"]


def test_a_withdrawn_story_leaves_though_its_checks_fail(feeds):
    feeds.file(feeds.story("1", headline="Stays"), feeds.story("2", headline="Killed"))
    feeds.tick()
    killed = feeds.story(
        "2", headline="Killed", pubstatus="canceled", versioncreated=NOON - timedelta(minutes=1)
    )
    feeds.file(killed, passed=False)
    done = feeds.tick()
    assert feeds.titles() == ["Stays"]
    assert done.left_out["pubstatus"] == 1
    assert [each.reason for each in feeds.ledgers()[-1].left] == ["pubstatus"]


def test_an_embargo_ends_by_the_clock(feeds):
    feeds.file(feeds.story(embargoed=NOON + timedelta(minutes=7)))
    assert feeds.tick().stories == 0
    assert feeds.tick().stories == 1


def test_the_newest_revision_extends_an_embargo_though_it_is_held(feeds):
    feeds.file(feeds.story(embargoed=NOON + timedelta(minutes=7)))
    later = feeds.story(
        embargoed=NOON + timedelta(minutes=17), headline="", versioncreated=NOON - timedelta(minutes=1)
    )
    feeds.file(later, passed=False)
    assert [feeds.tick().stories for _ in range(4)] == [0, 0, 0, 1]


def test_an_older_revision_never_follows_a_newer_one(feeds):
    """What the partner has is judged anew and fails: the story leaves, its last version stays away."""
    feeds.file(feeds.story(headline="Before"))
    feeds.tick()
    after = feeds.story(headline="After", versioncreated=NOON - timedelta(minutes=1))
    feeds.file(after)
    feeds.tick()
    feeds.now += timedelta(minutes=1)
    feeds.file(after, passed=False)
    assert feeds.catalogue.standing(after.uri) == 1
    done = feeds.tick()
    assert feeds.titles() == []
    assert done.left_out["order"] == 1
    assert [(each.n, each.reason) for each in feeds.ledgers()[-1].left] == [(2, "order")]


def test_a_held_story_is_not_delivered(feeds):
    feeds.file(feeds.story("1", headline="Passed"))
    feeds.file(feeds.story("2", headline="Held"), passed=False)
    feeds.tick()
    assert feeds.titles() == ["Passed"]


def test_a_broken_story_costs_the_feed_nothing(feeds):
    feeds.file(feeds.story("1", headline="Fine"), feeds.story("2", headline=""))
    done = feeds.tick()
    assert feeds.titles() == ["Fine"]
    assert done.left_out["broken"] == 1


def test_the_newest_n_are_in_the_feed(feeds):
    feeds.file(
        *(
            feeds.story(str(n), headline=f"Story {n}", versioncreated=NOON - timedelta(minutes=90 - n))
            for n in range(13)
        )
    )
    done = feeds.tick()
    assert feeds.titles() == [f"Story {n}" for n in range(12, 2, -1)]
    assert done.left_out["older"] == 3


def test_a_partners_own_rule_holds_a_story_from_it_alone(feeds):
    rules = feeds.configuration.rules["krdo"]
    feeds.partner = feeds.partner.model_copy(update={"checks": rules.id})
    words = "word " * 60
    feeds.file(
        feeds.story("1", headline="Long", blocks=(paragraph(words),)), feeds.story("2", headline="Short")
    )
    done = feeds.tick()
    assert feeds.titles() == ["Long"]
    assert done.left_out["partner_check"] == 1
    scopes = {verdict.scope for verdict in feeds.catalogue.verdicts(feeds.story("2").uri)}
    assert scopes == {"wire:sample", "partner:krdo"}


@pytest.mark.parametrize("stays", [True, False])
def test_a_catalogue_from_a_backup_lets_out_no_story_killed_since(feeds, tmp_path, stays):
    feeds.file(feeds.story("1", headline="Killed later"), feeds.story("2", headline="Right"))
    if stays:
        feeds.tick()
    backup = sqlite3.connect(tmp_path / "backup.db")
    with closing(sqlite3.connect(feeds.catalogue.engine.url.database)) as now, closing(backup):
        now.backup(backup)
    feeds.kill("1")
    feeds.tick()
    assert feeds.titles() == ["Right"]
    with closing(Catalogue.open(f"sqlite:///{tmp_path / 'backup.db'}")) as restored:
        assert restored.standing_kills([feeds.story("1").uri]) == {}
        feeds.tick(catalogue=restored)
        assert feeds.titles() == ["Right"]
        assert restored.standing_kills([feeds.story("1").uri]) != {}


def crash_before_the_rows(feeds, monkeypatch):
    """A tick that ends right after it has written the documents."""

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "add_deliveries", crash)
        with pytest.raises(KeyboardInterrupt):
            feeds.tick()


def test_a_crash_after_the_document_is_made_good(feeds, monkeypatch):
    feeds.file(feeds.story())
    crash_before_the_rows(feeds, monkeypatch)
    assert feeds.catalogue.in_feed("krdo") == set()
    assert feeds.titles() == ["Council votes on the reservoir"]
    entered = feeds.ledgers()[0].at
    feeds.tick()
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story().uri, 1)}
    (row,) = feeds.catalogue.deliveries(partner="krdo")
    assert row.entered_at == entered
    assert len(feeds.ledgers()) == 1


def test_of_two_ticks_at_once_the_later_look_wins(feeds):
    """Another tick writes between this one's look and its write: this one starts again."""
    feeds.file(feeds.story("1", headline="One"))

    def another_tick():
        feeds.file(feeds.story("2", headline="Two"))
        feeds.tick()

    done = feeds.tick(bucket=Between(feeds.bucket, another_tick))
    assert sorted(feeds.titles()) == ["One", "Two"]
    assert done.stories == 2
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story("1").uri, 1), (feeds.story("2").uri, 1)}
    entered = [each.uri for ledger in feeds.ledgers() for each in ledger.entered]
    assert sorted(entered) == sorted([feeds.story("1").uri, feeds.story("2").uri])


def test_of_two_ticks_that_do_the_same_at_one_moment_neither_takes_the_others_ledger(feeds):
    feeds.file(feeds.story())

    def the_same():
        feeds.now -= timedelta(minutes=5)
        feeds.tick()

    feeds.tick(bucket=Between(feeds.bucket, the_same))
    (ledger,) = feeds.ledgers()
    assert feeds.bucket.get(feeds.bucket.stat(RSS).metadata["ledger"]) == ledger.to_json()
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story().uri, 1)}


def test_ledgers_rise_in_time_though_a_document_was_written_without_one(feeds):
    """The bucket's clock says nothing of ours, and knows whole seconds."""
    feeds.now += timedelta(days=36_500)
    feeds.file(feeds.story("1"), feeds.story("2"))
    feeds.tick()
    feeds.contract(attribution="Via {provider}")
    assert feeds.tick().written == ("rss", "ninjs")
    feeds.kill("1")
    feeds.now -= timedelta(minutes=20)  # a round that began before, and comes to the partner late
    feeds.tick()
    first, second = feeds.ledgers()
    assert first.at < second.at
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story("2").uri, 1)}


HOW_TOLD = {"lost": "missing: ", "broken": "no_record: "}


def damage(feeds, key: str, how: str) -> None:
    feeds.bucket.delete(key)
    if how == "broken":
        feeds.bucket.put(key, b"{}", content_type="application/json")


@pytest.mark.parametrize("how", HOW_TOLD)
def test_a_lost_ledger_of_a_tick_that_crashed_stops_no_feed(feeds, monkeypatch, caplog, how):
    feeds.file(feeds.story("1", headline="One"))
    crash_before_the_rows(feeds, monkeypatch)
    damage(feeds, feeds.bucket.stat(RSS).metadata["ledger"], how)
    feeds.file(feeds.story("2", headline="Two"))
    feeds.tick()
    assert f"krdo: what its feed has since then is told anew: {HOW_TOLD[how]}" in caplog.text
    assert sorted(feeds.titles()) == ["One", "Two"]
    caplog.clear()
    assert feeds.tick().written == ()
    assert caplog.text == ""
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story(n).uri, 1) for n in "12"}


@pytest.mark.parametrize("how", HOW_TOLD)
def test_a_lost_revision_costs_the_feed_that_story_alone(feeds, caplog, how):
    """Above all it holds up no kill; once it is restored, its story comes again."""
    filed = {n: feeds.story(n, headline=f"Story {n}") for n in "123"}
    feeds.file(*filed.values())
    feeds.tick()
    key = keys.revision("sample", filed["1"].uri, 1)
    body = feeds.bucket.get(key)
    damage(feeds, key, how)
    feeds.kill("2")
    done = feeds.tick(withdraw_only=True)
    assert (feeds.titles(), done.kills, done.left_out["broken"]) == (["Story 3"], 1, 1)
    assert f"left out of every feed until it is mended: {HOW_TOLD[how]}" in caplog.text
    assert [each.reason for each in feeds.ledgers()[-1].left if each.uri == filed["1"].uri] == ["unreadable"]
    feeds.file(feeds.story("4", headline="Story 4"))
    feeds.tick()
    assert sorted(feeds.titles()) == ["Story 3", "Story 4"]
    assert feeds.tick().written == ()
    feeds.bucket.put(key, body, content_type="application/json")
    feeds.tick()
    assert sorted(feeds.titles()) == ["Story 1", "Story 3", "Story 4"]
    assert feeds.catalogue.in_feed("krdo") == {(feeds.story(n).uri, 1) for n in "134"}


def test_a_partner_without_stories_gets_an_empty_feed_that_parses(feeds):
    feeds.file(feeds.story(), passed=False)
    done = feeds.tick()
    assert done.stories == 0
    feed = feedparser.parse(feeds.bucket.get(RSS))
    assert not feed.bozo
    assert feed.entries == []


@pytest.mark.slow
def test_conflicts_without_end_are_an_error(feeds, monkeypatch):
    feeds.file(feeds.story())

    class Contended(Bucket):
        def put(self, key, body, **options):
            if key == RSS:
                raise Conflict("conflict", key)
            return super().put(key, body, **options)

    with pytest.raises(Conflict):
        feeds.tick(bucket=Contended(feeds.bucket.client, feeds.bucket.name))
    assert feeds.ledgers() == []


LONG = (
    paragraph("The council voted on Friday after a long night. " * 3),
    paragraph("The reservoir stays where it is, said the mayor, and the fish with it. " * 3),
)


def item_of(feeds):
    (entry,) = feedparser.parse(feeds.bucket.get(RSS)).entries
    (item,) = orjson.loads(feeds.bucket.get(NINJS))["associations"]
    return entry, item


def test_a_wire_without_a_contract_gives_nothing(feeds):
    feeds.file(feeds.story())
    feeds.tick()
    assert feeds.titles() == ["Council votes on the reservoir"]
    feeds.configuration = replace(feeds.configuration, rights={})
    assert feeds.tick().left_out == {"rights_profile": 1}
    assert feeds.titles() == []


def test_the_partner_gets_an_excerpt_with_link_credit_and_notice(feeds):
    feeds.contract(
        grants={"all": Limits(excerpt_words=20, pictures=False, term_days=30)},
        attribution="Credit: {source}, via {provider}",
        notice=True,
        mining={"policy": "https://wire.example/mining.json"},
    )
    story = feeds.story(
        blocks=LONG,
        url="https://wire.example/votes?a=1&b=2",
        source="Agency Sur",
        subheadline="A line that is not in the excerpt",
        media=(Media(url="https://img.example/dam.jpg"),),
        usageterms=None,
    )
    feeds.file(story)
    feeds.tick()
    entry, item = item_of(feeds)
    body = entry.content[0].value
    assert body.count("<p>") == 4
    excerpt = body.split("</p>")[0].removeprefix("<p>")
    assert (
        excerpt
        == "The council voted on Friday after a long night. The council voted on Friday after a long night."
    )
    assert '<a href="https://wire.example/votes?a=1&amp;b=2"' in body
    assert "<p>Credit: Agency Sur, via Sample Newsource</p>" in body
    assert f"<p>{story.copyrightnotice}</p>" in body
    assert entry.summary == excerpt
    assert entry.rights == f"{story.copyrightnotice} Credit: Agency Sur, via Sample Newsource"
    assert "media_content" not in entry
    assert item["representationType"] == "partial"
    assert {"name": "Credit: Agency Sur, via Sample Newsource", "role": "credit"} in item["infoSources"]
    assert item["copyrightNotice"] == story.copyrightnotice
    assert item["expires"] == "2026-12-20T10:00:00Z"
    assert "tdm-reservation: 1; tdm-policy: https://wire.example/mining.json" in item["usageTerms"]
    assert item["rightsInfo"]["linkedRights"] == "https://wire.example/mining.json"
    assert "A line that is not" not in feeds.bucket.get(RSS).decode() + feeds.bucket.get(NINJS).decode()
    assert feeds.bucket.stat(RSS).metadata["tdm-reservation"] == "1"


def test_a_public_licence_is_named_with_its_address(feeds):
    feeds.contract(licenses=("CC BY-SA",), mining={"reserved": False})
    address = "https://creativecommons.org/licenses/by-sa/4.0/"
    feeds.file(feeds.story(license=address, authors=("Ana Ortiz",)))
    feeds.tick()
    entry, item = item_of(feeds)
    credit = f"“Council votes on the reservoir” by Ana Ortiz is licensed under CC BY-SA 4.0, {address}"
    assert credit in entry.content[0].value
    assert credit in [source["name"] for source in item["infoSources"]]
    assert item["rightsInfo"] == {"linkedRights": address}
    assert item["usageTerms"] == "What is made of it is to be shared under CC BY-SA 4.0."
    assert feeds.bucket.stat(RSS).metadata["tdm-reservation"] == "0"


def test_a_story_leaves_the_feed_when_its_term_ends(feeds):
    feeds.contract(terms=(Term(text="No archive", term_days=7),))
    feeds.file(feeds.story("1", usageterms="NO ARCHIVE."), feeds.story("2", headline="Another"))
    feeds.tick()
    assert len(feeds.titles()) == 2
    ends = NOON - timedelta(hours=2) + timedelta(days=7)
    feeds.now = ends - timedelta(minutes=6)
    feeds.tick()
    assert len(feeds.titles()) == 2
    feeds.now = ends - timedelta(minutes=5)
    assert feeds.tick().left_out == {"term": 1}
    assert feeds.titles() == ["Another"]
    (row,) = [each for each in feeds.catalogue.deliveries(partner="krdo") if each.left_at]
    assert (row.uri, row.reason) == (feeds.story("1").uri, "term")


def test_a_story_comes_when_its_hold_back_is_over(feeds):
    feeds.contract(grants={"all": Limits(hold_back_minutes=180)})
    feeds.file(feeds.story())
    assert feeds.tick().left_out == {"hold_back": 1}
    assert b"reservoir" not in feeds.bucket.get(RSS) + feeds.bucket.get(NINJS)
    feeds.now = NOON + timedelta(minutes=55)
    assert feeds.tick().new == 1


def test_a_changed_contract_or_licence_holds_from_the_next_tick(feeds):
    feeds.file(feeds.story(blocks=LONG))
    feeds.tick()
    assert feeds.tick().written == ()
    feeds.contract(attribution="Via {provider}")
    assert feeds.tick().written == ("rss", "ninjs")
    assert "Via Sample Newsource" in item_of(feeds)[0].content[0].value
    assert feeds.tick().written == ()
    over = Licence(profile="sample", valid_until=NOON.date() - timedelta(days=1))
    feeds.partner = feeds.partner.model_copy(update={"licences": (over,)})
    assert feeds.tick().left_out == {"licence_dates": 1}
    assert feeds.titles() == []


def test_a_held_update_with_unknown_terms_holds_the_version_that_passed(feeds):
    feeds.file(feeds.story())
    feeds.tick()
    update = {"headline": "Council votes again", "versioncreated": NOON, "usageterms": "Not for fan sites"}
    feeds.file(feeds.story(**update), passed=False)
    assert feeds.tick().left_out == {"usage_terms": 1}
    assert feeds.titles() == []


class Between(Bucket):
    """A bucket that lets something happen once, right before one of the partner's documents is written."""

    def __init__(self, bucket: Bucket, happens: Callable[[], object]) -> None:
        super().__init__(bucket.client, bucket.name)
        self.happens: Callable[[], object] | None = happens

    def put(self, key, body, **options):
        if key == RSS and self.happens:
            happens, self.happens = self.happens, None
            happens()
        return super().put(key, body, **options)


def test_a_kill_between_choice_and_write_stops_the_write(feeds):
    """The takedown finds nothing of the story to remove, but the catalogue says that it is on its way."""
    feeds.file(feeds.story("1", headline="Stays"))
    feeds.tick()
    feeds.file(feeds.story("2", headline="Killed"))
    versions: list[list[str]] = []

    def kill_and_take_down():
        feeds.kill("2")
        done = feeds.tick(withdraw_only=True)
        assert (done.kills, done.written) == (1, ("rss", "ninjs"))
        versions.append(feeds.titles())

    feeds.tick(bucket=Between(feeds.bucket, kill_and_take_down))
    assert versions == [["Stays"]]
    assert feeds.titles() == ["Stays"]
    assert feeds.catalogue.partners_due() == []
    assert feeds.catalogue.sent("krdo", [feeds.story("2").uri]) == {}


def test_a_kill_after_the_choice_is_seen_before_the_write(feeds, monkeypatch):
    """The takedown found nobody to reach: the story was sent to no one, and no one was about to."""
    feeds.file(feeds.story("2", headline="Killed"))
    killed: list[list[str]] = []

    def chosen(*asked):
        selection = choose(*asked)
        if not killed:
            feeds.kill("2")
            killed.append(feeds.catalogue.partners_due())
        return selection

    monkeypatch.setattr("newsroom.deliver.tick.choose", chosen)
    done = feeds.tick()
    assert killed == [[]]
    assert (done.stories, feeds.titles()) == (0, [])


def test_a_document_that_comes_back_to_the_same_stories_is_another_document(feeds):
    """A writer that looked at an empty feed must not write over a feed that is empty again."""
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss",)})
    feeds.file(feeds.story("1"), passed=False)
    feeds.tick()
    first = feeds.bucket.stat(RSS).etag
    feeds.file(feeds.story("1"))
    feeds.tick()
    feeds.kill("1")
    feeds.tick(withdraw_only=True)
    assert feeds.titles() == []
    assert feeds.bucket.stat(RSS).etag != first


def test_a_takedown_keeps_nothing_that_an_editor_rejected(feeds):
    """Though a version that came late stands for the story, under a higher number of ours."""
    shown = feeds.story("1", headline="Rejected", wire_version="2")
    feeds.file(shown)
    feeds.tick()
    feeds.file(feeds.story("1", headline="Late", wire_version="1"))
    decided = Decision(uri=shown.uri, n=1, action="reject", by="ed", reason="wrong", at=feeds.now)
    file_decision(feeds.bucket, feeds.catalogue, decided)
    feeds.tick(withdraw_only=True)
    assert feeds.titles() == []


def test_what_a_crashed_tick_was_about_to_send_still_counts(feeds):
    """Its process died between the document and its rows: the kill reaches the partner all the same."""
    feeds.file(feeds.story("1", headline="Killed"))

    def crash(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Catalogue, "add_deliveries", crash)
        with pytest.raises(KeyboardInterrupt):
            feeds.tick()
    feeds.kill("1")
    assert feeds.catalogue.partners_due() == ["krdo"]
    feeds.tick(withdraw_only=True)
    assert feeds.titles() == []


def test_what_is_on_record_is_not_under_way_any_more(feeds):
    feeds.file(feeds.story("1"))
    feeds.tick()
    feeds.kill("1")
    (due,) = feeds.catalogue.due_kills("krdo")
    assert not due.under_way


def test_a_feed_wakes_when_the_next_embargo_ends(feeds):
    ends = NOON + timedelta(minutes=7)
    feeds.file(feeds.story("1", embargoed=ends), feeds.story("2", embargoed=ends + timedelta(hours=1)))
    feeds.tick()
    assert feeds.catalogue.awake(ends - timedelta(seconds=1)) == []
    assert feeds.catalogue.awake(ends) == ["krdo"]
    assert feeds.catalogue.awake(ends, since=ends) == []
    feeds.tick()
    assert feeds.catalogue.awake(ends + timedelta(hours=1), since=ends) == ["krdo"]


def test_nothing_of_an_embargoed_story_is_where_a_partner_or_a_log_could_show_it(feeds, caplog):
    caplog.set_level(logging.DEBUG, logger="newsroom")
    secret = feeds.story("1", headline="Nobel laureate named", embargoed=NOON + timedelta(hours=1))
    feeds.file(secret, feeds.story("2"))
    feeds.tick()
    feeds.tick(withdraw_only=True)
    public = [*feeds.bucket.keys("partners/"), *feeds.bucket.keys("deliveries/")]
    for body in feeds.bucket.get_many(public).values():
        assert b"Nobel" not in body
        assert secret.uri.encode() not in body
    assert "Nobel" not in caplog.text
    assert secret.uri not in caplog.text


def test_an_expired_story_is_taken_back_and_named_as_such(feeds):
    feeds.file(feeds.story("1", expires=NOON + timedelta(minutes=7)), feeds.story("2"))
    feeds.tick()
    assert feeds.catalogue.awake(NOON + timedelta(minutes=7), since=NOON + timedelta(minutes=6)) == ["krdo"]
    feeds.tick()
    (gone,) = [
        i for i in orjson.loads(feeds.bucket.get(NINJS))["associations"] if i["pubStatus"] == "canceled"
    ]
    assert (gone["uri"], gone["edNote"]) == (feeds.story("1").uri, "expiry: remove")
    assert feeds.tick().written == ()
    feeds.now += timedelta(days=8)
    feeds.tick()
    assert len(orjson.loads(feeds.bucket.get(NINJS))["associations"]) == 1


def test_an_embargo_that_was_extended_is_not_named_until_it_ends(feeds):
    feeds.file(feeds.story("1"))
    feeds.tick()
    later = feeds.story("1", headline="B", embargoed=NOON + timedelta(hours=1), versioncreated=NOON)
    feeds.file(later)
    feeds.tick()
    assert later.uri.encode() not in feeds.bucket.get(NINJS) + feeds.bucket.get(RSS)
