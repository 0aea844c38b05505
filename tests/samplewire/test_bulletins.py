from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import load
from samplewire.bulletins import ROTATION, bulletin

KINDS = st.sampled_from(ROTATION)
NUMBERS = st.integers(1, 1_000_000)


@given(KINDS, NUMBERS)
def test_long_enough_for_the_house_rules_and_complete(kind, number):
    sample = bulletin(kind, number)
    assert sum(len(text.split()) for text in sample.paragraphs) >= 80
    assert not any(mark in text for text in (sample.headline, *sample.paragraphs) for mark in "{}")
    assert str(number) in sample.headline


@given(KINDS, NUMBERS)
def test_the_same_number_gives_the_same_text(kind, number):
    first = bulletin(kind, number)
    bulletin.cache_clear()
    assert bulletin(kind, number) == first


@given(KINDS, NUMBERS)
def test_another_number_gives_another_text(kind, number):
    assert bulletin(kind, number).body != bulletin(kind, number + 1).body


def test_labels_are_in_the_topic_maps():
    configuration = load()
    for kind in ROTATION:
        sample = bulletin(kind, 1)
        topics = configuration.topics_of(configuration.wires[sample.wire])
        assert topics.labels[str(sample.label)] == sample.expect.subject
