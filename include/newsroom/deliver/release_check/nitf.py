"""NITF: a ZIP with a document for each story, and in each what a story can't be published without."""

import re
from collections.abc import Iterator

from lxml import etree

from newsroom.deliver.edition import Edition
from newsroom.deliver.nitf import STANDARD
from newsroom.deliver.nitf_body import NITF
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    files,
    is_web,
    read_xml,
    same_stories,
    withdrawn,
)

_N = f"{{{NITF}}}"
_HEAD = f"{_N}body/{_N}body.head/"
_DOCDATA = f"{_N}head/{_N}docdata"
_MOMENT = re.compile(r"\d{8}T\d{6}Z")
_MANAGED = {f"{_N}{name}" for name in ("doc-id", "date.issue", "ed-msg", "du-key")}

_MARKUP = {
    f"{_N}{name}"
    for name in (
        *("a", "block", "body.content", "bq", "br", "caption", "em", "hl2", "li", "media", "media-caption"),
        *(
            "media-producer",
            "media-reference",
            "ol",
            "p",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul",
        ),
    )
}


def check_nitf(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ZIP of NITF documents that should be this edition; empty when it may go out."""
    try:
        found = files(document, "xml")
    except NotWellFormed as error:
        return (Broken(None, "nitf.zip", f"{error}"),)
    broken: list[Broken] = []
    shown, gone = list[str](), list[str]()
    for uri, text in found:
        try:
            root = read_xml(text)
        except NotWellFormed as error:
            broken.append(Broken(uri, "nitf.well_formed", f"{error}"))
            continue
        status = _attribute(root, _DOCDATA, "management-status")
        (gone if status == "canceled" else shown).append(uri)
        rules = _gone(root) if status == "canceled" else _story(root)
        broken.extend(Broken(uri, f"nitf.{rule}", reason) for rule, reason in (*_managed(root, uri), *rules))
    if not any(each.rule == "nitf.well_formed" for each in broken):
        broken.extend(same_stories("nitf.stories", shown, edition.entries))
        broken.extend(withdrawn("nitf.withdrawals", gone, edition))
    return tuple(broken)


def _attribute(root: etree._Element, path: str, name: str) -> str:
    found = root.find(path)
    return found.get(name, "") if found is not None else ""


def _managed(root: etree._Element, uri: str) -> Iterator[tuple[str, str]]:
    """What every document must say of itself."""
    if root.tag != f"{_N}nitf" or root.get("version") != STANDARD:
        yield "root", f"saw <{root.tag}>; wanted <nitf> of version 3.6"
    said = _attribute(root, f"{_DOCDATA}/{_N}doc-id", "id-string")
    if said != uri or not UUID_URN.fullmatch(uri):
        yield "doc-id", f"saw {said!r} in the file of {uri}; wanted a urn:uuid, and the same"
    if not _attribute(root, f"{_DOCDATA}/{_N}du-key", "version").isdecimal():
        yield "version", "saw no version; wanted a number"
    moments = {f"{_DOCDATA}/{_N}date.{name}": "norm" for name in ("issue", "release", "expire")}
    for path, name in (moments | {f"{_N}head/{_N}pubdata": "date.publication"}).items():
        told = root.find(path)
        if told is not None and not _MOMENT.fullmatch(told.get(name, "")):
            yield "date", f"saw {told.get(name)!r}; wanted a moment as 20220709T120500Z"


def _story(root: etree._Element) -> Iterator[tuple[str, str]]:
    status = _attribute(root, _DOCDATA, "management-status")
    if status != "usable":
        yield "status", f"saw {status!r}; wanted usable or canceled"
    if root.find(f"{_DOCDATA}/{_N}date.issue") is None or root.find(f"{_N}head/{_N}pubdata") is None:
        yield "date", "wanted when it was published, and when it last changed"
    if not root.findtext(f"{_HEAD}{_N}hedline/{_N}hl1", "").strip():
        yield "headline", "saw no headline; wanted one"
    body = root.find(f"{_N}body/{_N}body.content")
    if body is None or not any(
        "".join(map(str, each.itertext())).strip() for each in body if not _is_media(each)
    ):
        yield "body", "saw no body; wanted the full text"
        return
    for element in body.iter():
        if element.tag not in _MARKUP:
            yield "body", f"saw {element.tag}; wanted markup of the allow-list alone"
        link = element.get("href") or element.get("source")
        if link is not None and not is_web(link):
            yield "link", f"saw {link!r}; wanted an absolute http or https URL"


def _is_media(element: etree._Element) -> bool:
    return element.tag == f"{_N}media"


def _gone(root: etree._Element) -> Iterator[tuple[str, str]]:
    """A document that takes a story back has no word of it."""
    docdata = root.find(_DOCDATA)
    told = [each.tag for each in docdata if each.tag not in _MANAGED] if docdata is not None else []
    told += [each.tag for each in root.iterfind(f"{_N}head/*") if each.tag != f"{_N}docdata"]
    told += [each.tag for each in root.iterfind(f"{_N}body/*") if each.tag != f"{_N}body.head"]
    told += [each.tag for each in root.iterfind(f"{_HEAD}*") if each.tag != f"{_N}distributor"]
    if told:
        yield "withdrawn", f"saw {told} of a withdrawn story; wanted no word of it"
