"""One story, one chain: what is read by its address is the story that its feed told, and vice versa."""

from collections.abc import Collection, Sequence

from newsroom.stages import Newsroom
from newsroom.stages.work import Reading


def adopt_known(room: Newsroom, wire: str, readings: Sequence[Reading]) -> list[Reading]:
    """Give readings whose chain is not known yet the chain that stands at the same address, if just one does.

    A feed names a story by its own id, a person who has one page read only by its address. Either of the two
    must have been read from the page: feeds of full texts may link all their entries to one front page.
    """
    urls = {reading.story.url for reading in readings if reading.story.url}
    there = room.catalogue.chains_at(wire, urls) if urls else {}
    known = room.catalogue.chains([reading.story.uri for reading in readings]) if there else {}
    return [_adopted(reading, there.get(reading.story.url or "", {}), known) for reading in readings]


def _adopted(reading: Reading, there: dict[str, bool], known: Collection[str]) -> Reading:
    story = reading.story
    if story.uri in known or len(there) != 1:
        return reading
    ((uri, from_page),) = there.items()
    if not (from_page or reading.assignment.page):
        return reading
    return reading.model_copy(update={"story": story.model_copy(update={"uri": uri})})
