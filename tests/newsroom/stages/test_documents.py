"""The way of a story that comes as a document: from a NewsML-G2 message to a partner's feed, and out."""

import pytest

from newsroom.stages.life import held_stories, stuck_items

WIRE = ("coast_dispatch",)


@pytest.fixture
def chains(desk):
    """The wire's chains by the end of the wire's own id."""

    def made():
        rows = [row for row in desk.room.catalogue.candidates() if row.wire == "coast_dispatch"]
        return {row.uri: desk.room.catalogue.chain(row.uri) for row in rows}

    return made


def headlines(desk) -> set[str]:
    return {entry.title for entry in desk.rss().entries}


def test_from_the_message_to_the_partner(desk):
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert (counts["new"], counts["filed"], counts["passed"]) == (3, 3, 3)
    assert held_stories(desk.room, "coast_dispatch", 10) == stuck_items(desk.room, "coast_dispatch", 10) == []
    desk.deliver()
    assert "Old ice house becomes a school for boat builders" in headlines(desk)
    lamps = next(entry for entry in desk.rss().entries if "212 lamps" in entry.title)
    assert lamps.media_content[0]["url"].endswith("/media/quay_lamps.png")
    assert "link" not in lamps or not lamps.link


def test_a_correction_is_a_revision_of_the_same_story(desk, chains):
    desk.ingest(WIRE)
    before = chains()
    desk.step(2)
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert (counts["changed"], counts["update"], counts["filed"]) == (1, 1, 1)
    after = chains()
    assert after.keys() == before.keys()
    (changed,) = (chain for chain in after.values() if len(chain) == 2)
    assert [row.headline.split()[8] for row in changed] == ["212", "221"]
    desk.deliver()
    assert not any("212" in title for title in headlines(desk))


def test_a_kill_takes_the_story_out_of_the_feed(desk):
    desk.ingest(WIRE)
    desk.deliver()
    assert any("twelve dollars" in title for title in headlines(desk))
    desk.step(4)
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert counts["filed"] == 2
    desk.deliver()
    assert not any("twelve dollars" in title for title in headlines(desk))
    assert len(headlines(desk)) == 2


def test_a_kill_that_comes_first_leaves_nothing_to_publish(desk):
    desk.step(4)
    desk.ingest(WIRE)
    desk.deliver()
    assert not any("twelve dollars" in title for title in headlines(desk))
    assert len(headlines(desk)) == 2


def test_an_unchanged_message_makes_nothing_anew(desk):
    desk.ingest(WIRE)
    assert desk.ingest(WIRE)["coast_dispatch", "message"] == {"unchanged": 1, "to_read": 0}
