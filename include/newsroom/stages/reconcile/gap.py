"""What is wrong with what one partner has."""

from dataclasses import dataclass

from newsroom.config.partner import Format


@dataclass(frozen=True)
class Gap:
    """Its kind, where it is, and what was found; what is to be written anew; and what a person does then.

    Written anew is the document of a `format`, a `page` of the archive, a story that belongs `archived` on
    one, a full page of the `changes`, or their newest part, which has an empty name here.
    """

    kind: str
    where: str
    found: str
    format: Format | None = None
    page: str | None = None
    archived: tuple[str, int] | None = None
    changes: str | None = None
    mend: str = "it stays so after a delivery; see the log of Delivery to partners"
