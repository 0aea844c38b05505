"""Rights as data: what a wire's contract grants, what a partner holds of it, what usage terms mean."""

import re
import string
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from newsroom.config.places import Country, Place
from newsroom.config.rules import Pattern, Phrase
from newsroom.config.wire import Slug, WebUrl, Zone
from newsroom.config.yaml_file import Section

Channel = Literal["web", "broadcast", "print"]

CHANNELS: tuple[Channel, ...] = ("web", "broadcast", "print")

LicenseName = Literal[
    "public domain", "CC0", "CC BY", "CC BY-SA", "CC BY-NC", "CC BY-ND", "CC BY-NC-SA", "CC BY-NC-ND",
]  # fmt: skip
"""A licence that anyone may use under, any version of it."""

CREDIT_PLACES = ("authors", "byline", "headline", "holder", "provider", "source", "url", "year")
"""What an attribution line may have open, as `{provider}`."""

NAMED_PLACES = ("only_in", "not_in", "not_in_markets")
"""What a pattern of usage terms may read out of the text, as `(?P<only_in>…)`."""


def _moment(value: Any) -> Any:
    """A time as text with its zone: YAML's own times lose theirs."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if _has_zone(value) else None
    except ValueError:
        return None


def _has_zone(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _is_told(value: datetime | None) -> datetime:
    if value is None:
        raise ValueError("wanted a time with its zone, in quotes: '2026-11-20T06:00:00-07:00'")
    return value


ZonedTime = Annotated[AwareDatetime | None, BeforeValidator(_moment), AfterValidator(_is_told)]


def _credit(value: str) -> str:
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError as error:
        raise ValueError(f"wanted a line with open places such as {{provider}} ({error})") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in CREDIT_PLACES or form or conversion):
            allowed = ", ".join(f"{{{known}}}" for known in CREDIT_PLACES)
            raise ValueError(f"wanted open places among {allowed}; saw {{{name}}}")
    return value


class Limits(Section):
    """What bounds the use of a story; what is left out bounds nothing.

    `only_in` and `not_in` are places where the taker publishes, `not_in_markets` are television markets by
    name (`New York, NY`). `excerpt_words` allows the first so many words and a link. The hold-back and the
    term count from the story's first publication. `commercial: false` is for takers that are declared
    non-commercial.
    """

    only_in: tuple[Place, ...] | None = Field(None, min_length=1)
    not_in: tuple[Place, ...] = ()
    not_in_markets: tuple[Phrase, ...] = ()
    channels: tuple[Channel, ...] = Field(CHANNELS, min_length=1)
    commercial: bool = True
    excerpt_words: int | None = Field(None, ge=5, le=1_000)
    edits: bool = True
    pictures: bool = True
    hold_back_minutes: int = Field(0, ge=0, le=1_000_000)
    not_before: ZonedTime | None = None
    term_days: int | None = Field(None, ge=1, le=36_525)


class Term(Limits):
    """Something that usage terms say, and what follows from it: exactly one of `text` and `pattern`.

    `text` is found whatever its case, spacing and punctuation. `pattern` is a regular expression of Python,
    case aside; its groups `only_in`, `not_in` and `not_in_markets` read a place's name out of the text.
    `nobody` keeps the story from every partner.
    """

    text: Phrase | None = None
    pattern: Pattern | None = None
    nobody: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.pattern is None):
            raise ValueError("wanted exactly one of `text` and `pattern`")
        if self.text is not None and not re.search(r"\w", self.text):
            raise ValueError("wanted a `text` with a word in it")
        unknown = set(self.expression.groupindex) - set(NAMED_PLACES)
        if unknown:
            raise ValueError(
                f"wanted groups named {', '.join(NAMED_PLACES)}; saw {', '.join(sorted(unknown))}"
            )
        if self.expression.match(""):
            raise ValueError("wanted a `pattern` that needs some text")
        return self

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """What finds it in a text."""
        if self.pattern is not None:
            return re.compile(self.pattern, re.IGNORECASE)
        words = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", self.text or "")))
        return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)


class Mining(Section):
    """Whether text and data mining, AI training included, is reserved; `policy` says on what terms it is not.

    TDM Reservation Protocol, final report of 2024-05-10.
    """

    reserved: bool = True
    policy: WebUrl | None = None


class RightsProfile(Section):
    """A wire's contract: the file `rights/{id}.yaml`.

    `grants` are what a partner may hold of it, by name. `open` needs no licence: whoever takes the stories
    has the one grant. `attribution` is the credit line that partners must show, `notice` whether they must
    show the copyright notice. `licenses` are the public licences its stories may come under, `terms` all that
    their usage terms may say: what is not here holds a story. Days begin and end in `timezone`; a place's
    name in usage terms is one of `country`, where it has such a place.
    """

    id: Slug
    title: str = Field(min_length=2)
    timezone: Zone = "UTC"
    country: Country | None = None
    open: bool = False
    attribution: Annotated[str, Field(min_length=2), AfterValidator(_credit)] | None = None
    notice: bool = False
    mining: Mining = Mining()
    licenses: tuple[LicenseName, ...] = ()
    terms: tuple[Term, ...] = ()
    grants: dict[Slug, Limits] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_grant_for_all(self) -> Self:
        if self.open and len(self.grants) > 1:
            raise ValueError("wanted one grant only where `open` gives it to everyone")
        return self

    def begin_of(self, day: date) -> datetime:
        """The first moment of a day by the contract's clock."""
        return datetime.combine(day, time.min, ZoneInfo(self.timezone)).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The first moment after a day by the contract's clock."""
        return self.begin_of(day + timedelta(days=1))


class Publishes(Section):
    """Where and how a partner publishes: the places and television markets it serves, its channels.

    What is left out is not known, and a story that is bounded in it does not go to this partner.
    """

    territories: tuple[Place, ...] = ()
    markets: tuple[Phrase, ...] = ()
    channels: tuple[Channel, ...] = ()
    commercial: bool = True


def _day(value: date) -> date:
    if not 1900 <= value.year < 2200:
        raise ValueError("wanted a day from 1900 to 2199, or none where the licence has no such bound")
    return value


Day = Annotated[date, AfterValidator(_day)]
"""A day that has an end in every zone; 9999-12-31, which stands for `never` elsewhere, has none."""


class Licence(Section):
    """What a partner holds: a grant of a rights profile, from and through a day.

    The grant may be left out where the profile has one only.
    """

    profile: Slug
    grant: Slug | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            saw = f"{self.valid_from} and {self.valid_until}"
            raise ValueError(f"wanted `valid_from` no later than `valid_until`, saw {saw}")
        return self
