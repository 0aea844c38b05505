import re

import pytest

from newsroom.config import ConfigError, load
from newsroom.config.yaml_file import read_yaml
from samplewire import ManualClock, Sample, load_samples
from samplewire.agenda import load_plan
from samplewire.sites import FEEDS
from samplewire.stories import FOLDER

SAMPLES = load_samples()
PLAN = load_plan()
CONFIGURATION = load()


EACH = pytest.mark.parametrize("sample", [pytest.param(sample, id=name) for name, sample in SAMPLES.items()])


@EACH
def test_what_is_expected_agrees_with_the_story(sample: Sample):
    assert len(sample.paragraphs) == sample.expect.paragraphs
    assert sample.headings == sample.expect.headings
    assert sample.authors == sample.expect.authors
    assert sample.writers == (sample.expect.byline or "")


@EACH
def test_open_places_are_filled_and_nothing_else_is_open(sample: Sample):
    now = ManualClock()()
    for text in (sample.headline, *sample.paragraphs, sample.notice or ""):
        assert not re.search(r"[{}]", sample.filled(text, now))


@EACH
def test_feed_and_shape_exist(sample: Sample):
    assert (sample.wire, sample.feed) in {(feed.wire, feed.id) for feed in FEEDS}


@EACH
def test_subject_is_what_the_wires_topic_map_says(sample: Sample):
    topics = CONFIGURATION.topics_of(CONFIGURATION.wires[sample.wire])
    codes = topics.labels.get(sample.label, ()) if sample.label else ()
    assert codes == sample.expect.subject


def test_every_story_is_on_the_agenda_once():
    then = [step.publish or step.update or "" for step in PLAN.then if not step.repeat]
    assert sorted([*PLAN.there, *then]) == sorted(SAMPLES)
    repeated = [step.repeat for step in PLAN.then if step.repeat]
    assert len(repeated) == 1
    assert repeated[0] in PLAN.there


def test_about_thirty_stories_two_thirds_there_at_first_and_a_third_held():
    first_versions = [sample for sample in SAMPLES.values() if not sample.updates]
    assert 30 <= len(first_versions) <= 36
    assert 0.6 <= len(PLAN.there) / len(first_versions) <= 0.72
    assert sum(sample.expect.outcome == "held" for sample in first_versions) == 11


def test_every_held_story_is_held_by_another_rule_that_exists():
    rules = [sample.expect.rule for sample in SAMPLES.values() if sample.expect.outcome == "held"]
    assert len(rules) == len(set(rules))
    assert set(rules) <= set(CONFIGURATION.rules["house"].rules)


def test_one_story_has_the_shape_of_nineteen_paragraphs_and_a_sub_heading():
    sample = SAMPLES["cod_talks"]
    assert (sample.expect.paragraphs, len(sample.headings)) == (19, 1)
    assert sample.byline == "Story by Reuters"


@EACH
def test_lengths_are_those_of_wire_stories(sample: Sample):
    words = sum(len(text.split()) for text in sample.paragraphs)
    short = {"urgente", "paywalled"}
    assert words < 100 if sample.id in short else 120 <= words <= 650


def test_a_held_story_without_a_reason_is_refused(tmp_path):
    text = (FOLDER / "no_topic.yaml").read_text(encoding="utf-8").replace("  rule: topic\n", "")
    path = tmp_path / "no_topic.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"wanted expect\.rule, field and why"):
        read_yaml(path, Sample, named=True)
