"""A partner as data: what it takes, and in which form."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from newsroom.config.push import Push
from newsroom.config.rights import Licence, Publishes
from newsroom.config.wire import Language, Slug, WebUrl, Zone
from newsroom.config.yaml_file import Section

Format = Literal[
    "rss",
    "rss_wordpress",
    "rss_msn",
    "atom",
    "jsonfeed",
    "ninjs",
    "ninjs_2_2",
    "ninjs_1_6",
    "newsml_g2",
    "nitf",
    "markdown",
    "json_ld",
    "news_sitemap",
]


NORMAL_URGENCY = 5
"""What a story counts as that tells no urgency: the middle of IPTC's scale."""

Urgency = Annotated[int, Field(ge=1, le=8)]

Phrase = Annotated[str, Field(min_length=2, max_length=100, pattern=r"[^\W_]")]


class Product(Section):
    """What a partner takes; an empty list means all.

    `topics` are medtop codes, children included, or the wire's own labels. `urgencies` are IPTC's, 1 the
    most urgent; a story that tells none counts as `NORMAL_URGENCY`. Of `mentions` one must stand in the
    headline or the body, as whole words, whatever the case; of `not_mentions` none may.

    `newest` is how many stories a feed holds. `per_day` is how many of those that came on one day, by the
    calendar of `timezone`, are taken at most: those that the partner has already, then the newest. With
    `excerpt_words` it gets the beginning of each and a link, never more than its licence allows. Of several
    copies of a story the partner gets that of the wire which `prefer` names first, else the one that came
    first.
    """

    wires: tuple[Slug, ...] = ()
    topics: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    genres: tuple[Phrase, ...] = ()
    not_genres: tuple[Phrase, ...] = ()
    min_words: int | None = Field(None, ge=1, le=100_000)
    max_words: int | None = Field(None, ge=1, le=100_000)
    mentions: tuple[Phrase, ...] = Field((), max_length=100)
    not_mentions: tuple[Phrase, ...] = Field((), max_length=100)
    prefer: tuple[Slug, ...] = ()
    newest: int = Field(50, gt=0, le=1000)
    per_day: int | None = Field(None, ge=1, le=1000)
    timezone: Zone = "UTC"
    excerpt_words: int | None = Field(None, ge=5, le=1000)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min_words and self.max_words and self.min_words > self.max_words:
            raise ValueError(
                f"saw min_words {self.min_words}, max_words {self.max_words}; wanted min_words first"
            )
        for name in ("topics", "genres", "mentions"):
            wanted = {each.casefold() for each in getattr(self, name)}
            both = [each for each in getattr(self, f"not_{name}") if each.casefold() in wanted]
            if both:
                raise ValueError(f"saw {both[0]!r} in {name} and in not_{name}; wanted it in one of them")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose days `per_day` counts."""
        return ZoneInfo(self.timezone)


class Partner(Section):
    """One taker of stories: the file `partners/{id}.yaml`; its feeds lie under `partners/{id}/`.

    `checks` names rules in `checks/` that hold a story from this partner alone. `licences` are what it
    holds of the wires' contracts, `publishes` is what their limits are measured against.
    `max_age_seconds` is how long a client may keep a feed without asking again. `archive_days` is how far
    back the pages of its archive reach; 0 means none. `push` is where the partner is told of each story by
    itself, besides.
    """

    id: Slug
    name: str = Field(min_length=2)
    site: WebUrl | None = None
    language: Language = "en"
    owner: str = "newsdesk"
    enabled: bool = True
    product: Product = Product()
    formats: tuple[Format, ...] = Field(("rss", "ninjs"), min_length=1)
    checks: Slug | None = None
    publishes: Publishes = Publishes()
    licences: tuple[Licence, ...] = ()
    push: tuple[Push, ...] = ()
    max_age_seconds: int = Field(60, ge=0, le=86_400)
    archive_days: int = Field(7, ge=0, le=90)
