"""The stories as data: one YAML file each in `stories/`, with what a desk should make of it."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from newsroom.config.yaml_file import Section, read_yaml
from samplewire.sites import SITES, Shape, Site

FOLDER = Path(__file__).parent / "stories"

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}


class Figure(Section):
    """A picture with its caption and credit; `name` is its file's, under /media/."""

    name: str
    caption: str
    credit: str


class Part(Section):
    """A part of a body that is not a paragraph: exactly one of these."""

    heading: str | None = None
    quote: str | None = None
    quote_by: str | None = None
    items: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    figure: Figure | None = None


class Expected(Section):
    """What a desk that reads and checks rightly makes of the story.

    `rule` is the check (of config/checks) that holds it, `field` the story's field that it is about, `why`
    the reason in words. `source` is null where only the wire itself is known. The rest is what a passed
    story's fields are; `paragraphs` counts plain paragraphs, without headings, lists, quotes, tables.
    """

    outcome: Literal["passed", "held"]
    rule: str | None = None
    field: str | None = None
    why: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    subject: tuple[str, ...] = ()
    paragraphs: int = Field(gt=0)
    headings: tuple[str, ...] = ()


class Sample(Section):
    """One story of the sample; the file's name is its id.

    `byline` is the line as the page prints it. `notice` replaces the site's; an empty one leaves it
    out. `ahead_days` dates the story into the future. `updates` names the story whose later version
    this is. Texts may say {year}, {past_year} (four before) and {weekday}: of the day of publication.
    """

    id: str
    wire: str
    feed: str
    shape: Shape
    headline: str
    byline: str = ""
    authors: tuple[str, ...] = ()
    label: str | None = None
    section: str | None = None
    language: str = "en"
    claims: str | None = None
    notice: str | None = None
    updates: str | None = None
    ahead_days: int = 0
    questions: tuple[str, ...] = ()
    paywall: str | None = None
    picture: Figure | None = None
    body: tuple[str | Part, ...] = Field(min_length=1)
    expect: Expected

    @model_validator(mode="after")
    def _held_for_a_reason(self) -> "Sample":
        held = self.expect.outcome == "held"
        said = (self.expect.rule, self.expect.field, self.expect.why)
        if held != all(said) or held != any(said):
            raise ValueError(
                "wanted expect.rule, field and why for a story that is held, none for one that passes"
            )
        return self

    @property
    def site(self) -> Site:
        """The site that shows the story."""
        return SITES[self.wire]

    @property
    def writers(self) -> str:
        """The byline without the words that lead into it; empty where there is none."""
        return re.sub(r"^(Story by|By|Por) ", "", self.byline)

    @property
    def slug(self) -> str:
        """The headline as the end of an address, as WordPress makes it."""
        plain = unicodedata.normalize("NFKD", self.headline).encode("ascii", "ignore").decode().lower()
        words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
        return "-".join(words)

    @property
    def language_claimed(self) -> str:
        """The language that page and feed say the story is in."""
        return self.claims or self.language

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's plain paragraphs, links as their words, with places such as {year} still open."""
        return tuple(_LINK.sub(r"\1", part) for part in self.body if isinstance(part, str))

    @property
    def headings(self) -> tuple[str, ...]:
        """The sub-headings, in order."""
        return tuple(part.heading for part in self.body if isinstance(part, Part) and part.heading)

    @property
    def figures(self) -> Iterator[Figure]:
        """The pictures, the one above the story first."""
        if self.picture:
            yield self.picture
        yield from (part.figure for part in self.body if isinstance(part, Part) and part.figure)

    def filled(self, text: str, published: datetime) -> str:
        """`text` with its open places filled for a story of that moment, in the site's time zone."""
        local = published.astimezone(self.site.zone)
        weekday = _WEEKDAYS[self.language][local.weekday()]
        return text.format(year=local.year, past_year=local.year - 4, weekday=weekday)


@cache
def load_samples() -> dict[str, Sample]:
    """Every story of the folder by id.

    Raises:
        newsroom.config.ConfigError: a file is wrong; names file, line and field.
    """
    paths = sorted(FOLDER.glob("*.yaml"))
    return {path.stem: read_yaml(path, Sample, named=True, shown=FOLDER) for path in paths}
