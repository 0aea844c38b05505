"""A partner as data: what it takes, and in which form."""

from typing import Literal

from pydantic import Field

from newsroom.config.push import Push
from newsroom.config.rights import Licence, Publishes
from newsroom.config.wire import Language, Slug, WebUrl
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


class Product(Section):
    """What a partner takes; an empty list means all.

    `topics` are medtop codes, children included, or the wire's own labels. `newest` is how many
    stories a feed holds. Of several copies of a story the partner gets that of the wire which `prefer` names
    first, else the one that came first.
    """

    wires: tuple[Slug, ...] = ()
    topics: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    prefer: tuple[Slug, ...] = ()
    newest: int = Field(50, gt=0, le=1000)


class Partner(Section):
    """One taker of stories: the file `partners/{id}.yaml`; its feeds lie under `partners/{id}/`.

    `checks` names rules in `checks/` that hold a story from this partner alone. `licences` are what it
    holds of the wires' contracts, `publishes` is what their limits are measured against.
    `max_age_seconds` is how long a client may keep a feed without asking again. `push` is where the partner
    is told of each story by itself, besides.
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
