"""The pages: a story in the shape of its site, as HTML."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from samplewire.agenda import Published
from samplewire.dispatch import PATH
from samplewire.sites import FEEDS

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = _linked
    environment.filters["iso"] = datetime.isoformat
    return environment


def path_of(one: Published) -> str:
    """The address of a story's page on its site: section, day of publication there, slug."""
    site = one.sample.site
    day = one.created.astimezone(site.zone)
    section = f"{one.sample.section}/" if one.sample.section else ""
    return f"{site.prefix}/news/{section}{day:%Y/%m/%d}/{one.slug}/"


def page(one: Published, others: tuple[Published, ...], base: str) -> str:
    """The story's page. `others` are linked beside it; `base` is the server's own address."""
    sample, site = one.sample, one.sample.site
    local = one.dated.astimezone(site.zone)
    return (
        _templates()
        .get_template(f"{sample.shape}.html")
        .render(
            one=one,
            sample=sample,
            site=site,
            base=base,
            url=base + path_of(one),
            dated=local,
            updated=(one.updated if one.is_update else one.dated).astimezone(site.zone),
            related=[(other.sample.headline, base + path_of(other)) for other in others],
            json_ld=_json_ld(one, base),
        )
    )


def full_text(one: Published, base: str) -> str:
    """The story's body as a full-text feed carries it."""
    return _templates().get_template("full_text.html").render(one=one, sample=one.sample, base=base)


def index(published: tuple[Published, ...], base: str) -> str:
    """What is out, for a person."""
    stories = [(one, base + path_of(one)) for one in published]
    return (
        _templates().get_template("index.html").render(stories=stories, feeds=FEEDS, dispatch=PATH, base=base)
    )


def missing(path: str) -> str:
    """The page that says that there is none."""
    return _templates().get_template("missing.html").render(path=path)


def _linked(text: str) -> Markup:
    """Text with `[words](https://…)` as links, all else escaped."""
    out = Markup()
    end = 0
    for match in _LINK.finditer(text):
        out += escape(text[end : match.start()])
        out += Markup('<a href="{}">{}</a>').format(match[2], match[1])
        end = match.end()
    return out + escape(text[end:])


def _json_ld(one: Published, base: str) -> Markup:
    """The story as schema.org's NewsArticle, for a script element."""
    sample, site = one.sample, one.sample.site
    notice = one.notice
    article: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": base + path_of(one) + "#article",
        "identifier": f"tag:{site.domain},{one.created:%Y}:{one.number}",
        "headline": one.filled(sample.headline),
        "url": base + path_of(one),
        "datePublished": one.dated.astimezone(site.zone).isoformat(),
        "dateModified": (one.updated if one.is_update else one.dated).astimezone(site.zone).isoformat(),
        "inLanguage": sample.language_claimed,
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name, "url": f"{base}{site.prefix}/"},
    }
    if sample.label:
        article["articleSection"] = sample.label
    if sample.authors:
        article["author"] = [{"@type": "Person", "name": name} for name in sample.authors]
        article["creditText"] = site.credit
    if notice:
        article["copyrightNotice"] = notice
        article["copyrightHolder"] = {"@type": "Organization", "name": site.name}
        article["copyrightYear"] = one.created.astimezone(site.zone).year
    if site.license:
        article["license"] = site.license
    figures = [f"{base}/media/{figure.name}.png" for figure in sample.figures]
    if figures:
        article["image"] = figures
    # A "</script>" in a headline would end the element early.
    return Markup(orjson.dumps(article).decode().replace("<", "\\u003c"))  # noqa: S704
