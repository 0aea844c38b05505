"""XML as the feeds write it: an element that says something, or none."""

from lxml import etree


def add(parent: etree._Element, tag: str, text: str | None, **attributes: str) -> etree._Element | None:
    """A child with this text; none where there is no text.

    Raises:
        ValueError: the text holds what XML can't carry.
    """
    if not text:
        return None
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def document(root: etree._Element) -> bytes:
    """The document as UTF-8 bytes, its elements indented."""
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
