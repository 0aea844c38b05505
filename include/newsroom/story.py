"""The nouns: what a wire sends, what a page says, what a check finds.

Names follow IPTC's ninjs 3.1 where it has one. All models are frozen and strict: a value of the
wrong type is an error, never a guess. Times are aware datetimes in UTC.
"""

import hashlib
import html
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

Severity = Literal["critical", "warning"]
PubStatus = Literal["usable", "withheld", "canceled"]
BlockKind = Literal["paragraph", "heading", "quote", "list", "table"]

STORY_NAMESPACE = uuid.UUID("6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10")
"""Namespace of story uris (RFC 9562, UUID version 5). Never change it: every uri hangs on it."""


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time; kept in UTC, refused without a zone."""


class Noun(BaseModel):
    """A frozen, strict record that is written as JSON and read back the same."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    def to_json(self) -> bytes:
        """The record as UTF-8 JSON with sorted keys: the same record gives the same bytes."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @classmethod
    def from_json(cls, data: bytes | str) -> "Any":
        """Read what `to_json` wrote.

        Raises:
            pydantic.ValidationError: the JSON is not a record of this kind.
        """
        return cls.model_validate_json(data)


class Item(Noun):
    """An entry of a feed, as the feed told it; nothing is inferred.

    `key` names it within its wire: a digest of the entry's own id, else of its link, else of
    title and date. `digest` is over what the entry says, so that an entry that changed is seen.
    `content_html` is the full text that some feeds carry (RSS content:encoded), `document` the item itself
    in the wire's own `format` (a NewsML-G2 newsItem); `url` is then where its text lies, if that is apart.
    `pubstatus` is what such a document says: a hold or a kill must not wait for a text that can't be had.
    """

    key: str
    wire: str
    feed: str
    digest: str
    raw_key: str
    guid: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    summary_html: str | None = None
    content_html: str | None = None
    format: str | None = None
    document: str | None = None
    version: str | None = None
    pubstatus: PubStatus = "usable"
    rights: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    warnings: tuple[str, ...] = ()


class Page(Noun):
    """A page as it was fetched. The bytes lie in the bucket under `raw_key`, keyed by their sha256."""

    raw_key: str
    sha256: str
    url: str
    final_url: str
    redirects: tuple[str, ...] = ()
    content_type: str | None = None
    charset: str | None = None
    fetched_at: Moment
    size: int


class Refusal(Noun):
    """Why something was not passed on: a stable `code`, and a sentence a person can act on."""

    code: str
    reason: str
    retry: bool = False


class Block(Noun):
    """One block of a story's body, in reading order.

    `text` is plain text (a list's items and a table's rows parted by newlines, cells by tabs).
    `html` is clean XHTML of the same, tags of the allow-list only. `level` is a heading's.
    """

    kind: BlockKind
    text: str
    html: str
    level: int | None = None


class Media(Noun):
    """A picture or clip that goes with the story; its caption is not prose (ninjs associations)."""

    url: str
    kind: Literal["picture", "video", "audio"] = "picture"
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None


class Subject(Noun):
    """A topic of IPTC Media Topics (`code` as in medtop:20000638), and the wire's label it came from."""

    code: str
    name: str
    label: str | None = None


class Story(Noun):
    """One story as a partner could publish it, with the evidence for each field.

    `evidence` tells for each field where its value was found, or where it was looked for in vain:
    a check's reason quotes it. `flags` are doubts of the reader, as `code: sentence`; one that begins
    with `gate.` holds the story. `unmapped` are those of `topics` that led to no Media Topic,
    `furniture` the lines that were taken out of the body because the wire's pages repeat them.
    `wire_id` is the wire's own id without a version, `wire_version` that version as the wire writes it (`3`);
    two that are whole numbers are ordered as such. After `expires` nobody may use the story.
    `authors` are people; `source` is the organisation that wrote it (Reuters), `provider` the wire
    that sent it (CNN Newsource), `copyrightholder` who owns it: three fields, never one.
    """

    uri: str
    wire: str
    provider: str
    feed: str | None = None
    wire_id: str | None = None
    wire_version: str | None = None
    url: str | None = None
    headline: str = ""
    subheadline: str | None = None
    slugline: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    creditline: str | None = None
    dateline: str | None = None
    located: str | None = None
    blocks: tuple[Block, ...] = ()
    media: tuple[Media, ...] = ()
    copyrightnotice: str | None = None
    copyrightholder: str | None = None
    copyrightyear: int | None = None
    usageterms: str | None = None
    license: str | None = None
    topics: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    subject: tuple[Subject, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    language_claimed: str | None = None
    genre: str | None = None
    urgency: int | None = None
    ednote: str | None = None
    signals: tuple[str, ...] = ()
    pubstatus: PubStatus = "usable"
    embargoed: Moment | None = None
    expires: Moment | None = None
    firstcreated: Moment | None = None
    versioncreated: Moment | None = None
    furniture: tuple[str, ...] = ()
    evidence: dict[str, str] = {}
    flags: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The body as plain text, blocks parted by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def body_xhtml(self) -> str:
        """The body as clean XHTML, one block a line."""
        return "\n".join(block.html for block in self.blocks)

    @property
    def own_usageterms(self) -> str | None:
        """The terms that the story itself came with; None where its wire's file told them, as a contract."""
        from_contract = self.evidence.get("usageterms", "").startswith("wires/")
        return None if from_contract else self.usageterms

    @property
    def words(self) -> int:
        """How many words the body has."""
        return len(self.body.split())

    @property
    def content_hash(self) -> str:
        """sha256 (hex) over what a reader or a partner would see; times, evidence and flags do not count.

        Two readings with the same hash are the same revision, whatever their dates say.
        """
        seen = self.model_dump(mode="json", exclude=set(NOT_CONTENT))
        seen["blocks"] = [(block.kind, _folded(block.text)) for block in self.blocks]
        seen["headline"] = _folded(self.headline)
        return digest(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS))


NOT_CONTENT = (
    "feed",
    "wire_id",
    "wire_version",
    "firstcreated",
    "versioncreated",
    "evidence",
    "flags",
    "furniture",
    "language_claimed",
    "unmapped",
)
"""A story's fields that `content_hash` does not count."""


class Finding(Noun):
    """What one rule says of one story: what was seen, what was wanted, where it was looked for."""

    rule: str
    field: str
    severity: Severity
    passed: bool
    reason: str = ""


class Verdict(Noun):
    """What a rule set says of one revision. `scope` is `wire:ID` or `partner:ID`.

    `ruleset` is a digest over the rules as they stood, so that a changed rule is a new verdict. `n` is
    the revision's number, 0 until the story is filed.
    """

    uri: str
    n: int
    scope: str
    ruleset: str
    checked_at: Moment
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True when no critical rule failed."""
        return not any(f.severity == "critical" for f in self.failures)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The rules that did not pass, critical ones first."""
        failed = [f for f in self.findings if not f.passed]
        return tuple(sorted(failed, key=lambda f: f.severity))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons for holding, one a sentence."""
        return tuple(f.reason for f in self.failures if f.severity == "critical")


class Revision(Noun):
    """One version of a story, filed once and never changed: `stories/{wire}/{id}/{n}.json`.

    `raw_keys` are the bytes it was read from (feed snapshot, page), `reader` the code that read it;
    `item_key` and `item_digest` name the feed's entry as it was then.
    """

    uri: str
    n: int
    story: Story
    content_hash: str
    raw_keys: tuple[str, ...]
    page: Page | None = None
    item_key: str
    item_digest: str
    reader: str
    stored_at: Moment
    run: str | None = None


def digest(data: bytes | str) -> str:
    """sha256 in lower-case hex; text is hashed as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def story_uri(wire: str, identity: str) -> str:
    """The uri of the chain that `identity` (the wire's own id, else the canonical URL) names in `wire`.

    A `urn:uuid` of version 5 (RFC 9562, section 5.5): the same identity gives the same uri, for ever.
    """
    name = unicodedata.normalize("NFC", f"{wire}\n{identity}")
    return f"urn:uuid:{uuid.uuid5(STORY_NAMESPACE, name)}"


def paragraph(text: str) -> Block:
    """A paragraph of plain text as a block."""
    return Block(kind="paragraph", text=text, html=f"<p>{html.escape(text, quote=False)}</p>")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def words_in(texts: Iterable[str]) -> int:
    """How many words these texts have together."""
    return sum(len(text.split()) for text in texts)
