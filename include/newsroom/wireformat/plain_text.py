"""Plain text, as agencies lay it out, as markup."""

import html
import re

WRAPPED_FROM = 50
"""Characters: where nearly all lines but the last of a paragraph are longer, a machine broke them."""

MOST_WRAPPED = 100

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_INDENT = re.compile(r"\n[^\S\n]{2,}(?=\S)")


def paragraphs(text: str) -> str:
    """Paragraphs of HTML. A blank line parts them, or an indent, or without either each line is one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = _BLANK_LINES.split(lines)
    if len(parts) == 1:
        parts = _INDENT.split(lines)
    if len(parts) == 1 and not _is_wrapped(lines):
        parts = lines.split("\n")
    return "\n".join(f"<p>{_inline(part)}</p>" for part in parts if part.strip())


def _inline(part: str) -> str:
    joint = " " if _is_wrapped(part) else "<br>"
    return joint.join(html.escape(line.strip(), quote=False) for line in part.split("\n"))


def _is_wrapped(part: str) -> bool:
    """Whether the lines were broken at a width, and not by whoever wrote them."""
    lines = [line.strip() for line in part.split("\n")[:-1]]
    broken = [line for line in lines if WRAPPED_FROM <= len(line) <= MOST_WRAPPED]
    return bool(lines) and len(broken) >= 0.9 * len(lines)
