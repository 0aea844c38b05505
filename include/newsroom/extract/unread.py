"""Prose that a page has beside its body and that is built as the body is: what the reader may have lost.

A page's paragraphs stand in one place and look alike. What stands there too, reads as prose and is not in the
body is an author's note or a box on most pages, of a few words; half a story where the reader lost it.
"""

from collections.abc import Callable, Iterable, Sequence

from newsroom.extract.segment import Box, Piece

MIN_CHARS = 60
"""Shorter text is a heading, a label or a credit."""

MAX_LINKED = 0.5
"""Text more of which is links leads elsewhere."""

_ENDS_SENTENCE = tuple(".!?…。！？؟।")
_CLOSES = "\"'”’»)]“‘」』"

_Build = tuple[str, str, str]
"""How a block is built: its tag, that of the box around it, and the classes of that."""


def unread(
    pieces: Sequence[Piece], body: Sequence[Piece], is_furniture: Callable[[str], bool]
) -> tuple[str, ...]:
    """The prose among `pieces` that could be the body's and is not in `body`, in page order."""
    prose = [piece for piece in body if _is_prose(piece)]
    builds = {_build(piece.box) for piece in prose}
    container = _common(piece.box.parent for piece in prose)
    read = {piece.index for piece in body}
    left = [
        piece
        for piece in pieces
        if piece.index not in read
        and _is_prose(piece)
        and _build(piece.box) in builds
        and any(box is container for box in piece.box.chain())
        and not is_furniture(piece.text)
    ]
    if not left:
        return ()
    said = "".join(piece.key for piece in body)
    return tuple(piece.text for piece in left if piece.key not in said)


def _is_prose(piece: Piece) -> bool:
    text = piece.text
    return (
        len(text) >= MIN_CHARS
        and not piece.box.hidden
        and text.rstrip(_CLOSES).endswith(_ENDS_SENTENCE)
        and piece.link_chars < MAX_LINKED * len(text)
    )


def _build(box: Box) -> _Build:
    around = box.parent
    return (box.tag, around.tag, _without_numbers(around.names)) if around else (box.tag, "", "")


def _without_numbers(names: str) -> str:
    """The names that boxes of a kind share: one with a digit tells a single box."""
    if names.isspace() or names.isalpha():
        return names.strip()
    return " ".join(name for name in names.split() if not any(map(str.isdigit, name)))


def _common(boxes: Iterable[Box | None]) -> Box | None:
    """The innermost box around all of `boxes`."""
    common: list[Box] | None = None
    for box in boxes:
        chain = list(box.chain()) if box else []
        if common is None:
            common = chain
        else:
            around = {each.number for each in chain}
            common = [each for each in common if each.number in around]
    return common[0] if common else None
