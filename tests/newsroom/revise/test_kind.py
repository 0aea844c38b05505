"""The kind of a revision, by the wire's marks."""

from typing import Any

import pytest

from newsroom.revise.kind import kind_of, kind_since
from newsroom.story import Story, paragraph, story_uri

TEXTS = ("The quay has 212 lamps.", "A diver laid the wires.", "Shops want less light.")


def story(*more: str, **fields: Any) -> Story:
    plain = {"wire": "sample", "provider": "Sample Newsource", "headline": "The lamps burn again"}
    blocks = tuple(map(paragraph, (*TEXTS, *more)))
    return Story(uri=story_uri("sample", "1"), **({"blocks": blocks} | plain | fields))


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        ({}, "update", "no mark of the wire says more"),
        ({"signals": ("update",)}, "update", "the wire signals update"),
        ({"signals": ("replace",)}, "update", "the wire signals replace"),
        ({"signals": ("correction",)}, "correction", "the wire signals correction"),
        ({"signals": ("update", "correction")}, "correction", "the wire signals correction"),
        ({"signals": ("clarification",)}, "clarification", "the wire signals clarification"),
        ({"signals": ("minor correction",)}, "refile", "the wire signals minor correction"),
        ({"signals": ("repeat", "update")}, "repeat", "the wire signals repeat"),
        ({"pubstatus": "canceled", "signals": ("correction",)}, "withdrawal", "the wire says: canceled"),
        ({"pubstatus": "withheld"}, "hold", "the wire says: withheld"),
        (
            {"signals": ("correction",), "ednote": "Eds: CORRECTS to 221."},
            "correction",
            "the wire signals correction: Eds: CORRECTS to 221.",
        ),
    ],
)
def test_by_its_signals(fields, kind, reason):
    said = kind_of(story(), story(**fields))
    assert (said.kind, said.reason, said.note) == (kind, reason, None)


def test_the_first_is_new_whatever_it_says():
    assert kind_of(None, story("Correction: It was 212.", signals=("correction",))).kind == "new"
    assert kind_of(None, story(pubstatus="canceled")).kind == "withdrawal"


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("Correction: The quay has 221 lamps, not 212.", "correction"),
        ("CORRECTION (June 3): The quay has 221 lamps.", "correction"),
        ("(Corrected: it is 221, not 212.)", "correction"),
        ("Correction, June 3: The quay has 221 lamps.", "correction"),
        ("Corrections — The quay has 221 lamps.", "correction"),
        ("Corrección: El muelle tiene 221 faroles.", "correction"),
        ("Clarification: The lamps burn until eleven.", "clarification"),
        ("Aclaración: Los faroles arden hasta las once.", "clarification"),
        ("Editor’s note: An earlier version of this story gave a wrong number of lamps.", "correction"),
        ("This story has been corrected to say that the quay has 221 lamps.", "correction"),
        ("This article was clarified to say until when the lamps burn.", "clarification"),
    ],
)
def test_by_its_note_to_readers(note, kind):
    said = kind_of(story(), story(note))
    assert (said.kind, said.note) == (kind, note)
    assert note in said.reason


@pytest.mark.parametrize(
    "text",
    [
        "Corrections officers: a day with the night shift.",
        "Corrections officers in Polk County said: “We were not asked.”",
        "The correction: prices fell by a tenth.",
        "An earlier version of this story appeared in the Gazette.",
        "She called for a correction of the map.",
        "Correction: " + "lamp " * 250,
    ],
)
def test_prose_is_no_note(text):
    assert kind_of(story(), story(text)).kind == "update"


def test_a_note_in_the_midst_of_a_story_is_prose():
    long = story(*(f"Paragraph {n}." for n in range(9)))
    note = paragraph("Correction: one of the signs said.")
    blocks = (*long.blocks[:5], note, *long.blocks[5:])
    assert kind_of(long, long.model_copy(update={"blocks": blocks})).kind == "update"


def test_what_stood_there_before_makes_no_correction_of_an_update():
    noted = story("Correction: The quay has 221 lamps.")
    update = noted.model_copy(update={"headline": "The lamps burn on"})
    assert kind_of(noted, update).kind == "update"
    marked = story(signals=("correction",), ednote="Eds: CORRECTS to 221.")
    later = marked.model_copy(update={"headline": "The lamps burn on"})
    assert kind_of(marked, later).kind == "update"
    assert "of the revision before" in kind_of(marked, later).reason
    again = later.model_copy(update={"ednote": "Eds: CORRECTS to 222."})
    assert kind_of(marked, again).kind == "correction"


def test_a_signal_without_a_note_counts_each_time():
    marked = story(signals=("correction",))
    assert kind_of(marked, marked.model_copy(update={"headline": "The lamps burn on"})).kind == "correction"


def test_a_correction_outweighs_a_clarification():
    said = kind_of(story(), story("Clarification: until eleven.", signals=("correction",)))
    assert (said.kind, said.note) == ("correction", "Clarification: until eleven.")


def test_a_hold_that_ends_is_a_release_unless_it_says_more():
    held = story(pubstatus="withheld")
    assert kind_of(held, story()).kind == "release"
    assert kind_of(held, story(signals=("correction",))).kind == "correction"


class TestSinceAnEarlierVersion:
    """What the last of several versions is to one who has the first."""

    def test_one_that_follows_is_what_it_is(self):
        corrected = story("Correction: The quay has 221 lamps, not 212.")
        assert kind_since([story(), corrected]) == kind_of(story(), corrected)
        assert kind_since([story(), story(headline="Lamps")]).kind == "update"
        assert kind_since([story()]).kind == "new"

    def test_a_correction_that_was_missed_is_one_still(self):
        note = "Correction: The quay has 221 lamps, not 212."
        told = kind_since([story(), story(note), story(note, headline="Lamps")])
        assert (told.kind, told.note) == ("correction", note)
        graver = [story(), story(signals=("clarification",)), story(signals=("correction",)), story()]
        assert (kind_since(graver).kind, kind_since(graver).note) == ("correction", None)

    def test_a_note_that_the_last_version_has_no_more_is_not_told(self):
        told = kind_since([story(), story("Clarification: It is 221 lamps."), story(headline="Lamps")])
        assert (told.kind, told.note) == ("clarification", None)

    def test_a_hold_between_brings_no_note_anew(self):
        noted = story("Correction: The quay has 221 lamps, not 212.")
        hold = story(pubstatus="withheld", blocks=())
        assert kind_since([noted, hold, noted.model_copy(update={"headline": "Lamps"})]).kind == "update"
        assert kind_since([noted, hold]).kind == "hold"
