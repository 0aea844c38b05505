"""An entry as its feed told it, in whatever form, and the item that is made of it."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import orjson

from newsroom.config.wire import Feed, Wire
from newsroom.fetch.dates import BadDate, read_date
from newsroom.story import Item, PubStatus, digest
from newsroom.text import clean_line

_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE
)
_BREAK_TAG = re.compile(r"<(?:br|/?p|/?div)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST_URL = 4_000


@dataclass(frozen=True)
class Entry:
    """What one entry says; texts and dates as written. `title_is_html` says how to read the title.

    `document` is a wire's own item in its `format`; its link is then where its text lies.
    """

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    title_is_html: bool = True
    author: str | None = None
    summary: str | None = None
    content: str | None = None
    rights: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    version: str | None = None
    format: str | None = None
    document: str | None = None
    document_digest: str | None = None
    pubstatus: PubStatus = "usable"

    @property
    def digest(self) -> str:
        """sha256 over what the entry says; a wire's item has one of its own."""
        if self.document_digest:
            return self.document_digest
        said = [
            self.guid, self.link, self.title, self.author, self.summary, self.content,
            self.rights, self.language, self.categories, self.published, self.updated,
        ]  # fmt: skip
        return digest(orjson.dumps(said))


@dataclass(frozen=True)
class Source:
    """Where entries come from: which wire and feed, the base of their links, their bytes, and now.

    `doubts` hold for every one of them.
    """

    wire: Wire
    feed: Feed
    url: str
    raw_key: str
    now: datetime
    doubts: tuple[str, ...] = ()


def items_of(entries: Iterable[Entry], source: Source) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of these entries, in their order, each identity once; and what is doubtful of them all.

    Of two entries with one identity that say different things, the newer stands, in the first one's place.
    """
    told, warnings = _with_own_ids(list(entries), source.url)
    items: dict[str, Item] = {}
    doubled = 0
    for entry in told:
        item = _item(entry, source)
        known = items.setdefault(item.key, item)
        if known.digest != item.digest:
            doubled += 1
            items[item.key] = newer(known, item)
    if doubled:
        warnings.append(
            f"feed: {doubled} entries repeat the id of another and say something else; the newest stands"
        )
    return tuple(items.values()), tuple(warnings)


def plain_line(markup: str) -> str:
    """The text of a line that may hold a little HTML."""
    return clean_line(html.unescape(_INLINE_TAG.sub("", _BREAK_TAG.sub(" ", markup))))


def absolute(link: str | None, base: str) -> str | None:
    """`link` as an absolute http(s) URL without blanks; None when it is none, or carries a password."""
    if not link or len(link) > _LONGEST_URL:
        return None
    try:
        url = urljoin(base, _CONTROL.sub("", link.strip()).replace(" ", "%20"))
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    fit = parts.scheme in ("http", "https") and host and "@" not in parts.netloc
    return url if fit else None


def newer(one: Item, other: Item) -> Item:
    """The newer of two, by their versions if both tell one; the first where neither is."""
    versions = _number(one.version), _number(other.version)
    if versions[0] is not None and versions[1] is not None and versions[0] != versions[1]:
        return other if versions[1] > versions[0] else one
    first, second = one.updated or one.published, other.updated or other.published
    return other if first and second and second > first else one


def _with_own_ids(entries: list[Entry], base: str) -> tuple[list[Entry], list[str]]:
    """Ids that name several stories at once are taken away: the links are the identities then."""
    stories: dict[str, set[tuple[str, str | None]]] = {}
    for entry in entries:
        if entry.guid and not entry.document_digest and (url := absolute(entry.link, base)):
            stories.setdefault(entry.guid, set()).add((url, entry.title))
    shared = {
        guid
        for guid, told in stories.items()
        if len({url for url, _ in told}) > 1 and len({title for _, title in told}) > 1
    }
    if not shared:
        return entries, []
    alone = [replace(entry, guid=None) if entry.guid in shared else entry for entry in entries]
    return alone, [f"feed: {len(shared)} ids name several stories each; their links are taken as ids"]


def _item(entry: Entry, source: Source) -> Item:
    url = absolute(entry.link, source.url)
    doubts = Counter(source.doubts)
    if entry.link and not url:
        doubts["link: it is no http or https URL, and was left out"] += 1
    title = entry.title and (plain_line(entry.title) if entry.title_is_html else clean_line(entry.title))
    published = _moment("published", entry.published, source, doubts)
    updated = _moment("updated", entry.updated, source, doubts)
    identity = entry.guid or url
    if not identity:
        told = (title or "", entry.published or entry.updated or "")
        identity = "\n".join(told) if any(told) else entry.digest
        doubts["id: the entry has neither id nor link; title and date stand for them"] += 1
    return Item(
        key=digest(f"{source.wire.id}\n{identity}")[:32],
        wire=source.wire.id,
        feed=source.feed.id,
        digest=entry.digest,
        raw_key=source.raw_key,
        guid=entry.guid,
        url=url,
        title=title or None,
        author=_line(entry.author),
        summary_html=entry.summary or None,
        format=entry.format,
        document=entry.document,
        version=entry.version,
        pubstatus=entry.pubstatus,
        content_html=entry.content or (entry.summary if source.feed.content == "full_text" else None) or None,
        rights=_line(entry.rights),
        language=_language(entry.language),
        categories=tuple(dict.fromkeys(line for text in entry.categories if (line := plain_line(text)))),
        published=published,
        updated=updated,
        warnings=tuple(doubts),
    )


def _moment(name: str, text: str | None, source: Source, doubts: Counter[str]) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        moment, told = read_date(text, source.wire.zone, source.now)
    except BadDate as error:
        doubts[f"{name}: {error}"] += 1
        return None
    doubts.update(f"{name}: {doubt}" for doubt in told)
    return moment


def _number(version: str | None) -> int | None:
    return int(version) if version and version.isascii() and version.isdigit() and len(version) < 19 else None


def _line(text: str | None) -> str | None:
    return (plain_line(text) or None) if text else None


def _language(text: str | None) -> str | None:
    tag = (text or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None
