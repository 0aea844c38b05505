import json
import os
from pathlib import Path

import pytest

from newsroom.config import load
from samplewire import write_configuration
from samplewire.configuration import PORT
from samplewire.sites import FEEDS, SITES

CONFIGURATION = load()
KINDS = {"rss_links": "rss", "rss_full": "rss", "atom": "atom", "jsonfeed": "jsonfeed", "sitemap": "sitemap"}


def test_the_samples_wires_load():
    files = tuple(f"wires/{name}.yaml" for name in SITES)
    assert set(SITES) <= set(CONFIGURATION.wires)
    assert not [str(problem) for problem in CONFIGURATION.problems if problem.file in files]
    assert not [str(problem) for problem in CONFIGURATION.problems if problem.file.startswith("topics/")]


def test_the_wires_name_every_feed_of_the_sample():
    said = {
        (wire, feed.id, feed.url, feed.kind) for wire in SITES for feed in CONFIGURATION.wires[wire].feeds
    }
    assert said == {
        (feed.wire, feed.id, f"http://127.0.0.1:{PORT}{feed.path}", KINDS[feed.kind]) for feed in FEEDS
    }


def test_the_samples_notices_name_holders_that_the_wires_know():
    for name, site in SITES.items():
        holders = CONFIGURATION.wires[name].rights.holders
        names = {alias for holder in holders for alias in (holder.name, *holder.aliases)}
        assert any(known in site.notice for known in names)


def test_topic_codes_are_media_topics_in_use():
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS names no folder with IPTC's Media Topics")
    path = Path(folder) / "newscodes" / "mediatopics_2023-10-24.json"
    concepts = json.loads(path.read_text(encoding="utf-8"))["concepts"]
    names = {one["qcode"]: one["name_en"] for one in concepts if not one["retired"]}
    for topics in CONFIGURATION.topics.values():
        for label, codes in topics.labels.items():
            assert all(code in names for code in codes), label


def test_the_configuration_for_another_port(tmp_path):
    moved = load(write_configuration(tmp_path / "config", 18_099))
    assert moved.problems == CONFIGURATION.problems
    for name in SITES:
        wire = moved.wires[name]
        assert wire.politeness.ports == (18_099,)
        assert all(feed.url.startswith("http://127.0.0.1:18099/") for feed in wire.feeds)
