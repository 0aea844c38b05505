"""Topics: labels as received, and the Media Topics that a wire's map leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import TopicMap
from newsroom.extract.media_topics import vocabulary
from newsroom.extract.topics import map_labels, topic_label

MAP = TopicMap(id="tests", version="1", labels={"CNN - World": ("medtop:20000638",)})


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Article Topic Follows: CNN - World", "CNN - World"),
        ("Article Topics Follow: CNN - World", "CNN - World"),
        ("ARTICLE TOPIC FOLLOWS:  CNN -  World ", "CNN - World"),
        ("Filed under: Sport", "Sport"),
        ("Article Topic Follows:", None),
        ("The topic follows: nothing", None),
        ("", None),
    ],
)
def test_the_stations_line_names_the_label(line: str, label: str | None):
    assert topic_label(line) == label


def test_the_label_may_stand_in_the_next_line(story):
    assert topic_label("Article Topic Follows:", "CNN - World") == "CNN - World"
    assert story(below="<p>Article Topic Follows:<br>World</p>").topics == ("World",)
    assert story(below="<p>Article Topic Follows:</p><p>World</p>").topics == ("World",)


@pytest.mark.parametrize("label", ["CNN – World", "CNN — World", "cnn ‐ world"])
def test_a_labels_dash_may_be_another(label: str):
    assert [subject.code for subject in map_labels([label], MAP, vocabulary()).subject] == ["medtop:20000638"]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("subj:11000000", "medtop:11000000"),
        ("http://cv.iptc.org/newscodes/subjectcode/15000000", "medtop:15000000"),
        ("https://cv.iptc.org/newscodes/mediatopic/20000638", "medtop:20000638"),
        ("20000638", "medtop:20000638"),
        ("subj:11002002", None),
        ("subj:99000000", None),
    ],
)
def test_iptcs_codes_are_labels_of_themselves(label: str, code: str | None):
    topics = map_labels([label], MAP, vocabulary())
    assert [subject.code for subject in topics.subject] == ([code] if code else [])
    assert topics.unmapped == (() if code else (label,))


def test_labels_lead_to_subjects_and_the_others_are_told():
    topics = map_labels(
        ["cnn  - world", "CNN - Oddities", "CNN - World", "medtop:15000000"], MAP, vocabulary()
    )
    assert topics.labels == ("cnn - world", "CNN - Oddities", "medtop:15000000")
    assert [(s.code, s.name, s.label) for s in topics.subject] == [
        ("medtop:20000638", "international relations", "cnn - world"),
        ("medtop:15000000", "sport", "medtop:15000000"),
    ]
    assert topics.unmapped == ("CNN - Oddities",)
    assert topics.flags(MAP) == (
        "topic.unmapped: saw 'CNN - Oddities'; wanted a label of topics/tests.yaml (version 1): add it there",
    )


@given(st.text(max_size=200))
def test_no_line_breaks_it(line: str):
    label = topic_label(line)
    assert label is None or 0 < len(label) <= 120


def meta(name: str, text: str) -> str:
    return f'<meta property="{name}" content="{text}">'


def test_the_line_at_the_story_goes_before_the_metadata(story):
    said = story(head=meta("article:section", "Sport"), below="<p>Article Topic Follows: World</p>")
    assert said.topics == ("World",)
    assert said.evidence["topics"] == "the line of topics below the story"


def test_a_place_whose_label_the_map_knows_goes_first(story, entry):
    said = story(head=meta("article:section", "Features"), item=entry(categories=("World", "Boats")))
    assert said.topics == ("World", "Boats")
    assert said.evidence["topics"] == "the feed entry's categories"


def test_the_address_counts_where_the_story_names_none(story):
    said = story(url="https://site.example/world/2026/06/10/ferry/")
    assert said.topics == ("World",)
    assert said.evidence["topics"] == "the story's address"


def test_the_feeds_own_label_comes_last(story, entry):
    said = story(item=entry(feed="sport"))
    assert said.topics == ("Sport",)
    assert said.evidence["topics"] == "wires/tests.yaml"


def test_keywords_are_kept_as_received(story):
    head = '<meta name="news_keywords" content="ferry, harbor ,ferry">'
    assert story(head=head).keywords == ("ferry", "harbor")


def test_a_keyword_that_the_map_knows_is_a_label(story):
    said = story(head=meta("article:section", "Features") + '<meta name="keywords" content="boats;World">')
    assert (said.topics, said.unmapped) == (("Features", "World"), ("Features",))
    assert [subject.label for subject in said.subject] == ["World"]


def test_a_list_of_labels_in_one_is_taken_apart(story):
    said = story(below="<p>Article Topic Follows: World, Boats</p>")
    assert (said.topics, said.unmapped) == (("World", "Boats"), ("Boats",))
