"""The wire that sends documents: valid NewsML-G2, a correction and a kill in their time."""

import os
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from newsroom.config import load
from samplewire.dispatch import CONTENT_TYPE, PATH, load_entries

NAR = {"g": "http://iptc.org/std/nar/2006-10-01/"}
STATUS = "g:itemMeta/g:pubStatus/@qcode"


def message(wire) -> Any:
    answer = requests.get(wire.url + PATH, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    return etree.fromstring(answer.content)


def texts(wire) -> dict[str, tuple[str, str]]:
    """Version and status of each text that is out."""
    items = message(wire).xpath("//g:newsItem[g:itemMeta/g:itemClass/@qcode='ninat:text']", namespaces=NAR)
    return {
        item.get("guid").rpartition(":")[2]: (item.get("version"), item.xpath(STATUS, namespaces=NAR)[0])
        for item in items
    }


def test_three_stories_one_corrected_and_one_killed(wire, clock):
    fresh = dict.fromkeys(("quay-lamps", "lighthouse-fee", "ice-house"), ("1", "stat:usable"))
    assert texts(wire) == fresh
    clock.advance(2 * 30)
    assert texts(wire) == fresh | {"quay-lamps": ("2", "stat:usable")}
    clock.advance(2 * 30)
    killed = texts(wire)
    assert killed["lighthouse-fee"] == ("2", "stat:canceled")
    clock.advance(86_400)
    assert texts(wire) == killed


def test_unchanged_is_a_304(wire, clock):
    first = requests.get(wire.url + PATH, timeout=5)
    again = requests.get(wire.url + PATH, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert again.status_code == 304
    clock.advance(2 * 30)
    later = requests.get(wire.url + PATH, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert later.status_code == 200


def test_pictures_are_there(wire):
    (address,) = message(wire).xpath("//g:remoteContent/@href", namespaces=NAR)
    assert requests.get(address, timeout=5).content.startswith(b"\x89PNG")


@pytest.mark.parametrize("steps", [0, 4])
def test_valid_by_the_official_schema(wire, clock, steps):
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    schema = etree.XMLSchema(etree.parse(Path(folder, "newsml-g2", "NewsML-G2_2.35-spec-All-Power.xsd")))
    clock.advance(steps * 30)
    assert schema.validate(message(wire)), schema.error_log


def test_every_version_comes_after_the_one_before():
    versions: dict[str, list[tuple[int, int]]] = {}
    for entry in load_entries():
        versions.setdefault(entry.id, []).append((entry.version, entry.step))
    assert all(each == sorted(each) for each in versions.values())
    assert "coast_dispatch" in load().wires
