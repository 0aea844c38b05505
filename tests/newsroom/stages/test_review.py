"""Held stories as a person sees them to decide, and the end of there being anything to decide."""

from datetime import UTC, datetime

import pytest

from newsroom.stages.kills import kill_story
from newsroom.stages.life import release_story
from newsroom.stages.review import WORDS, show, still_waits, waiting_stories
from newsroom.store.revisions import Draft, file_stories
from newsroom.story import Story, paragraph, story_uri

URI = story_uri("cnn_newsource", "1")


@pytest.fixture
def held(desk):
    """A desk with one held story; `file` files another version of it."""

    def file(text: str) -> None:
        now = datetime.now(UTC)
        story = Story(
            uri=URI,
            wire="cnn_newsource",
            provider="CNN Newsource",
            headline="A lamp",
            blocks=(paragraph(text),),
            versioncreated=now,
        )
        draft = Draft(story, ("raw/x",), "item", "digest")
        file_stories(desk.room.bucket, desk.room.catalogue, [draft], reader="test", run=None, now=now)

    file("word " * (WORDS + 1))
    desk.file = file
    return desk


def test_what_a_person_sees(held):
    assert waiting_stories(held.room, "cnn_newsource", 10) == [(URI, 1, "A lamp")]
    seen = show(held.room, URI, 1)
    assert (seen.n, seen.provider, seen.whole) == (1, "CNN Newsource", False)
    assert len(seen.begins.split()) == WORDS
    assert seen.reasons
    assert still_waits(held.room, URI, 1) is None
    with pytest.raises(LookupError, match="no revision 2"):
        show(held.room, URI, 2)


def test_a_newer_revision_waits_in_its_place_and_is_not_released_unseen(held):
    held.file("Another text.")
    assert still_waits(held.room, URI, 1) == "its wire sent revision 2, which waits in its place"
    with pytest.raises(LookupError, match="saw revision 1; wanted the newest, which is 2 by now"):
        release_story(held.room, URI, by="ed", reason="fine", n=1)
    assert held.room.catalogue.decisions(URI) == []


def test_what_was_decided_or_killed_waits_no_more(held):
    release_story(held.room, URI, by="ann", reason="fine", n=1)
    assert still_waits(held.room, URI, 1) == "it was decided by ann: release"
    kill_story(held.room, URI, by="ed", reason="libel")
    assert still_waits(held.room, URI, 1) == "it was killed by ed"
