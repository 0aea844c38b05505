"""JSON-LD: a DataFeed whose articles have what a page can't be published without.

schema.org's own shapes are no gate: they refuse right documents and pass wrong ones.
"""

from collections.abc import Iterator
from typing import Any

from newsroom.deliver.edition import Edition
from newsroom.deliver.json_ld import CONTEXT
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    is_aware,
    is_web,
    read_json,
    same_stories,
    withdrawn,
)


def check_json_ld(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a DataFeed that should be this edition; empty when it may be released."""
    try:
        root = read_json(document)
    except NotWellFormed as error:
        return (Broken(None, "json_ld.well_formed", f"{error}"),)
    elements = root.get("dataFeedElement")
    if root.get("@context") != CONTEXT or root.get("@type") != "DataFeed" or not isinstance(elements, list):
        return (Broken(None, "json_ld.root", "wanted a DataFeed of schema.org with its elements"),)
    gone = [each["item"] for each in elements if "dateDeleted" in each]
    articles = [each["item"] for each in elements if "dateDeleted" not in each]
    ids = [str(article.get("@id", "")) for article in articles]
    broken = [*same_stories("json_ld.stories", ids, edition.entries)]
    broken.extend(withdrawn("json_ld.withdrawals", [str(each.get("@id", "")) for each in gone], edition))
    for each in gone:
        if told := sorted(each.keys() - {"@type", "@id"}):
            reason = f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
            broken.append(Broken(None, "json_ld.withdrawn", reason))
    for article, uri in zip(articles, ids, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _article(article))
    return tuple(broken)


def _article(article: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if article.get("@type") != "NewsArticle" or not UUID_URN.fullmatch(str(article.get("@id", ""))):
        yield "json_ld.id", f"saw {article.get('@id')!r}; wanted a NewsArticle with a urn:uuid"
    for name in ("headline", "articleBody"):
        if not str(article.get(name, "")).strip():
            yield f"json_ld.{name}", f"saw no {name}; wanted one"
    for name in ("datePublished", "dateModified"):
        if not is_aware(article.get(name)):
            yield f"json_ld.{name}", f"saw {article.get(name)!r}; wanted a date-time with its zone"
    media = [*article.get("image", []), *article.get("associatedMedia", [])]
    for link in [article.get("url"), *(each.get("contentUrl") for each in media)]:
        if link is not None and not is_web(link):
            yield "json_ld.link", f"saw {link!r}; wanted an absolute http or https URL"
