"""Which chain an entry goes to: ids that are used again, and addresses that stay."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import pytest

from newsroom.config import Configuration, Feed, House, Wire
from newsroom.stages import Newsroom, store
from newsroom.stages.identity import Settled, adopt_known, chains_named, settle
from newsroom.stages.store import store_stories
from newsroom.stages.work import Assignment, Judged, Reading, write
from newsroom.store.catalogue import Catalogue, Decision
from newsroom.store.revisions import Draft, file_decision, file_stories
from newsroom.story import Item, Page, Story, Verdict, digest, paragraph, story_uri

WIRE = "cnn_newsource"
LAMPS = (
    "The 212 lamps of the north quay burn again after eleven winters in the dark, the harbor office said.",
    "Two electricians and a retired diver took nineteen months to lay new wires in the cellar.",
)
BAKERY = (
    "A bakery in Sennet Cove sells its bread by the inch, because the baker’s scale was taken by the flood.",
    "Customers bring their own rulers, and nobody has complained of a crumb since the spring.",
)
MIXED = (LAMPS[1], *BAKERY)
SHORT = ("Too short to tell.",)

HARBOR = "Harbor lights its quay again"
BREAD = "Bakery sells its bread by the inch"


@pytest.fixture
def room(bucket, catalogue):
    house = House(name="Front Range Desk", contact="desk@frontrange.example")
    feeds = tuple(Feed(id=each, url=f"https://wire.example/{each}.xml") for each in ("world", "local"))
    wire = Wire(id=WIRE, provider="CNN Newsource", feeds=feeds)
    return Newsroom(Configuration(Path(), house, wires={WIRE: wire}), bucket, catalogue)


@pytest.fixture
def told(room):
    """Makes what is read of an entry of a full-text feed, or with its page, as the wire sends it."""

    def read(guid, url, headline, texts, *, page=False, document=None, feed="world", **fields) -> Reading:
        story = Story(
            uri=story_uri(WIRE, guid),
            wire=WIRE,
            provider="CNN Newsource",
            wire_id=guid,
            url=f"https://wire.example/{url}",
            headline=headline,
            blocks=tuple(map(paragraph, texts)),
            **fields,
        )
        raw = f"raw/cnn_newsource/00/{digest(headline)}"
        item = Item(
            key=digest(f"{WIRE}\n{guid}")[:32], wire=WIRE, feed=feed,
            digest=digest(f"{url}{headline}{texts}"), raw_key=raw, guid=guid, url=story.url,
            document=document,
        )  # fmt: skip
        got = Page(
            raw_key=f"{raw}-page", sha256="0" * 64, url=story.url or "", final_url=story.url or "",
            fetched_at=room.started, size=1,
        ) if page else None  # fmt: skip
        return Reading(assignment=Assignment(item=item, page=got), story=story)

    return read


@pytest.fixture
def take(room):
    """Takes readings of one poll into their chains, and files them; returns the stories as filed."""

    def go(*readings: Reading) -> list[Story]:
        adopted = adopt_known(room, WIRE, readings)
        drafts = [
            Draft(each.story, each.assignment.raw_keys, each.assignment.item.key, each.assignment.item.digest)
            for each in adopted
        ]
        file_stories(room.bucket, room.catalogue, drafts, reader="test", run=None, now=room.started)
        return [each.story for each in adopted]

    return go


def test_an_id_that_is_used_again_starts_a_chain_of_its_own(room, told, take):
    (first,) = take(told("7", "lamps", HARBOR, LAMPS))
    (second,) = take(told("7", "bread", BREAD, BAKERY))
    assert first.uri != second.uri
    assert first.flags == second.flags == ()
    # Both go on, each in its own chain; the second's address names it.
    (later,) = take(told("7", "bread", "Bakery sells bread by the foot", (*BAKERY, "It is gone by ten.")))
    assert later.uri == second.uri
    (still,) = take(told("7", "lamps", "Quay is lit again", (*LAMPS, "The mayor came.")))
    assert still.uri == first.uri
    named = chains_named(room, WIRE, "7", "https://wire.example/bread")
    assert named is not None
    assert named.known == (second.uri,)


def test_what_stays_keeps_the_chain(told, take):
    cases = {
        "a new headline makes a new address": ("quay-lamps", "Lamps burn after eleven winters", LAMPS),
        "the address stays": ("lamps", BREAD, BAKERY),
        "the address stays but for its tracking": ("lamps?utm_source=x", BREAD, BAKERY),
        "the headline stays": ("live", "Harbor lights the quay again, mayor says", BAKERY),
    }
    for guid, (url, headline, texts) in cases.items():
        (first,) = take(told(guid, f"{digest(guid)}/lamps", HARBOR, LAMPS))
        (again,) = take(told(guid, f"{digest(guid)}/{url}", headline, texts))
        assert (again.uri, again.flags) == (first.uri, ()), guid


def test_what_is_in_doubt_is_held_until_it_is_released(room, told, take):
    for guid, texts in {"7": MIXED, "8": SHORT}.items():
        (first,) = take(told(guid, f"lamps-{guid}", HARBOR, LAMPS))
        (doubtful,) = take(told(guid, f"bread-{guid}", BREAD, texts))
        assert doubtful.uri != first.uri
        (flag,) = doubtful.flags
        assert flag.startswith(f"gate.identity: uri: saw the id {guid} of “{HARBOR}”")
        assert "wanted one story for one id" in flag
        # Its next version is in the same doubt, until somebody has told.
        update = told(guid, f"bread-{guid}", BREAD, (*texts, "It is gone by ten."), page=True)
        assert [(each.uri, each.flags) for each in take(update)] == [(doubtful.uri, doubtful.flags)]
        release = Decision(
            uri=doubtful.uri, n=1, action="release", by="ed", reason="another story", at=room.started
        )
        file_decision(room.bucket, room.catalogue, release)
        (free,) = take(told(guid, f"bread-{guid}", BREAD, (*texts, "It is gone by nine."), page=True))
        assert (free.uri, free.flags) == (doubtful.uri, ())


def test_an_earlier_version_that_cannot_be_read_leaves_a_doubt(room, told, take):
    (first,) = take(told("7", "lamps", HARBOR, LAMPS))
    room.bucket.delete(room.catalogue.chain(first.uri)[0].key)
    (doubtful,) = take(told("7", "bread", BREAD, BAKERY))
    assert doubtful.flags[0].startswith("gate.identity")


def test_what_names_its_story_by_itself_stays_under_its_id(told, take):
    (first,) = take(told("7", "lamps", HARBOR, LAMPS))
    (kill,) = take(told("7", "notice", "Please take this one down", BAKERY, pubstatus="canceled"))
    (item,) = take(told("7", "bread", BREAD, BAKERY, document="<newsItem/>"))
    assert {kill.uri, item.uri} == {first.uri}


def test_another_id_at_the_same_address_is_the_same_story_if_its_text_is(told, take):
    (first,) = take(told("7", "lamps", HARBOR, LAMPS))
    (full_text,) = take(told("8", "lamps", "Quay is lit", (*LAMPS, "The mayor came.")))
    (page,) = take(told("9", "lamps", BREAD, BAKERY, page=True))
    assert {full_text.uri, page.uri} == {first.uri}
    # Entries that all link to a front page are stories of their own.
    front = take(told("10", "", HARBOR, LAMPS), told("11", "", BREAD, BAKERY))
    assert len({first.uri, *(each.uri for each in front)}) == 3


def test_what_comes_in_one_poll_is_told_apart_and_together(room, told, take):
    one, other = take(told("7", "lamps", HARBOR, LAMPS), told("7", "bread", BREAD, BAKERY))
    assert one.uri != other.uri
    old, new = take(told("8", "tide", HARBOR, MIXED), told("9", "tide", HARBOR, (*MIXED, "Rain is due.")))
    assert old.uri == new.uri
    assert [row.n for row in room.catalogue.chain(old.uri)] == [1, 2]


def test_a_story_that_moved_goes_with_the_last_that_had_its_id(room, told, take):
    take(told("7", "lamps", HARBOR, LAMPS))
    second = told("7", "bread", BREAD, BAKERY)
    room.catalogue.record_poll(room.catalogue.feed_state(WIRE, "world"), [second.assignment.item])
    _store(room, adopt_known(room, WIRE, [second]))
    (moved,) = take(told("7", "inches", f"{BREAD} in Sennet Cove", SHORT))
    (row,) = [row for row in room.catalogue.chain(moved.uri) if row.headline == BREAD]
    assert row.url == "https://wire.example/bread"


def test_what_another_feed_filed_meanwhile_is_read_again(room, told):
    one, other = told("7", "lamps", HARBOR, LAMPS), told("7", "bread", BREAD, BAKERY, feed="local")
    _poll(room, [one, other])
    read = adopt_known(room, WIRE, [one]), adopt_known(room, WIRE, [other])
    assert _store(room, read[0]) == {"filed": 1, "new": 1, "passed": 1, "held": 0}
    # At the same time the other feed's run had read its own under the same id, which was free then.
    assert _store(room, read[1]) == {"filed": 0, "passed": 0, "held": 0, "read_again": 1}
    assert [row.guid for row in room.catalogue.due_items(WIRE, "local", room.started, 10)] == ["7"]
    again = adopt_known(room, WIRE, [other])
    assert _store(room, again) == {"filed": 1, "new": 1, "passed": 1, "held": 0}
    assert again[0].story.uri != one.story.uri
    assert settle(room, WIRE, [*read[0], *again]).late == set()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def two_rooms(room, request):
    """Two runs of the newsroom at once, on a database of each kind."""
    url = room.catalogue.engine.url.render_as_string(hide_password=False)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    catalogues = [Catalogue.open(url) for _ in range(2)]
    yield [replace(room, catalogue=each) for each in catalogues]
    for each in catalogues:
        each.close()


@pytest.fixture
def meet(monkeypatch):
    """Runs two stores at once; each has looked whether its story is settled before either files."""

    def go(rooms: list[Newsroom], readings: list[Reading], *, first_files: bool) -> list[dict[str, int]]:
        looked, filed, waits = Barrier(2, timeout=30), Event(), {id(each) for each in rooms}

        def look(room: Newsroom, wire: str, asked: list[Reading]) -> Settled:
            settled = settle(room, wire, asked)
            if id(room) in waits:
                waits.remove(id(room))
                looked.wait()
                if first_files and room is rooms[1]:
                    assert filed.wait(30)
            return settled

        def run(place: int) -> dict[str, int]:
            try:
                return _store(rooms[place], [readings[place]], f"work/{place}")
            finally:
                filed.set()

        monkeypatch.setattr(store, "settle", look)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, range(2)))

    return go


@pytest.mark.parametrize("first_files", [True, False])
def test_two_feeds_that_file_under_one_id_at_the_same_moment_never_share_a_chain(
    two_rooms, told, meet, first_files
):
    readings = [told("7", "lamps", HARBOR, LAMPS), told("7", "bread", BREAD, BAKERY, feed="local")]
    _poll(two_rooms[0], readings)
    counts = meet(two_rooms, readings, first_files=first_files)
    assert sorted(each["filed"] for each in counts) == [0, 1]
    assert sum(each.get("read_again", 0) for each in counts) == 1
    (late,) = [place for place, each in enumerate(counts) if not each["filed"]]
    assert not (first_files and late == 0)
    room = two_rooms[late]
    (again,) = adopt_known(room, WIRE, [readings[late]])
    _store(room, [again])
    chains = room.catalogue.chains([readings[0].story.uri, again.story.uri])
    assert sorted(row.headline for (row,) in chains.values()) == sorted([HARBOR, BREAD])
    assert list(room.bucket.keys("stories/")) == sorted(row.key for (row,) in chains.values())


@pytest.mark.parametrize("first_files", [True, False])
def test_versions_of_one_story_that_two_feeds_file_at_the_same_moment_make_one_chain(
    two_rooms, told, meet, first_files
):
    readings = [
        told("7", "lamps", HARBOR, LAMPS),
        told("7", "lamps", HARBOR, (*LAMPS, "The mayor came."), feed="local"),
    ]
    _poll(two_rooms[0], readings)
    counts = meet(two_rooms, readings, first_files=first_files)
    assert [each["filed"] for each in counts] == [1, 1]
    chain = two_rooms[0].catalogue.chain(readings[0].story.uri)
    assert [row.n for row in chain] == [1, 2]
    assert {row.content_hash for row in chain} == {each.story.content_hash for each in readings}
    assert {each.n for each in two_rooms[0].catalogue.verdicts(readings[0].story.uri)} == {1, 2}


def _poll(room: Newsroom, readings: list[Reading]) -> None:
    """Let the readings' entries be due."""
    for each in readings:
        item = each.assignment.item
        room.catalogue.record_poll(room.catalogue.feed_state(WIRE, item.feed), [item])


def _store(room: Newsroom, readings: list[Reading], work: str = "work/test") -> dict[str, int]:
    """File what was read, as if every rule had passed it."""
    judged = [
        Judged(reading=each, verdicts=(
            Verdict(
                uri=each.story.uri, n=0, scope=f"wire:{WIRE}", ruleset="all", checked_at=room.started,
                findings=(),
            ),
        ))
        for each in readings
    ]  # fmt: skip
    write(room.bucket, work, "check", judged)
    feed = readings[0].assignment.item.feed
    return store_stories(room, {"wire": WIRE, "feed": feed, "work": work, "counts": {}})["counts"]
