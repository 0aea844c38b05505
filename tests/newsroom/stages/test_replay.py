"""Replay: what today's code and rules would make of stored bytes, told without writing, filed when asked."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from newsroom.config import Feed, Wire, load
from newsroom.config.rules import RuleSet
from newsroom.extract import page
from newsroom.extract.document import Document
from newsroom.fetch.feed import read_stored
from newsroom.stages import Newsroom, replay, store
from newsroom.stages.check import check_stories
from newsroom.stages.extract import extract_stories
from newsroom.stages.kills import kill_story
from newsroom.stages.life import held_stories, release_story
from newsroom.stages.refused import Refused, read_refused
from newsroom.stages.replay import Replay
from newsroom.stages.work import Assignment, Handover, write
from newsroom.store import keys, schema
from newsroom.store.revisions import file_stories
from newsroom.story import Refusal, Story, digest

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WIRE = "cnn_newsource"
LAST = 40


@pytest.fixture
def full(desk):
    """A desk with one wire's whole day."""
    desk.step(LAST)
    desk.ingest((WIRE,))
    return desk


RSS = """<rss version="2.0"><channel><title>All</title><link>https://wire.example/</link>
<description>All</description>{items}</channel></rss>"""
ITEM = """<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><link>{url}</link>
<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"""
LAMPS = (
    "The 212 lamps of the north quay burn again after eleven winters in the dark, the harbor office said. "
    "Two electricians and a retired diver took nineteen months to lay new wires in the cellar. "
)
BAKERY = "A bakery in Sennet Cove sells its bread by the inch, as the flood took the baker’s scale. "


@dataclass
class Plain:
    """A wire of full texts under two rules, without a network."""

    room: Newsroom
    runs: int = 0

    def take(self, *items: str) -> None:
        """What a run does with a feed that has these items."""
        self.runs += 1
        wire, (feed,) = self.room.wire("plain"), self.room.wire("plain").feeds
        body = RSS.format(items="".join(items)).encode()
        raw_key = keys.raw("plain", digest(body))
        self.room.bucket.put_once(raw_key, body, metadata={"feed": feed.id})
        at = datetime.now(UTC)
        document = read_stored(body, charset=None, wire=wire, feed=feed, raw_key=raw_key, now=at)
        self.room.catalogue.record_poll(self.room.catalogue.feed_state("plain", feed.id), document.items)
        todo = [Assignment(item=item) for item in document.items]
        done: Handover = {"wire": "plain", "feed": feed.id, "work": f"work/{self.runs}", "counts": {}}
        write(self.room.bucket, done["work"], "fetch", todo)
        if extract_stories(self.room, done)["counts"]["read"]:
            store.store_stories(self.room, check_stories(self.room, done), f"run-{self.runs}")


@pytest.fixture
def plain(bucket, catalogue):
    feed = Feed(id="all", url="https://wire.example/all.xml", kind="rss", content="full_text")
    wire = Wire(id="plain", provider="Plain Wire", feeds=(feed,), checks="plain")
    house = load()
    rules = {name: rule for name, rule in house.rules["house"].rules.items() if name in ("headline", "gates")}
    own = RuleSet(id="plain", title="Plain", rules=rules)
    configuration = replace(house, wires={"plain": wire}, partners={}, rules={"plain": own})
    return Plain(Newsroom(configuration, bucket, catalogue))


def replayed(desk, wire=WIRE, since=LONG_AGO, **options):
    done = Replay()
    records = list(done.run(desk.room, wire, since, **options))
    return records, +done.counts


def state(desk):
    """Every object of the bucket, and every row of the catalogue."""
    objects = {key: desk.room.bucket.stat(key).etag for key in desk.room.bucket.keys("")}
    with desk.room.catalogue.reading() as connection:
        rows = {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in schema.metadata.sorted_tables
        }
    return objects, rows


def renamed(desk, monkeypatch, name=WIRE):
    """Today's configuration calls the wire by another name."""
    wire = desk.room.wire(name).model_copy(update={"provider": "The Other Wire"})
    monkeypatch.setitem(desk.room.configuration.wires, name, wire)


def without(desk, monkeypatch, name):
    """Today's rules lack those with this in their names; the rules before."""
    house = desk.room.configuration
    rules = house.rules_of(house.wires[WIRE])
    kept = {each: rule for each, rule in rules.rules.items() if name not in each}
    monkeypatch.setitem(house.rules, rules.id, rules.model_copy(update={"rules": kept}))
    return rules


@pytest.mark.slow
def test_the_same_code_and_rules_change_nothing_and_nothing_is_written(desk):
    desk.step(LAST)
    desk.ingest()
    before = state(desk)
    for wire in desk.room.configuration.wires:
        records, counts = replayed(desk, wire)
        assert records == []
        assert counts["unchanged"] > 0
        assert counts.keys() <= {"unchanged", "killed", "still_unreadable"}
    assert state(desk) == before


@pytest.mark.slow
def test_a_lenient_rule_tells_what_would_newly_pass_and_takes_effect_when_applied(full, monkeypatch):
    held = {row["uri"] for row in held_stories(full.room, WIRE, 100) if "topic" in " ".join(row["reasons"])}
    without(full, monkeypatch, "topic")
    before = state(full)
    records, counts = replayed(full)
    assert {each["uri"] for each in records if each["outcome"] == "newly_passed"} == held != set()
    assert counts["newly_passed"] == len(held)
    assert state(full) == before
    numbers = {row.uri: row.n for row in full.room.catalogue.candidates()}
    replayed(full, apply=True)
    passed = {row.uri: row.n for row in full.room.catalogue.candidates()}
    assert passed == numbers | {each["uri"]: each["n"] for each in records}


@pytest.mark.slow
def test_a_strict_rule_tells_what_would_be_newly_held_and_why(desk, monkeypatch):
    rules = without(desk, monkeypatch, "topic")
    desk.step(LAST)
    desk.ingest((WIRE,))
    monkeypatch.setitem(desk.room.configuration.rules, rules.id, rules)
    records, counts = replayed(desk)
    newly = [each for each in records if each["outcome"] == "newly_held"]
    assert counts["newly_held"] == len(newly) > 0
    assert all("topic" in each["reasons"][0] for each in newly)


@pytest.mark.slow
def test_changed_fields_are_told_in_words_and_filed_once_when_asked(desk, monkeypatch):
    wire = "public_agency"
    desk.ingest((wire,))
    renamed(desk, monkeypatch, wire)
    before = state(desk)
    records, counts = replayed(desk, wire)
    assert counts["changed"] == len(records) > 0
    assert {each["change"].rpartition(",")[0] for each in records} == {"provider"}
    assert state(desk) == before
    _, counts = replayed(desk, wire, apply=True, run="replay-1")
    assert counts["filed_update"] == len(records)
    for each in records:
        old, new = desk.room.catalogue.chain(each["uri"])[-2:]
        assert (new.n, new.provider, new.run) == (each["n"] + 1, "The Other Wire", "replay-1")
        assert new.raw_keys == old.raw_keys
    again, counts = replayed(desk, wire, apply=True)
    assert again == []
    assert counts["filed_unchanged"] == counts["unchanged"] - len(records)


@pytest.mark.slow
def test_a_released_story_stays_passed(full):
    held = held_stories(full.room, WIRE, 100)
    released = next(row["uri"] for row in held if row["reasons"][0].startswith("copyrightnotice: nothing"))
    release_story(full.room, released, by="ed", reason="confirmed")
    records, counts = replayed(full)
    assert records == []
    assert counts["unchanged"] > 0


@pytest.mark.slow
def test_missing_bytes_are_told_and_cost_their_story_alone(full):
    one, two = full.room.catalogue.candidates(wires=[WIRE])[:2]
    page = full.room.catalogue.chain(one.uri)[-1].raw_keys[-1]
    full.room.bucket.delete(page)
    full.room.bucket.put(two.key, b"{}", content_type="application/json")
    records, counts = replayed(full)
    assert {each["uri"]: (each["outcome"], each["reasons"]) for each in records} == {
        one.uri: ("no_bytes", [f"{page}: nothing whole lies there"]),
        two.uri: ("no_bytes", [f"{two.key}: what lies there is no Revision: uri: Field required"]),
    }
    assert counts["unchanged"] > 0


@pytest.mark.slow
def test_a_feed_that_no_file_names_any_more_is_told(full, monkeypatch):
    wire = full.room.wire(WIRE)
    fewer = wire.model_copy(update={"feeds": wire.feeds[:1]})
    monkeypatch.setitem(full.room.configuration.wires, WIRE, fewer)
    records, counts = replayed(full)
    gone = [each for each in records if each["outcome"] == "no_entry"]
    assert counts["no_entry"] == len(gone) > 0
    assert "wires/cnn_newsource.yaml has none of this id any more" in gone[0]["reasons"][0]


@pytest.mark.slow
def test_batches_and_spans_see_each_story_once(full, monkeypatch):
    renamed(full, monkeypatch)
    whole, _ = replayed(full)
    monkeypatch.setattr(replay, "AT_ONCE", 3)
    parts, _ = replayed(full)
    assert sorted(each["uri"] for each in parts) == sorted(each["uri"] for each in whole)
    assert replayed(full, since=datetime.now(UTC) + timedelta(hours=1)) == ([], {})


@pytest.mark.slow
def test_a_killed_story_is_not_read_again(full, monkeypatch):
    renamed(full, monkeypatch)
    records, before = replayed(full)
    kill_story(full.room, records[0]["uri"], by="ed", reason="libel")
    after, counts = replayed(full, apply=True)
    assert {each["uri"] for each in records} - {each["uri"] for each in after} == {records[0]["uri"]}
    assert counts["killed"] == before["killed"] + 1


@pytest.mark.slow
def test_what_its_wire_filed_meanwhile_is_not_overtaken(full, monkeypatch):
    renamed(full, monkeypatch)
    first = full.room.catalogue.filed(WIRE, since=LONG_AGO, until=datetime.now(UTC), limit=1)[0]
    real = store.file_judged

    def late(room, wire, judged, drafts, run):
        """File as another run does while a story is being read again."""
        draft = next(each for each in drafts if each.story.uri == first.uri)
        newer = draft.story.model_copy(update={"headline": "Newer from the wire"})
        draft = replace(draft, story=newer, follows=None)
        file_stories(room.bucket, room.catalogue, [draft], reader="t", run="wire", now=datetime.now(UTC))
        return real(room, wire, judged, drafts, run)

    monkeypatch.setattr(replay, "file_judged", late)
    _, counts = replayed(full, apply=True)
    assert counts["filed_overtaken"] == 1
    assert {each.n for each in full.room.catalogue.verdicts(first.uri)} == {first.n}
    assert full.room.catalogue.chain(first.uri)[-1].run == "wire"
    assert full.room.bucket.stat(keys.revision(WIRE, first.uri, first.n + 2)) is None


@pytest.mark.slow
def test_a_story_in_doubt_stays_held(plain):
    """What it is held for is not in its own bytes, but in what its id was before."""
    lamps = ITEM.format(
        guid="7", title="Harbor lights its quay again", url="https://wire.example/lamps", text=LAMPS
    )
    bread = ITEM.format(
        guid="7",
        title="Bread is sold by the inch",
        url="https://wire.example/bread",
        text=LAMPS[102:] + BAKERY * 3,
    )
    plain.take(lamps)
    plain.take(bread)
    (held,) = held_stories(plain.room, None, 10)
    assert "saw the id 7" in held["reasons"][0]
    assert replayed(plain, "plain") == ([], {"unchanged": 2})
    replayed(plain, "plain", apply=True)
    assert [each["uri"] for each in held_stories(plain.room, None, 10)] == [held["uri"]]


@pytest.mark.slow
def test_a_version_that_was_overtaken_is_told_and_left_alone(plain, monkeypatch):
    """On last Monday the rule would have held what partners were sent then."""
    for title in ("Harbor", "Harbor lights its quay again"):
        plain.take(ITEM.format(guid="7", title=title, url="https://wire.example/lamps", text=LAMPS * 2))
    strict = plain.room.configuration.rules["plain"]
    lenient = strict.model_copy(update={"rules": {"gates": strict.rules["gates"]}})
    monkeypatch.setitem(plain.room.configuration.rules, "plain", lenient)
    before = plain.room.catalogue.chains([row.uri for row in plain.room.catalogue.candidates()])
    records, counts = replayed(plain, "plain", apply=True)
    assert [(each["n"], each["outcome"], each["current"]) for each in records] == [(1, "newly_passed", False)]
    assert counts == {"superseded_newly_passed": 1, "unchanged": 1, "filed_unchanged": 1}
    assert plain.room.catalogue.chains(before) == before
    monkeypatch.setitem(plain.room.configuration.rules, "plain", strict)
    assert replayed(plain, "plain") == ([], {"unchanged": 2})


@pytest.mark.slow
def test_what_lies_in_quarantine_and_can_be_read_by_now_is_told_and_filed_when_asked(plain, monkeypatch):
    items = [
        ITEM.format(
            guid=guid, title=f"Harbor lights quay {guid}", url=f"https://wire.example/{guid}", text=LAMPS
        )
        for guid in ("7", "8")
    ]
    with monkeypatch.context() as before:
        before.setattr(page, "read", _reads_no_lamps)
        plain.take(*items)
    assert plain.room.catalogue.item_counts() == {"quarantined": 2}
    assert len(list(plain.room.bucket.keys("quarantine/plain/"))) == 2
    with monkeypatch.context() as still:
        still.setattr(page, "read", _reads_no_lamps)
        assert replayed(plain, "plain") == ([], {"still_unreadable": 2})
    objects, rows = state(plain)
    records, counts = replayed(plain, "plain")
    assert sorted(each["headline"] for each in records) == ["Harbor lights quay 7", "Harbor lights quay 8"]
    assert {(each["outcome"], tuple(each["reasons"])) for each in records} == {("newly_read", ())}
    assert counts == {"newly_read": 2}
    assert state(plain) == (objects, rows)
    replayed(plain, "plain", apply=True)
    assert plain.room.catalogue.item_counts() == {"done": 2}
    assert {row.uri for row in plain.room.catalogue.candidates()} == {each["uri"] for each in records}
    assert replayed(plain, "plain") == ([], {"unchanged": 2})


@pytest.mark.slow
def test_what_was_in_quarantine_is_judged_as_of_when_it_was_put_there(plain, monkeypatch):
    """What came in the evening was not yet to come, though something else had come that morning."""
    rules = plain.room.configuration.rules["plain"]
    dated = {**rules.rules, "firstcreated": load().rules["house"].rules["firstcreated"]}
    monkeypatch.setitem(plain.room.configuration.rules, "plain", rules.model_copy(update={"rules": dated}))
    wire, morning = plain.room.wire("plain"), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    refused = []
    for guid, at in (("7", morning), ("8", morning + timedelta(hours=12))):
        entry = ITEM.format(guid=guid, title=f"Harbor lights {guid}", url="https://wire.example/", text=LAMPS)
        body = RSS.format(items=entry.replace("<link>", f"<pubDate>{format_datetime(at)}</pubDate><link>"))
        raw_key = keys.raw("plain", digest(body.encode()))
        plain.room.bucket.put_once(raw_key, body.encode())
        (item,) = read_stored(
            body.encode(), charset=None, wire=wire, feed=wire.feeds[0], raw_key=raw_key, now=at
        ).items
        refused.append(Refused(Assignment(item=item), at))
    judged = read_refused(plain.room, wire, refused)
    assert [each.verdicts[0].reasons for each in judged] == [(), ()]


@pytest.mark.slow
def test_a_wires_kill_that_was_in_quarantine_stands_beside_the_editors(plain, monkeypatch):
    whole = page.read

    def cancels(document: Document) -> Story | Refusal:
        story = whole(document)
        return story.model_copy(update={"pubstatus": "canceled"}) if isinstance(story, Story) else story

    item = {"guid": "7", "url": "https://wire.example/7", "text": LAMPS}
    plain.take(ITEM.format(title="Harbor lights quay", **item))
    (row,) = plain.room.catalogue.candidates()
    with monkeypatch.context() as before:
        before.setattr(page, "read", _reads_no_lamps)
        plain.take(ITEM.format(title="Harbor lights quay no more", **item))
    kill_story(plain.room, row.uri, by="ed", reason="libel")
    with monkeypatch.context() as now:
        now.setattr(page, "read", cancels)
        replayed(plain, "plain", apply=True)
    sources = [kill.source for kill in plain.room.catalogue.kills(row.uri, standing=True)]
    assert sources == ["editor", "pubstatus"]


def _reads_no_lamps(document: Document) -> Refusal:
    return Refusal(code="reader_error", reason=f"page: the reader failed at {document.url}")
