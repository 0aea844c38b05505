"""Word diffs: what they show, that they add up, and that no text makes them slow."""

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.revise.changes import PARAGRAPH, Change, changes, summary
from newsroom.story import NOT_CONTENT, Block, Story, Subject, paragraph, story_uri


def story(*texts: str, **fields: Any) -> Story:
    plain = {"wire": "sample", "provider": "Sample Newsource", "headline": "The lamps burn again"}
    blocks = tuple(map(paragraph, texts))
    return Story(uri=story_uri("sample", "1"), **({"blocks": blocks} | plain | fields))


def shown(told: tuple[Change, ...]) -> list[str]:
    """The changes in wdiff's marks."""
    form = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return [" ".join(form[each.kind].format(each.text) for each in change.pieces) for change in told]


LAMPS = story(
    "The 212 lamps of the quay burn.", "A diver laid the wires.", "Shops have asked for less light."
)


def test_words_in_headline_and_body():
    after = story(
        "The 221 lamps of the quay burn.",
        "A diver laid the wires.",
        "Shops have asked for less light after ten.",
        headline="The 221 lamps burn again",
    )
    told = changes(LAMPS, after)
    assert [(each.field, each.place) for each in told] == [
        ("headline", ""),
        ("body", "paragraph 1"),
        ("body", "paragraph 3"),
    ]
    assert shown(told) == [
        "The {+221+} lamps burn again",
        "The [-212-] {+221+} lamps of the quay burn.",
        "Shops have asked for less [-light.-] {+light after ten.+}",
    ]
    assert summary(told) == "headline, 2 paragraphs, +5 −2 words"


def test_paragraphs_that_come_and_go():
    more = story(*(block.text for block in LAMPS.blocks), "The harbor", "will count.")
    assert [(c.place, c.paragraphs, c.new) for c in changes(LAMPS, more)] == [("paragraphs 4 to 5", 2, 4)]
    assert shown(changes(LAMPS, more)) == [f"{{+The harbor {PARAGRAPH} will count.+}}"]
    less = story(LAMPS.blocks[1].text)
    assert [(c.place, c.gone) for c in changes(LAMPS, less)] == [
        ("at the beginning", 7),
        ("after paragraph 1", 6),
    ]


def test_what_was_rewritten_is_not_cut_into_shreds():
    before = story("The mayor of the town opened the bridge in the rain.")
    after = story("Nobody in the county had asked the painters for a second coat of grey.")
    (change,) = changes(before, after)
    assert [piece.kind for piece in change.pieces] == ["gone", "new"]


def test_a_paragraph_that_became_a_heading():
    heading = Block(
        kind="heading", text="A diver laid the wires.", html="<h2>A diver laid the wires.</h2>", level=2
    )
    after = LAMPS.model_copy(update={"blocks": (LAMPS.blocks[0], heading, LAMPS.blocks[2])})
    (change,) = changes(LAMPS, after)
    assert shown((change,)) == ["{+[heading]+} A diver laid the wires."]
    assert (change.new, change.gone) == (0, 0)


def test_other_fields_are_told_as_their_values():
    after = LAMPS.model_copy(
        update={
            "subject": (Subject(code="medtop:20000337", name="power supply"),),
            "ednote": "Eds: ADDS.",
            "byline": "By Greta  Hollis",
        }
    )
    assert [(c.field, shown((c,))[0]) for c in changes(LAMPS, after)] == [
        ("byline", "{+By Greta Hollis+}"),
        ("subject", "{+medtop:20000337, power supply+}"),
        ("ednote", "{+Eds: ADDS.+}"),
    ]
    spaced = after.model_copy(update={"byline": "By Greta Hollis"})
    assert shown(changes(after, spaced)) == ["[-By Greta Hollis-] {+By Greta Hollis+}"]


def test_the_same_and_what_is_no_content_are_no_change():
    assert changes(LAMPS, LAMPS) == ()
    assert summary(()) == "nothing"
    churned = LAMPS.model_copy(update={"wire_version": "9", "feed": "other", "flags": ("a: b",)})
    assert changes(LAMPS, churned) == ()


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=12).map(" ".join)
TEXTS = st.lists(WORDS.filter(bool), max_size=6)


@given(before=TEXTS, after=TEXTS, headlines=st.tuples(WORDS, WORDS))
def test_a_diff_holds_both_versions(before, after, headlines):
    """What is same and gone is the old text, what is same and new the new one; a new hash has a change."""
    old, new = (story(*texts, headline=h) for texts, h in zip((before, after), headlines, strict=True))
    told = changes(old, new)
    assert bool(told) == (old.content_hash != new.content_hash)
    for change in told:
        was, is_now = (
            " ".join(piece.text for piece in change.pieces if piece.kind != kind) for kind in ("new", "gone")
        )
        if change.field == "headline":
            assert (was, is_now) == headlines
        else:
            passages = [f" {PARAGRAPH} ".join(texts) for texts in (before, after)]
            assert was in passages[0]
            assert is_now in passages[1]
    in_order = [change.place for change in told if change.field == "body"]
    assert len(in_order) == len(set(in_order))


def test_every_field_that_is_content_is_compared():
    compared = {change.field for change in changes(_every_field("a"), _every_field("b"))}
    assert compared == set(Story.model_fields) - set(NOT_CONTENT) - {"uri", "wire", "blocks"} | {"body"}


def _every_field(value: str) -> Story:
    """A story with this value in every field; what it holds is not checked."""
    values: dict[str, Any] = {name: value for name in Story.model_fields if name != "blocks"}
    return Story.model_construct(**values, blocks=(paragraph(value),))


@pytest.mark.parametrize("alike", [True, False])
def test_a_very_long_text_takes_no_longer_than_a_moment(alike):
    """50,000 words, the common ones thousands of times; rewritten throughout, or every seventh word."""
    chance = random.Random(4)  # noqa: S311 - the same text each time
    words = [chance.choice(["the", "of", "a", f"w{chance.randrange(4_000)}"]) for _ in range(50_000)]
    other = [chance.choice(["the", "of", f"w{chance.randrange(4_000)}"]) for _ in words]
    changed = [
        new if not alike or at % 7 == 0 else old
        for at, (old, new) in enumerate(zip(words, other, strict=True))
    ]
    began = time.perf_counter()
    told = changes(story(" ".join(words)), story(" ".join(changed)))
    assert time.perf_counter() - began < 5
    assert told[0].new > 1_000
