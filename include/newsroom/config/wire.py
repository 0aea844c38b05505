"""A wire as data: who it is, where its feeds are, how it is asked, what it owns."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterBadDateError, croniter
from pydantic import AfterValidator, Field, model_validator

from newsroom.config.yaml_file import Section

FeedKind = Literal["auto", "rss", "atom", "jsonfeed", "sitemap", "ninjs", "newsml_g2", "nitf", "ap_media"]
Content = Literal["auto", "page", "full_text"]

_FOLDER_SCHEMES = ("s3://", "sftp://")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NOT_IN_PATH = re.compile(r"//|(?:^|/)\.{1,2}(?:/|$)|[\x00-\x1f\x7f\\]")

_EVERY = re.compile(r"every ([1-9]\d{0,4}) (second|minute|hour)s?")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,47}", value):
        raise ValueError("wanted lower-case letters, digits and _, at most 48")
    return value


def _web_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"wanted an http or https URL ({error})") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("wanted an http or https URL with a host")
    if parts.username or parts.password:
        raise ValueError("wanted a URL without a user or password; put those into a connection")
    return value


def _feed_url(value: str) -> str:
    """A web address, or that of a folder, which then ends with a slash."""
    if value.startswith(_FOLDER_SCHEMES):
        return _folder_url(value)
    if value.partition("://")[0] not in ("http", "https"):
        raise ValueError("wanted an http, https, s3 or sftp URL")
    return _web_url(value)


def _folder_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"wanted s3://bucket/folder/ or sftp://host/folder/ ({error})") from None
    if not host:
        raise ValueError("wanted s3://bucket/folder/ or sftp://host[:port]/folder/")
    if "@" in parts.netloc:
        raise ValueError("wanted a URL without a user or password; put those into a connection")
    if parts.query or parts.fragment or _NOT_IN_PATH.search(parts.path):
        raise ValueError("wanted a folder's plain path: no ?, #, //, . or .. in it")
    if parts.scheme == "s3" and not _BUCKET.fullmatch(parts.netloc):
        raise ValueError("wanted s3://bucket/folder/ with a bucket's name: 3 to 63 of a-z, 0-9, . and -")
    return f"{value.rstrip('/')}/"


def _file_pattern(value: str) -> str:
    if not value or "/" in value:
        raise ValueError("wanted a pattern of a file's name, such as *.xml, without a folder")
    return value


def _subfolder(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}", value):
        raise ValueError("wanted one folder's name of letters, digits, _, - and ., at most 64")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("wanted an IANA time zone such as America/Denver")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError("wanted a BCP 47 language tag such as en or es-MX")
    return value


def _address(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError("wanted an IP address such as 127.0.0.1 or ::1") from None
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _schedule(value: str) -> str:
    if _EVERY.fullmatch(value):
        return value
    if len(value.split()) != 5 or not croniter.is_valid(value):
        raise ValueError("wanted `every N seconds|minutes|hours` or a cron line of five fields")
    try:
        croniter(value, datetime(2026, 1, 1, tzinfo=UTC)).get_next()
    except CroniterBadDateError:
        raise ValueError("wanted a cron line of days that come; there is no 30th of February") from None
    return value


Slug = Annotated[str, AfterValidator(_slug)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
FeedUrl = Annotated[str, AfterValidator(_feed_url)]
FilePattern = Annotated[str, AfterValidator(_file_pattern)]
Subfolder = Annotated[str, AfterValidator(_subfolder)]
ConnectionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,200}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Address = Annotated[str, AfterValidator(_address)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Schedule = Annotated[str, AfterValidator(_schedule)]


LATE = timedelta(minutes=15)
"""How late a poll may come: a run of a wire with many pages may take so long."""


class FolderRules(Section):
    """Which files of a folder are taken, and where they go then.

    `names` are patterns, of which a file's name must match one, in any case. A file whose name begins with
    a dot or ends as one of `unfinished`, or that changed less than `settle_seconds` ago, is still being
    written. The rest of more than `max_files` waits for the next poll. `done` and `failed` are folders within
    the folder.
    """

    names: tuple[FilePattern, ...] = Field(("*",), min_length=1)
    unfinished: tuple[str, ...] = (".part", ".tmp", ".filepart")
    settle_seconds: float = Field(30.0, ge=0, le=86_400)
    max_files: int = Field(500, gt=0, le=10_000)
    done: Subfolder = "done"
    failed: Subfolder = "failed"

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.done == self.failed:
            raise ValueError("wanted two different folders as `done` and `failed`")
        return self


class Feed(Section):
    """One channel of a wire. `content` says whether its entries carry the full text or link to a page.

    `url` is a web address, or a folder in which the wire puts files: s3://bucket/folder/ or
    sftp://host/folder/. `connection` names the credentials: an Airflow connection, of type `aws` or `sftp`
    for a folder (one in S3 without it is reached as the newsroom's own bucket is), of type `http` for an
    API, whose key is its password.
    `topic` is the label its stories get when they name none themselves.
    """

    id: Slug
    url: FeedUrl
    kind: FeedKind = "auto"
    content: Content = "auto"
    topic: str | None = None
    language: Language | None = None
    connection: ConnectionName | None = None
    folder: FolderRules | None = None

    @property
    def is_folder(self) -> bool:
        """Whether its stories come as files."""
        return self.url.startswith(_FOLDER_SCHEMES)

    @property
    def folder_rules(self) -> FolderRules:
        """What holds for its files."""
        return self.folder or FolderRules()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.is_folder and self.folder:
            raise ValueError("wanted `folder` only with an s3:// or sftp:// url")
        if not self.is_folder and (self.connection or self.kind == "ap_media"):
            self._check_api()
        if self.url.startswith("sftp://") and not self.connection:
            raise ValueError("wanted a `connection` with an sftp:// url: it has the user and the host's key")
        return self

    def _check_api(self) -> None:
        parts = urlsplit(self.url)
        if any(name.lower() == "apikey" for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
            raise ValueError("wanted a url without `apikey`: put the key into a connection, as its password")
        if self.connection and parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise ValueError("wanted an https url with a `connection`: its key must not be seen on the way")


class Politeness(Section):
    """How the wire's servers are asked. Seconds and bytes; one request at a time for each host.

    `robots` is `licensed` only where the licence allows what robots.txt does not.
    `private_addresses` are the only loopback or private addresses that may be dialled.
    """

    gap_seconds: float = Field(3.0, ge=0, le=600)
    deadline_seconds: float = Field(30.0, gt=0, le=600)
    max_bytes: int = Field(20_000_000, gt=0, le=200_000_000)
    max_items: int = Field(2_000, gt=0, le=100_000)
    max_attempts: int = Field(5, gt=0, le=50)
    robots: Literal["obey", "licensed"] = "obey"
    private_addresses: tuple[Address, ...] = ()
    ports: tuple[Port, ...] = ()


class Holder(Section):
    """Someone who owns copyright in this wire's stories, and the other names it goes by."""

    name: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()


class Rights(Section):
    """What the wire's contract says. `year_may_differ` is how far © may lie from the publication year.

    `profile` names the contract in `rights/`; without one, no partner gets the wire's stories.
    """

    profile: Slug | None = None
    holders: tuple[Holder, ...] = ()
    usageterms: str | None = None
    year_may_differ: int = Field(1, ge=0, le=50)


class FurnitureRule(Section):
    """Page furniture of this wire that is not the story: exactly one of these three.

    `line` is a block's whole text, `starts` how it begins, `from_here` a block's whole text or
    beginning after which nothing belongs to the story. Case and spacing do not count.
    """

    line: str | None = Field(None, min_length=2)
    starts: str | None = Field(None, min_length=2)
    from_here: str | None = Field(None, min_length=2)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(text is not None for text in (self.line, self.starts, self.from_here)) != 1:
            raise ValueError("wanted exactly one of `line`, `starts` and `from_here`")
        return self


class Wire(Section):
    """One provider: the file `wires/{id}.yaml`.

    `topics` names a map in `topics/`, `checks` the rules in `checks/`; a wire with no checks of its
    own gets the house rules. `never_furniture` are lines that stay, though the wire's pages repeat them.
    """

    id: Slug
    provider: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    language: Language = "en"
    timezone: Zone = "UTC"
    schedule: Schedule = "every 5 minutes"
    enabled: bool = True
    owner: str = "newsdesk"
    feeds: tuple[Feed, ...] = Field(min_length=1)
    politeness: Politeness = Politeness()
    rights: Rights = Rights()
    topics: Slug | None = None
    checks: Slug = "house"
    furniture: tuple[FurnitureRule, ...] = ()
    never_furniture: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the wire writes times that name none."""
        return ZoneInfo(self.timezone)

    @property
    def interval(self) -> timedelta | str:
        """The schedule: a timedelta for `every …`, else the cron line, by the wire's clock."""
        if match := _EVERY.fullmatch(self.schedule):
            return timedelta(**{f"{match[2]}s": int(match[1])})
        return self.schedule

    def is_overdue(self, asked: datetime, now: datetime) -> bool:
        """Whether a feed of it that was asked last at `asked` has missed two turns, and `LATE` since."""
        if not self.enabled:
            return False
        if isinstance(self.interval, timedelta):
            due = asked + 2 * self.interval
        else:
            turns = croniter(self.interval, asked.astimezone(self.zone))
            turns.get_next(datetime)
            due = turns.get_next(datetime)
        return now > due + LATE
