"""The body of a page: which blocks are the story, which lines stand around it, which pictures belong to it."""

from dataclasses import dataclass

from newsroom.story import Block, Media


@dataclass(frozen=True)
class Body:
    """A story's body and its surroundings.

    `head_lines` are the page's lines above the body that are not part of it ("Story by Reuters"),
    `tail_lines` those below, down to the page's end (notice, topic line, author box, footer), both in
    page order. `flags` are doubts as in `Story.flags`.
    """

    blocks: tuple[Block, ...]
    head_lines: tuple[str, ...] = ()
    tail_lines: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The body's text line by line."""
        return tuple(line for block in self.blocks for line in block.text.splitlines())
