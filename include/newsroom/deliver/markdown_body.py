"""A story's XHTML body as Markdown that reads the same in CommonMark with tables, kramdown and goldmark.

No text of a story is markup: what any of them would take for some, a template's brackets too, is escaped.
"""

import re
import unicodedata
from typing import Any

from lxml import etree
from markdownify import MarkdownConverter

from newsroom.deliver.markup import absolute_link, body_tree
from newsroom.story import Story

_TEMPLATE = re.compile(r"(?<=[{%])%|%(?=[%}])|[{}^]|\$(?=\$)|(?<=\$)\$|(?<![^\n]):")
"""What templates (Liquid, Hugo's shortcodes), formulas, attributes and definition lists begin with."""

_PARENTHESES = str.maketrans({"(": "%28", ")": "%29"})


def body_markdown(story: Story) -> str:
    """The body as Markdown, blocks parted by a blank line.

    Raises:
        ValueError: it is not well-formed.
    """
    body = body_tree(story, "")
    for table in body.iter("table"):
        _square(table)
    for mark in list(body.iter("em", "strong")):
        _join(mark)
    markup = etree.tostring(body, encoding="unicode", method="html")
    written: str = _Writer(
        heading_style="ATX",
        bullets="-",
        escape_misc=True,
        autolinks=False,
        table_infer_header=False,
    ).convert(markup)
    return written.strip()


def _square(table: etree._Element) -> None:
    """Give each row as many cells as the longest has: those beyond the first row's would not be shown."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    cells = [sum(cell.tag in ("td", "th") for cell in row) for row in rows]
    for row, count in zip(rows, cells, strict=True):
        for _ in range(count, max(cells)):
            etree.SubElement(row, "td")


def _join(mark: etree._Element) -> None:
    """Join an emphasis to the same right before it: their marks together would be those of another."""
    before, parent = mark.getprevious(), mark.getparent()
    if before is None or parent is None or before.tag != mark.tag or before.tail:
        return
    if len(before):
        before[-1].tail = (before[-1].tail or "") + (mark.text or "")
    else:
        before.text = (before.text or "") + (mark.text or "")
    before.extend(list(mark))
    before.tail = mark.tail
    parent.remove(mark)


class _Writer(MarkdownConverter):
    """Markdownify's writer, stricter about what a text may not become."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped: str = super().escape(text, parent_tags)  # type: ignore[misc]
        return _TEMPLATE.sub(r"\\\g<0>", escaped)

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        link = absolute_link(el.get("href"))
        if not link or not el.get_text(strip=True):
            return text
        el["href"] = link.translate(_PARENTHESES)
        written: str = super().convert_a(el, text, parent_tags)  # type: ignore[misc]
        return written

    def convert_em(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return _emphasised(el, text, "*", parent_tags)

    def convert_strong(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return _emphasised(el, text, "**", parent_tags)


_CORE = re.compile(r"(?s)([\W_]*)(.*?)([\W_]*)")
_SPACED = re.compile(r"(?s)(\s*)(.*?)(\s*)")


def _emphasised(el: Any, text: str, mark: str, parent_tags: set[str]) -> str:
    """The text between marks, which are none between a letter and a sign: the sign stays outside then."""
    within_word = _is_letter(el.previous_sibling, -1) or _is_letter(el.next_sibling, 0)
    if "_noformat" in parent_tags or "\n\n" in text or (within_word and "](" in text):
        return text
    found = (_CORE if within_word else _SPACED).fullmatch(text)
    before, core, after = found.groups() if found else ("", "", text)
    return f"{before}{mark}{core}{mark}{after}" if core else text


def _is_letter(sibling: Any, at: int) -> bool:
    text = sibling.get_text() if sibling is not None else ""
    return bool(text) and unicodedata.category(text[at])[0] not in "PSZ" and not text[at].isspace()
