"""Fingerprints: small, the same everywhere, and honest about what they left out."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.match.fingerprint import KEPT, Fingerprint, Sample, fingerprint
from newsroom.story import Story, paragraph

WORDS = ["alpha", "Bravo", "12", "charlie", "Delta", "3,400", "echo", "foxtrot"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1)


def story(text, headline="A headline"):
    return Story(uri="urn:x", wire="w", provider="W", headline=headline, blocks=(paragraph(text),))


def numbered(first, last):
    return " ".join(f"word{n}" for n in range(first, last))


@given(st.lists(SENTENCES, max_size=60))
def test_what_is_written_is_read_back(sentences):
    made = fingerprint(story(". ".join(" ".join(words) for words in sentences)))
    if made:
        assert Fingerprint.from_bytes(made.to_bytes()) == made


def test_a_long_story_is_as_small_as_a_short_one():
    made = fingerprint(story(numbered(0, 20_000)))
    assert made
    assert (made.size, len(made.runs.digests)) == (19_997, KEPT["runs"])
    assert len(made.to_bytes()) < 2_000


def test_it_is_the_same_in_every_process():
    code = (
        "from newsroom.match.fingerprint import fingerprint; from newsroom.story import Story, paragraph;"
        "made = fingerprint(Story(uri='urn:x', wire='w', provider='W', headline='A headline',"
        " blocks=(paragraph(' '.join(f'word{n}' for n in range(300))),)));"
        "print(made.buckets, made.to_bytes().hex())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    made = fingerprint(story(numbered(0, 300)))
    assert made
    assert told == [f"{made.buckets} {made.to_bytes().hex()}\n"] * 2


@pytest.mark.parametrize(
    "text", ["", "A bulletin.", "Twenty words are too few to be told from twenty others."]
)
def test_a_story_without_words_enough_has_none(text):
    assert fingerprint(story(text)) is None


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x09", bytes(200)])
def test_another_version_or_a_cut_one_is_refused(damage):
    with pytest.raises(ValueError, match="fingerprint: saw"):
        Fingerprint.from_bytes(damage)
    made = fingerprint(story(numbered(0, 100)))
    assert made
    with pytest.raises(ValueError, match="wanted version"):
        Fingerprint.from_bytes(made.to_bytes()[:-4])


@pytest.mark.parametrize(("kept", "whole"), [(40, 0.1), (400, 0.25), (2_000, 0.5)])
def test_a_sample_estimates_what_is_shared(kept, whole):
    """A part of a text is wholly in it, and the text is in its part by its share."""
    part = Sample.of((f"run {n}" for n in range(kept)), 256)
    total = Sample.of((f"run {n}" for n in range(int(kept / whole))), 256)
    assert part.share_in(total) == 1.0
    assert total.share_in(part) == pytest.approx(whole, abs=0.09)


@given(st.sets(st.text(max_size=3), max_size=40), st.sets(st.text(max_size=3), max_size=40))
def test_small_samples_are_exact(one, other):
    expected = len(one & other) / len(one) if one else 0.0
    assert Sample.of(one, 64).share_in(Sample.of(other, 64)) == pytest.approx(expected)
