"""One story, one chain: what is read by its address is the story that its feed told, and vice versa."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsroom.stages import Newsroom
from newsroom.stages.work import Reading
from newsroom.story import digest, story_uri
from newsroom.web_address import canonical


@dataclass(frozen=True)
class Named:
    """The story that a wire names: the chain it would be filed under, and those of ours that it is."""

    uri: str
    known: tuple[str, ...] = ()


def chains_named(room: Newsroom, wire: str, wire_id: str | None, url: str | None = None) -> Named | None:
    """The story that the wire names by its own id, else by its address; None where it gives neither."""
    identity = wire_id or (canonical(url) if url else None)
    if identity is None:
        return None
    uri = story_uri(wire, identity)
    read_from = room.catalogue.uris_of([digest(f"{wire}\n{wire_id or url}")[:32]])
    named = {uri, *(each for uris in read_from.values() for each in uris)}
    there = room.catalogue.chains_at(wire, [url]).get(url, {}) if url else {}
    if len(there) == 1 and all(there.values()):
        named.update(there)
    return Named(uri, tuple(sorted(room.catalogue.chains(named))))


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
