"""The samples read whole, as the desk gets them, and the station's page that the product began with."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.extract.document import Unreadable
from newsroom.extract.page import read
from samplewire import Sample, load_samples
from samplewire.pages import page, path_of

STATION = Path(__file__).with_name("pages") / "station.html"
BASE = "http://127.0.0.1:8099"


@pytest.mark.parametrize("sample", [pytest.param(one, id=name) for name, one in load_samples().items()])
def test_each_sample_is_read_as_its_desk_expects(sample: Sample, sample_document, published, shipped):
    one, expect = published(sample), sample.expect
    story = read(sample_document(sample))
    assert story.headline == one.filled(sample.headline).removeprefix("URGENTE - ")
    assert (story.byline, story.authors, story.source) == (expect.byline, expect.authors, expect.source)
    paragraphs = [block.text for block in story.blocks if block.kind == "paragraph"]
    assert paragraphs == [one.filled(text) for text in sample.paragraphs]
    assert len(paragraphs) == expect.paragraphs
    assert tuple(block.text for block in story.blocks if block.kind == "heading") == expect.headings
    assert story.copyrightnotice == (one.notice or None)
    assert story.topics == ((sample.label,) if sample.label else ())
    assert tuple(subject.code for subject in story.subject) == expect.subject
    assert story.language == sample.language
    assert story.provider == shipped.wires[sample.wire].provider
    assert (story.firstcreated, story.versioncreated) == (one.dated, one.dated)
    assert story.url == BASE + path_of(one)
    assert any(flag.startswith("gate.") for flag in story.flags) == bool(sample.paywall)


def test_a_stations_page_gives_the_story_and_none_of_the_furniture(document, shipped):
    wire = shipped.wires["cnn_newsource"]
    url = "https://kvxq.example/news/cnn-world/2022/07/09/harbour-states-agree-on-night-ferries/"
    story = read(document(STATION.read_text("utf-8"), url, wire=wire, topics=shipped.topics_of(wire)))
    assert story.headline == "Harbour states agree on night ferries after long talks in Port Selda"
    assert (story.byline, story.source, story.provider) == ("Reuters", "Reuters", "CNN Newsource")
    assert [block.kind for block in story.blocks] == ["paragraph"] * 13 + ["heading"] + ["paragraph"] * 6
    assert story.blocks[0].text.startswith("Ministers of the five harbour states")
    assert story.blocks[13].text == "Question of fares"
    assert story.blocks[-1].text.endswith("before the elections in November.")
    assert story.copyrightnotice == (
        "™ & © 2022 Cable News Network, Inc., a WarnerMedia Company. All rights reserved."
    )
    assert (story.copyrightholder, story.copyrightyear) == ("Cable News Network, Inc.", 2022)
    assert story.topics == ("CNN - World",)
    assert [subject.code for subject in story.subject] == ["medtop:20000638"]
    assert story.firstcreated is not None
    assert story.firstcreated.isoformat() == "2022-07-09T16:02:11+00:00"
    assert story.url == url
    assert story.flags == ()


@pytest.mark.parametrize("footer", ["div", "footer", "p"])
def test_without_its_notice_a_story_has_none_whatever_the_footer_says(sample_document, published, footer):
    sample = load_samples()["cod_talks"]
    one = published(sample)
    whole = page(one, (), BASE)
    html = whole.replace(f"<p>The-CNN-Wire<br>\n{one.notice.replace('&', '&amp;')}</p>", "")
    assert len(html) < len(whole)
    html = html.replace("</body>", f"<{footer}>© 2026 News-Press & Gazette Company</{footer}></body>")
    story = read(sample_document(sample, html))
    assert (story.copyrightnotice, story.copyrightholder, story.copyrightyear) == (None, None, None)
    assert story.evidence["copyrightnotice"] == ("the last 3 paragraphs, the footer and the page's metadata")
    assert sum(block.kind == "paragraph" for block in story.blocks) == 19


def test_without_its_topic_a_story_says_where_it_was_looked_for(document, shipped):
    wire = shipped.wires["cnn_newsource"]
    html = (
        STATION.read_text("utf-8")
        .replace("<strong>Article Topic Follows:</strong>", "")
        .replace("CNN - World", "")
    )
    story = read(document(html, "https://kvxq.example/a/", wire=wire, topics=shipped.topics_of(wire)))
    assert (story.topics, story.subject) == ((), ())
    assert story.evidence["topics"].startswith("the lines below the story, the page's metadata")


def test_every_field_that_is_checked_has_its_evidence(sample_document):
    story = read(sample_document(load_samples()["no_byline"]))
    named = (
        "headline", "byline", "authors", "source", "creditline", "copyrightnotice", "copyrightholder",
        "copyrightyear", "topics", "subject", "language", "firstcreated", "versioncreated", "url", "ednote",
        "pubstatus", "usageterms", "license", "dateline", "body", "embargoed", "signals",
    )  # fmt: skip
    assert [name for name in named if not story.evidence.get(name)] == []


def test_a_wall_is_taken_out_of_the_body_and_holds_the_story(sample_document):
    story = read(sample_document(load_samples()["paywalled"]))
    assert "subscri" not in story.body
    assert story.flags[0].startswith("gate.paywall: ")


def test_a_page_that_broke_off_holds_the_story(document, prose):
    whole = "<html><body><article>" + "".join(f"<p>{text}</p>" for text in prose) + "</article></body></html>"
    assert read(document(whole)).flags == ()
    broken = whole[: whole.index(prose[-1]) + 40]
    assert [flag.split(":")[0] for flag in read(document(broken)).flags] == ["gate.truncated"]


def test_a_page_that_goes_on_holds_the_story(story):
    said = story(head='<link rel="next" href="/a/story/2">')
    assert [flag.split(":")[0] for flag in said.flags if flag.startswith("gate.")] == ["gate.pages"]


def test_a_story_that_is_only_a_byline_is_refused(document):
    with pytest.raises(Unreadable) as refused:
        read(document("<html><body><p>By Jane Roe, CNN</p></body></html>"))
    assert refused.value.refusal.code == "no_body"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.text(max_size=120), place=st.sampled_from(["above", "below", "after", "head"]))
def test_no_line_around_a_story_breaks_its_reading(story, prose, line, place):
    escaped = line.replace("&", "&amp;").replace("<", "&lt;")
    made = {"head": f"<title>{escaped}</title>"} if place == "head" else {place: f"<p>{escaped}</p>"}
    read_story = story(**made)
    assert set(prose) <= {block.text for block in read_story.blocks}
