import json
from typing import Any

import pytest
import requests
from lxml import html

from samplewire import ManualClock, Sample, load_samples
from samplewire.agenda import Published
from samplewire.pages import page, path_of

NOW = ManualClock()()
BASE = "http://127.0.0.1:8099"


def published(sample: Sample) -> Published:
    return Published(sample, 7, NOW, NOW, NOW)


def read(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def text_of(element: html.HtmlElement | None) -> str:
    assert element is not None
    return " ".join(element.text_content().split())


def json_ld(tree: html.HtmlElement) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(tree.findtext(".//script[@type='application/ld+json']") or "")
    return data


@pytest.mark.parametrize("sample", [pytest.param(one, id=name) for name, one in load_samples().items()])
def test_the_page_has_the_story_in_order(sample):
    one = published(sample)
    tree = read(page(one, (), BASE))
    assert text_of(tree.find(".//h1")) == one.filled(sample.headline)
    texts = [text_of(element) for element in tree.iter("p", "h2")]
    wanted = [one.filled(paragraph) for paragraph in sample.paragraphs]
    assert [text for text in texts if text in wanted] == wanted
    assert all(heading in texts for heading in sample.headings)
    assert tree.xpath("//link[@rel='canonical']/@href") == [BASE + path_of(one)]


def test_the_stations_page_has_the_seeds_furniture():
    tree = read(page(published(load_samples()["cod_talks"]), (), BASE))
    lines = [line.strip() for line in tree.text_content().splitlines()]
    year = NOW.year
    in_order = [
        "Skip to Content",
        "Story by Reuters",
        "Question of compensation",
        "The-CNN-Wire",
        f"™ & © {year} Cable News Network, Inc., a Warner Bros. Discovery Company. All rights reserved.",
        "Article Topic Follows: CNN - World",
        "Jump to comments ↓",
        "CNN Newssource",
        "BE PART OF THE CONVERSATION",
        "Skip to content",
    ]
    places = [lines.index(line) for line in in_order]
    assert places == sorted(places)
    assert any("Mesa Vista Television, LLC" in line for line in lines)


def test_tag_and_notice_are_one_paragraph():
    tree = read(page(published(load_samples()["cod_talks"]), (), BASE))
    notice = next(p for p in tree.iter("p") if (p.text or "").startswith("The-CNN-Wire"))
    assert [child.tag for child in notice] == ["br"]


def test_a_story_without_notice_or_topic_has_none():
    untold = page(published(load_samples()["no_notice"]), (), BASE)
    assert "Cable News Network" not in untold
    assert "The-CNN-Wire" not in untold
    assert "Article Topic Follows" not in page(published(load_samples()["no_topic"]), (), BASE)
    assert "/news/20" in path_of(published(load_samples()["no_topic"]))


def test_the_agencys_page_tells_its_rights_in_json_ld():
    one = published(load_samples()["biblioteca_flotante"])
    tree = read(page(one, (), BASE))
    data = json_ld(tree)
    assert data["@type"] == "NewsArticle"
    assert data["copyrightHolder"]["name"] == "Agencia Sur"
    assert data["copyrightNotice"] == one.notice
    assert data["copyrightYear"] == NOW.astimezone(one.sample.site.zone).year
    assert data["articleSection"] == "Cultura"
    assert data["author"] == [{"@type": "Person", "name": "Marisa Ledesma Ortúzar"}]
    assert data["inLanguage"] == "es"


def test_hostile_text_stays_text():
    evil = "</script><script>alert('x')</script> & ]]>"
    sample = load_samples()["grain_rail"].model_copy(update={"headline": evil, "label": evil})
    text = page(published(sample), (), BASE)
    assert "<script>alert" not in text
    tree = read(text)
    assert text_of(tree.find(".//h1")) == evil
    assert json_ld(tree)["headline"] == evil


def test_the_update_says_so(wire, clock):
    clock.advance(4 * 30)
    text = requests.get(wire.url_of("night_ferry"), timeout=5).text
    assert text.index("<p>UPDATED</p>") < text.index("<p>By Saoirse Valdemar, CNN</p>")
    assert "mouse" in text


def test_addresses_are_made_of_the_first_headline(wire, clock):
    before = wire.url_of("night_ferry")
    clock.advance(4 * 30)
    assert wire.url_of("night_ferry") == before
    assert before.endswith(
        "/night-ferry-returns-to-port-after-lights-fail-passengers-stay-aboard-until-dawn/"
    )
    assert len({wire.url_of(one.id) for one in wire.published}) == len(wire.published)
