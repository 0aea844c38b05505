"""What the reader is given, and how it refuses."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.config import TopicMap, Wire
from newsroom.story import Item, Page, Refusal


@dataclass(frozen=True)
class Document:
    """One thing to read: a page's bytes, or (with `html` None) the full text that `item` carries.

    `charset` is what the HTTP header named. `now` is the moment of reading, for the sanity of dates.
    `learned` are the keys of lines that the wire's pages repeat.
    """

    url: str | None
    html: bytes | None
    charset: str | None
    item: Item | None
    wire: Wire
    topics: TopicMap
    now: datetime
    page: Page | None = None
    learned: frozenset[str] = frozenset()


class Unreadable(Exception):  # noqa: N818  (a refusal, not a failure of the program)
    """The document gives no story; `refusal` says why, with a stable code.

    Codes: `empty`, `too_large`, `too_long`, `hostile_markup`, `bad_charset`, `not_html`, `no_body`,
    `no_content`; of a wire's document `no_id`, `no_item`, `several_items`, `malformed_document`,
    `truncated_document`, `hostile_document`; of a manifest `no_file`; and from the killable readers
    `time_limit`, `memory_limit`, `reader_died`, `reader_error`.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Refuse with a stable code and a sentence a person can act on."""
        self.refusal = Refusal(code=code, reason=reason)
        super().__init__(f"{code}: {reason}")

    def __reduce__(self) -> "tuple[type[Unreadable], tuple[str, str]]":
        """Travel between processes with both parts."""
        return type(self), (self.refusal.code, self.refusal.reason)
