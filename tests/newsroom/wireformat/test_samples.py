"""Recorded samples: valid by the official schemas, and read as their golden files say."""

import json
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from jsonschema.validators import validator_for
from lxml import etree
from referencing import Registry, Resource

from newsroom.extract.document import Unreadable
from newsroom.extract.page import read as read_story
from newsroom.extract.wire_item import losses

SAMPLES = Path(__file__).parent / "samples"
LINKED = {"ap_feed.json": "ap_item.nitf.xml", "ap_item.json": "ap_item.nitf.xml"}
"""What the links of a sample give."""

NAMES = sorted(path.name for path in SAMPLES.glob("*.*") if path.name not in LINKED.values())
GEO_JSON = "https://geojson.org/schema/GeoJSON.json"
ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:T[\d:]+(?:Z|[+-]\d\d:?\d\d)?)?")
DESCRIBES = re.compile(
    r"standard|conformance|itemClass|catalogRef|scheme|mime-?type|content-?type|(?:char|word)count|\.words$"
    r"|^type$|\.type$|@type$|nitf@version|change\.|regsrc|noteclass|fileextension|\.format$|@lang$|@rendition$"
    r"|media-type|\b(?:role|rel)$|@role$|rels\[\]$|renditions\b.*\.(?:name|title)$|itemRef/provider|associations\[\]\.name$",
    re.IGNORECASE,
)
"""Leaves that say how an item is written, or where else in it to look: they need not show in a story."""


@pytest.fixture(scope="session")
def schemas() -> Path:
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    return Path(folder)


def ninjs_errors(schemas: Path, version: str, item: Any) -> list[str]:
    schema = orjson.loads((schemas / "ninjs" / f"ninjs-schema_{version}.json").read_bytes())
    if version.startswith("1."):
        return [error.message for error in Draft4Validator(schema).iter_errors(item)]
    geo = Resource.from_contents(
        orjson.loads((schemas / "ninjs" / "GeoJSON_geojson-schema-1.0.5_MIT.json").read_bytes())
    )
    registry: Registry[Any] = Registry().with_resources([(GEO_JSON, geo), (f"{GEO_JSON}#", geo)])
    kind = validator_for(schema, default=Draft202012Validator)
    validator = kind(schema, registry=registry, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(item)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("ninjs")])
def test_ninjs_is_valid(schemas, name):
    found = re.search(r"\d\.\d", name)
    assert found
    value = orjson.loads((SAMPLES / name).read_bytes())
    for item in value if isinstance(value, list) else [value]:
        assert ninjs_errors(schemas, found[0], item) == []


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("newsml_g2_item.xml", "newsml-g2/NewsML-G2_2.35-spec-All-Power.xsd"),
        ("newsml_g2_kill.xml", "newsml-g2/NewsML-G2_2.35-spec-All-Power.xsd"),
        ("newsml_g2_message.xml", "newsml-g2/NewsML-G2_2.28-spec-All-Power.xsd"),
        ("newsml_g2_package.xml", "newsml-g2/NewsML-G2_2.35-spec-All-Power.xsd"),
        ("nitf_3.6.xml", "nitf/nitf-3-6.xsd"),
        ("nitf_kill.xml", "nitf/nitf-3-6.xsd"),
    ],
)
def test_xml_is_valid(schemas, name, schema):
    validator = etree.XMLSchema(etree.parse(schemas / schema))
    assert validator.validate(etree.parse(SAMPLES / name)), validator.error_log


def test_nitf_without_a_namespace_is_valid_with_one(schemas):
    """The schema asks for a namespace that the DTD of wires' NITF does not have; the rest is as it says."""
    validator = etree.XMLSchema(etree.parse(schemas / "nitf" / "nitf-3-6.xsd"))
    for name in ("nitf_doctype.xml", "ap_item.nitf.xml"):
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False)
        text = (SAMPLES / name).read_bytes().replace(b"&eacute;", b"&#233;").replace(b"&ndash;", b"&#8211;")
        root = etree.fromstring(text, parser)
        for element in root.iter(etree.Element):
            element.tag = f"{{http://iptc.org/std/NITF/2006-10-18/}}{element.tag}"
        root.attrib.pop("version", "")
        assert validator.validate(root), validator.error_log


def told(body: bytes, linked: bytes | None, read: Callable[..., Any], document: Callable[..., Any]) -> Any:
    """All that a document of a wire comes to: its entries, their stories, what is lost."""
    feed = read(body)
    entries = []
    for item in feed.items:
        one = document(item, linked if item.url else None)
        entry = item.model_dump(
            mode="json", exclude={"document", "digest", "raw_key", "key"}, exclude_defaults=True
        )
        made: dict[str, Any] = {"item": entry}
        try:
            made["story"] = read_story(one).model_dump(mode="json", exclude_defaults=True)
            made["lost"] = [f"{lost.path} ×{lost.count}: {lost.value}" for lost in losses(one)]
        except Unreadable as refused:
            made["refused"] = str(refused)
        entries.append(made)
    return {"warnings": list(feed.warnings), "complete": feed.complete, "entries": entries}


@pytest.mark.parametrize("name", NAMES)
def test_golden(name, read, document):
    linked = (SAMPLES / LINKED[name]).read_bytes() if name in LINKED else None
    seen = told((SAMPLES / name).read_bytes(), linked, read, document)
    path = SAMPLES.parent / "golden" / f"{name}.story.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(
            json.dumps(seen, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
        )
    assert seen == json.loads(path.read_text(encoding="utf-8"))


def others(text: str) -> tuple[str, ...]:
    """What may stand there instead: something else in the same form, and nothing."""
    if ISO.fullmatch(text):
        return text.replace("2026", "2025", 1), ""
    if text.isdigit():
        return str(int(text) + 1), ""
    if "://" in text:
        return text.replace("//", "//q", 1), ""
    if re.fullmatch(r"[\w-]+:[\w-]+", text):
        return text.replace(":", ":q", 1), ""
    return f"q{text}", ""


Change = Callable[[Any, str], None]


def json_leaves(value: Any, path: str = "") -> Iterator[tuple[str, str, Change]]:
    """Each leaf's path and text, and how to change it in a copy of the whole."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, each in members:
        here = f"{path}.{key}" if isinstance(key, str) else f"{path}[]"
        if isinstance(each, dict | list):
            for deeper, text, change in json_leaves(each, here):
                yield deeper, text, _within(key, change)
        elif isinstance(each, str) and each:
            yield here.lstrip("."), each, _setting(key)


def _setting(key: str | int) -> Change:
    def change(copy: Any, text: str) -> None:
        copy[key] = text

    return change


def _within(key: str | int, change: Change) -> Change:
    return lambda copy, text: change(copy[key], text)


def _attribute(element: Any, name: Any) -> Change:
    def change(_: Any, text: str) -> None:
        element.set(name, text)

    return change


def _own_text(element: Any) -> Change:
    def change(_: Any, text: str) -> None:
        element.text = text

    return change


def xml_leaves(root: Any) -> Iterator[tuple[str, str, Change]]:
    """The same for XML; the change is made in the tree itself."""
    for element in root.iter(etree.Element):
        around = (*reversed(list(element.iterancestors())), element)
        path = "/".join(etree.QName(each).localname for each in around)
        for name, text in element.attrib.items():
            yield f"{path}@{etree.QName(name).localname}", text, _attribute(element, name)
        if (text := element.text) and text.strip():
            yield path, text, _own_text(element)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".json")])
def test_every_leaf_of_json_is_in_the_story_or_told_as_lost(name, read, document):
    linked = (SAMPLES / LINKED[name]).read_bytes() if name in LINKED else None
    whole = orjson.loads((SAMPLES / name).read_bytes())
    if name == "ap_feed.json":
        del whole["data"]["items"][2:]  # the last is a picture, which is no story
    before = told(orjson.dumps(whole), linked, read, document)
    silent = set()
    for path, text, change in json_leaves(whole):
        if DESCRIBES.search(path) or (name.startswith("ap_") and not re.search(r"\b(?:item|meta)\.", path)):
            continue
        seen = []
        for other in others(text):
            copy = deepcopy(whole)
            change(copy, other)
            seen.append(told(orjson.dumps(copy), linked, read, document))
        if seen == [before, before]:
            silent.add(path)
    assert not silent, "\n".join(sorted(silent))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["newsml_g2_item.xml", "newsml_g2_kill.xml", "newsml_g2_message.xml", "nitf_3.6.xml", "nitf_kill.xml"],
)
def test_every_leaf_of_xml_is_in_the_story_or_told_as_lost(name, read, document):
    root = etree.fromstring((SAMPLES / name).read_bytes())
    before = told(etree.tostring(root), None, read, document)
    silent = set()
    for path, text, change in list(xml_leaves(root)):
        if DESCRIBES.search(path):
            continue
        seen = []
        for other in others(text.strip()):
            change(root, other)
            seen.append(told(etree.tostring(root), None, read, document))
        change(root, text)
        if seen == [before, before]:
            silent.add(path)
    assert not silent, "\n".join(sorted(silent))
