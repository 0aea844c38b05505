"""A document made and looked at before anyone sees it; a story that fails is left out, never the feed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import ModuleType

from newsroom.config import House, Partner
from newsroom.config.partner import Format
from newsroom.deliver import (
    atom,
    json_ld,
    jsonfeed,
    markdown,
    news_sitemap,
    newsml_g2,
    ninjs,
    ninjs_earlier,
    nitf,
    rss,
    rss_msn,
    rss_wordpress,
)
from newsroom.deliver.address import FILENAMES
from newsroom.deliver.edition import Edition
from newsroom.deliver.release_check import (
    Broken,
    Check,
    check_atom,
    check_json_ld,
    check_jsonfeed,
    check_markdown,
    check_news_sitemap,
    check_newsml_g2,
    check_ninjs,
    check_ninjs_1_6,
    check_ninjs_2_2,
    check_nitf,
    check_rss,
    check_rss_msn,
    check_rss_wordpress,
)

Render = Callable[[House, Partner, Edition], bytes]


@dataclass(frozen=True)
class Renderer:
    """One format: how it is made and looked at, and as what it lies in the bucket.

    `tells_withdrawals` says whether it names stories that were taken back, `recent` how old a story may be
    that it shows; None where age does not matter.
    """

    render: Render
    check: Check
    filename: str
    content_type: str
    version: str
    tells_withdrawals: bool = False
    recent: timedelta | None = None


def _renderer(
    name: Format,
    module: ModuleType,
    render: Render,
    check: Check,
    *,
    tells: bool,
    recent: timedelta | None = None,
) -> Renderer:
    return Renderer(render, check, FILENAMES[name], module.CONTENT_TYPE, module.VERSION, tells, recent)


RENDERERS: dict[Format, Renderer] = {
    "rss": _renderer("rss", rss, rss.render, check_rss, tells=False),
    "rss_wordpress": _renderer(
        "rss_wordpress", rss_wordpress, rss_wordpress.render, check_rss_wordpress, tells=False
    ),
    "rss_msn": _renderer("rss_msn", rss_msn, rss_msn.render, check_rss_msn, tells=True),
    "atom": _renderer("atom", atom, atom.render, check_atom, tells=True),
    "jsonfeed": _renderer("jsonfeed", jsonfeed, jsonfeed.render, check_jsonfeed, tells=True),
    "ninjs": _renderer("ninjs", ninjs, ninjs.render, check_ninjs, tells=True),
    "ninjs_2_2": _renderer("ninjs_2_2", ninjs_earlier, ninjs_earlier.render_2_2, check_ninjs_2_2, tells=True),
    "ninjs_1_6": _renderer("ninjs_1_6", ninjs_earlier, ninjs_earlier.render_1_6, check_ninjs_1_6, tells=True),
    "newsml_g2": _renderer("newsml_g2", newsml_g2, newsml_g2.render, check_newsml_g2, tells=True),
    "nitf": _renderer("nitf", nitf, nitf.render, check_nitf, tells=True),
    "markdown": _renderer("markdown", markdown, markdown.render, check_markdown, tells=True),
    "json_ld": _renderer("json_ld", json_ld, json_ld.render, check_json_ld, tells=True),
    "news_sitemap": _renderer(
        "news_sitemap",
        news_sitemap,
        news_sitemap.render,
        check_news_sitemap,
        tells=False,
        recent=news_sitemap.RECENT,
    ),
}


class ReleaseError(Exception):
    """A document fails as a whole, and no single story is to blame: nothing is written."""

    def __init__(self, partner: str, broken: Sequence[Broken]) -> None:
        """Name the partner, and each rule with what was seen and wanted."""
        self.broken = tuple(broken)
        told = "; ".join(f"{each.rule}: {each.reason}" for each in broken)
        super().__init__(f"partner {partner}: its feed can't be released: {told}")


@dataclass(frozen=True)
class Release:
    """What may be written: a document for each format, of the same edition, and what was left out of all."""

    documents: dict[Format, bytes]
    edition: Edition
    broken: tuple[Broken, ...]


def release(house: House, partner: Partner, edition: Edition) -> Release:
    """Render every format that the partner takes.

    A story that fails in one format is left out of all: a partner has it, or has it not.

    Raises:
        ReleaseError: a document fails though each of its stories passes alone.
    """
    good, broken = edition, list[Broken]()
    while True:
        documents, wrong = _attempt(house, partner, good)
        if not wrong:
            return Release(documents, good, tuple(broken))
        blamed = [each for each in wrong if each.uri is not None] or _alone(house, partner, good)
        uris = {each.uri for each in blamed} & {entry.uri for entry in good.entries}
        if not uris:
            raise ReleaseError(partner.id, wrong)
        broken.extend(blamed)
        good = replace(good, entries=tuple(entry for entry in good.entries if entry.uri not in uris))


def _attempt(house: House, partner: Partner, edition: Edition) -> tuple[dict[Format, bytes], list[Broken]]:
    documents: dict[Format, bytes] = {}
    wrong: list[Broken] = []
    for name in partner.formats:
        renderer = RENDERERS[name]
        try:
            documents[name] = renderer.render(house, partner, edition)
        except (ValueError, TypeError) as error:
            wrong.append(Broken(None, f"{name}.render", f"{error}"))
        else:
            wrong.extend(renderer.check(documents[name], edition))
    return documents, wrong


def _alone(house: House, partner: Partner, edition: Edition) -> list[Broken]:
    """The stories that can't even be released alone: a document that breaks as a whole names none itself."""
    return [
        Broken(entry.uri, each.rule, each.reason)
        for entry in edition.entries
        for each in _attempt(house, partner, replace(edition, entries=(entry,), withdrawals=()))[1]
    ]
