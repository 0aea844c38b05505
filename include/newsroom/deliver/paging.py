"""A feed's pages, as RFC 5005 (section 4) links them: the feed itself, then its archive, page after page."""

from lxml import etree

from newsroom.config import House, Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import page_url
from newsroom.deliver.edition import Edition

HISTORY = "http://purl.org/syndication/history/1.0"

_LINK = "{http://www.w3.org/2005/Atom}link"


def link_pages(
    element: etree._Element, house: House, partner: Partner, edition: Edition, name: Format
) -> None:
    """Link an Atom feed or an RSS channel to the page before; a page of the archive says that it is one."""
    if edition.page is not None:
        etree.SubElement(element, f"{{{HISTORY}}}archive", nsmap={"fh": HISTORY})
        for link in element.iterfind(f"{_LINK}[@rel='self']"):
            link.set("href", page_url(house, partner, name, edition.page))
        etree.SubElement(element, _LINK, rel="current", href=page_url(house, partner, name, None))
    if edition.previous is not None:
        previous = page_url(house, partner, name, edition.previous)
        etree.SubElement(element, _LINK, rel="prev-archive", href=previous)
