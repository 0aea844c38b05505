"""IPTC ninjs 2.2 and 1.6, made from the 3.1 item: for each line a table of what its properties are there.

2.2 has 3.1's shape with small letters. 1.6 has names in the singular, one property a body and a headline, and
objects where the later lines have lists.
"""

from collections.abc import Callable, Mapping
from typing import Any

from newsroom.config import House, Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import feed_url
from newsroom.deliver.edition import Edition
from newsroom.deliver.ninjs import CONTENT_TYPE, Json, composite, encode

__all__ = ["CONTENT_TYPE", "VERSION", "item_1_6", "item_2_2", "render_1_6", "render_2_2"]

VERSION = "3"
"""Raised with every change of what this module or `ninjs` writes, so that feeds are written anew."""

Property = Callable[[Any], Json]
"""What a property of 3.1 is in another line: of its value, the properties there."""

_SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_{}.json#"


def render_2_2(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as ninjs 2.2, in UTF-8; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what JSON can't carry; `release_check` finds out whose it is.
    """
    return encode(item_2_2(_addressed(house, partner, edition, "ninjs_2_2")))


def render_1_6(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as ninjs 1.6, in UTF-8; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what JSON can't carry; `release_check` finds out whose it is.
    """
    return encode(item_1_6(_addressed(house, partner, edition, "ninjs_1_6")))


def item_2_2(item: Json) -> Json:
    """An item of 3.1, with all that it associates, as 2.2 has it."""
    return _mapped(item, _TO_2_2)


def item_1_6(item: Json) -> Json:
    """An item of 3.1, with all that it associates, as 1.6 has it."""
    return _mapped(item, _TO_1_6)


def _addressed(house: House, partner: Partner, edition: Edition, name: Format) -> Json:
    """The feed in 3.1; the address that it gives as its own is that of this format."""
    feed = composite(house, partner, edition)
    own = feed_url(house, partner, name)
    if own:
        feed["renditions"] = [{"name": "feed", "href": own, "contentType": CONTENT_TYPE}]
    return feed


def _mapped(item: Json, table: Mapping[str, Property]) -> Json:
    """The item with each property as the table has it; one that it does not name keeps name and value."""
    made: Json = {}
    for name, value in item.items():
        made |= table[name](value) if name in table else {name: value}
    return made


def _named(name: str) -> Property:
    return lambda value: {name: value}


def _each(name: str, **names: str) -> Property:
    """A list of objects under another name, and their properties renamed."""
    return lambda value: {name: [{names.get(key, key): said for key, said in one.items()} for one in value]}


def _standard(name: str, version: str) -> Property:
    said = {"name": "ninjs", "version": version, "schema": _SCHEMA.format(version)}
    return lambda _: {name: said}


_SMALL = {
    name: _named(name.lower())
    for name in (
        *("versionCreated", "firstCreated", "pubStatus", "copyrightHolder", "copyrightNotice", "usageTerms"),
        *("edNote", "representationType"),
    )
} | {
    "embargoedUntil": _named("embargoed"),
    "rightsInfo": lambda value: {"rightsinfo": {key.lower(): said for key, said in value.items()}},
}
"""What both earlier lines write alike."""

_TO_2_2: Mapping[str, Property] = _SMALL | {
    "standard": _standard("standard", "2.2"),
    "headlines": _each("headlines", contentType="contenttype"),
    "descriptions": _each("descriptions", contentType="contenttype"),
    "bodies": _each("bodies", contentType="contenttype", charCount="charcount", wordCount="wordcount"),
    "infoSources": _named("infosources"),
    "altIds": _named("altids"),
    "renditions": _each("renditions", contentType="contenttype"),
    "associations": lambda value: {"associations": [item_2_2(one) for one in value]},
}

_COMPLETE = {"full": "complete", "partial": "incomplete"}


def _representation_1_6(value: str) -> Json:
    return {"representationtype": _COMPLETE[value]}


def _headlines_1_6(headlines: list[Json]) -> Json:
    """The main one as `headline`, another under its role."""
    return {
        "headline" if one["role"] == "main" else f"headline_{one['role']}": one["value"] for one in headlines
    }


def _bodies_1_6(bodies: list[Json]) -> Json:
    made: Json = {}
    for one in bodies:
        plain = one["contentType"] == "text/plain"
        made["body_text" if plain else "body_xhtml"] = one["value"]
        made |= {name.lower(): one[name] for name in ("charCount", "wordCount") if name in one}
    return made


def _concept_1_6(one: Json) -> Json:
    """A concept's address as its scheme and its code."""
    said = {key: value for key, value in one.items() if key not in ("uri", "literal", "role")}
    if "role" in one:
        said["rel"] = one["role"]
    if uri := one.get("uri"):
        scheme, _, code = uri.rpartition("/")
        said |= {"scheme": f"{scheme}/", "code": code}
    return said


def _concepts(name: str) -> Property:
    return lambda value: {name: [_concept_1_6(one) for one in value]}


def _renditions_1_6(renditions: list[Json]) -> Json:
    named = {"contentType": "mimetype"}
    return {
        "renditions": {
            one["name"]: {named.get(key, key): said for key, said in one.items() if key != "name"}
            for one in renditions
        }
    }


def _associations_1_6(items: list[Json]) -> Json:
    """By a name that its schema takes; what it was called is its title, and the order is kept."""
    return {
        "associations": {
            f"{one['type']}_{n:04}": {"title": one["name"]}
            | {key: said for key, said in item_1_6(one).items() if key != "name"}
            for n, one in enumerate(items, 1)
        }
    }


_TO_1_6: Mapping[str, Property] = _SMALL | {
    "standard": _standard("$standard", "1.6"),
    "representationType": _representation_1_6,
    "headlines": _headlines_1_6,
    "descriptions": lambda value: {f"description_{one['role']}": one["value"] for one in value},
    "bodies": _bodies_1_6,
    "by": _named("byline"),
    "people": _concepts("person"),
    "subjects": _concepts("subject"),
    "infoSources": _concepts("infosource"),
    "genres": _concepts("genre"),
    "altIds": lambda value: {"altids": {one["role"]: one["value"] for one in value}},
    "renditions": _renditions_1_6,
    "associations": _associations_1_6,
}
