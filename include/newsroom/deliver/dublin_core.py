"""Dublin Core: who sent a story, who owns it and what may be done with it, as RSS and Atom carry it alike."""

from lxml import etree

from newsroom.deliver.element import add
from newsroom.deliver.markup import absolute_link, line
from newsroom.deliver.values import rfc3339
from newsroom.story import Story

DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"


def describe(element: etree._Element, story: Story) -> None:
    """Add what the story is by its wire's words, whose it is, and its terms.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    year = f"{story.copyrightyear}" if story.copyrightyear else None
    end = f"end={rfc3339(story.expires)}; scheme=W3C-DTF" if story.expires else None  # DCMI Period
    for tag, text in (
        (f"{{{DC}}}publisher", story.provider),
        (f"{{{DC}}}source", story.source),
        (f"{{{DC}}}identifier", story.wire_id),
        (f"{{{DC}}}type", story.genre),
        (f"{{{DCTERMS}}}rightsHolder", story.copyrightholder),
        (f"{{{DCTERMS}}}dateCopyrighted", year),
        (f"{{{DCTERMS}}}accessRights", story.usageterms),
        (f"{{{DCTERMS}}}license", absolute_link(story.license) or story.license),
        (f"{{{DCTERMS}}}spatial", story.located or story.dateline),
        (f"{{{DCTERMS}}}valid", end),
    ):
        add(element, tag, line(text))
