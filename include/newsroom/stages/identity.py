"""One story, one chain: what is read by its address is the story that its feed told, and vice versa.

And two stories, two chains: a feed may use the id of an entry again for another one.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from newsroom.match.fingerprint import fingerprint
from newsroom.match.likeness import Likeness, likeness
from newsroom.stages import Newsroom
from newsroom.stages.work import Reading
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.catalogue import RevisionRow
from newsroom.store.order import in_order
from newsroom.story import Revision, Story, digest, story_uri
from newsroom.web_address import canonical

log = logging.getLogger(__name__)

APART = 0.1
"""Two texts that share less of the shorter one's wording are other news. Of the labelled pairs, unrelated
stories share 0.02 at most, versions of one story 0.53 at least."""

SAME_TITLE = 0.5
"""The share of the shorter headline's words from which two are versions of one."""

MIN_WORDS_ALIKE = 3

DOUBT = "gate.identity: "
"""How the flag begins of a story that may be the one that its id had."""

Version = RevisionRow | Story
"""A version of a story: filed, or read in this very batch."""


@dataclass(frozen=True)
class Named:
    """The story that a wire names: the chain it would be filed under, and those of ours that it is."""

    uri: str
    known: tuple[str, ...] = ()


def chains_named(room: Newsroom, wire: str, wire_id: str | None, url: str | None = None) -> Named | None:
    """The story that the wire names by its own id, else by its address; None where it gives neither.

    An id that was used again names the story that stood at the address; without one, every story that had it.
    """
    identity = wire_id or (canonical(url) if url else None)
    if identity is None:
        return None
    uri = story_uri(wire, identity)
    read_from = room.catalogue.uris_of([_item_key(wire, wire_id or url or "")])
    had = room.catalogue.chains({uri, *(each for uris in read_from.values() for each in uris)})
    if wire_id and url and (meant := [uri for uri, chain in had.items() if _stood_at(url, chain)]):
        return Named(uri, tuple(sorted(meant)))
    there = room.catalogue.chains_at(wire, [url]).get(url, {}) if url else {}
    at_address = there if len(there) == 1 and all(there.values()) else {}
    return Named(uri, tuple(sorted({*had, *at_address})))


def adopt_known(room: Newsroom, wire: str, readings: Sequence[Reading]) -> list[Reading]:
    """Give readings the chain that they belong to, where their feed's id alone does not tell it.

    One whose chain is not known yet goes to the chain that stands at the same address, if just one does: a
    feed names a story by its own id, a person who has one page read only by its address. Either of the two
    must have been read from the page, or say much the same: feeds of full texts may link all their entries
    to one front page.

    One whose id is known from another address, headline and text is another story, with a chain of its own;
    where that is in doubt, it has one too, and is held. A reading meets those before it in the batch as if
    they were filed.
    """
    known = _Known.of(room, wire, readings)
    return [known.meet(reading) for reading in readings]


@dataclass(frozen=True)
class Settled:
    """Whether readings still belong to the chains that they were given.

    `late` are the items of those that belong to others by now: another feed filed. `seen` has by chain the
    newest number that was there when it was looked at, 0 where there was none.
    """

    late: frozenset[str]
    seen: Mapping[str, int]


def settle(room: Newsroom, wire: str, readings: Sequence[Reading]) -> Settled:
    """Look again whether readings belong to the chains that they have."""
    known = _Known.of(room, wire, readings)
    seen = {each.story.uri: known.newest(each.story.uri) for each in readings}
    now = [known.meet(reading) for reading in readings]
    late = frozenset(
        before.assignment.item.key
        for before, after in zip(readings, now, strict=True)
        if (before.story.uri, before.story.flags) != (after.story.uri, after.story.flags)
    )
    return Settled(late, seen)


@dataclass
class _Known:
    """The chains that a batch of readings may belong to.

    `there` has by address the chains that stood at it, and whether one was read from the page itself;
    `chains` the versions of each chain, the last one last; `had` by item the stories it was read into.
    """

    room: Newsroom
    there: dict[str, dict[str, bool]]
    chains: dict[str, list[Version]]
    had: Mapping[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, room: Newsroom, wire: str, readings: Sequence[Reading]) -> "_Known":
        urls = {reading.story.url for reading in readings if reading.story.url}
        had = room.catalogue.uris_of([reading.assignment.item.key for reading in readings])
        there = room.catalogue.chains_at(wire, urls) if urls else {}
        named = {reading.story.uri for reading in readings}
        wanted = named.union(*had.values())
        chains = room.catalogue.chains(wanted)
        ordered: dict[str, list[Version]] = {uri: [*in_order(chains.get(uri, ()))] for uri in wanted}
        return cls(room, there, ordered, had)

    def newest(self, uri: str) -> int:
        """The newest number of the chain; 0 where there is none."""
        return max((each.n for each in self._versions(uri) if isinstance(each, RevisionRow)), default=0)

    def meet(self, reading: Reading) -> Reading:
        """The reading under its chain, which then is known to have it."""
        adopted = self._adopted(reading)
        story = adopted.story
        self._versions(story.uri).append(story)
        if story.url:
            at = self.there.setdefault(story.url, {})
            at[story.uri] = at.get(story.uri, False) or adopted.assignment.page is not None
        return adopted

    def _adopted(self, reading: Reading) -> Reading:
        story = reading.story
        there = self.there.get(story.url or "", {})
        chain = self._versions(story.uri)
        if story.uri in there or _in_doubt(story):
            return reading
        if meant := self._withdrawn_at(reading, there):
            return self._joined(reading, meant)
        if chain and not _moved(reading, chain):
            return reading
        if len(there) == 1:
            ((uri, from_page),) = there.items()
            if from_page or reading.assignment.page or self._says_the_same(uri, story):
                return self._joined(reading, uri)
        return self._told_apart(reading, chain[-1]) if chain else reading

    def _withdrawn_at(self, reading: Reading, there: Mapping[str, bool]) -> str | None:
        """Of the stories that had a withdrawn entry's id, the one that stood at its address."""
        item = reading.assignment.item
        if reading.story.pubstatus == "usable" or item.document is not None:
            return None
        meant = self.had.get(item.key, set()) & there.keys()
        return meant.pop() if len(meant) == 1 else None

    def _told_apart(self, reading: Reading, last: Version) -> Reading:
        """A moved entry as what its text makes it: a version of a story with its id, or another story."""
        story = reading.story
        for uri in sorted(self.had.get(reading.assignment.item.key, set()) - {story.uri}):
            if not _moved(reading, self._versions(uri)):
                return self._joined(reading, uri)
        alike = self._likeness(last, story)
        if alike and alike.same:
            return reading
        own = _under(reading, _uri_again(story.wire, story.wire_id or "", story.url or ""))
        log.warning("%s: the id %s is used again for another story", story.url, story.wire_id)
        if alike and alike.wording <= APART:
            return own
        told = f"of the text, {alike.reason}" if alike else "the texts are too short to compare"
        return _doubted(
            own,
            f"{DOUBT}uri: saw the id {story.wire_id} of “{last.headline}” ({last.url}) with another address "
            f"and headline; wanted one story for one id; {told}; release it if it is another story",
        )

    def _joined(self, reading: Reading, uri: str) -> Reading:
        """The reading as a version of this chain; it is in doubt as that is, until somebody released it."""
        chain = self._versions(uri)
        last = self._told_by(chain[-1]) if chain else None
        doubt = next((flag for flag in last.flags if flag.startswith(DOUBT)), None) if last else None
        if doubt and any(each.action == "release" for each in self.room.catalogue.decisions(uri)):
            doubt = None
        joined = _under(reading, uri)
        return _doubted(joined, doubt) if doubt else joined

    def _versions(self, uri: str) -> list[Version]:
        if uri not in self.chains:
            self.chains[uri] = [*in_order(self.room.catalogue.chain(uri))]
        return self.chains[uri]

    def _says_the_same(self, uri: str, story: Story) -> bool:
        chain = self._versions(uri)
        alike = self._likeness(chain[-1], story) if chain else None
        return alike is not None and alike.same

    def _likeness(self, version: Version, story: Story) -> Likeness | None:
        """How alike an earlier version and a story are; None where that can't be told."""
        earlier = self._told_by(version)
        one, other = fingerprint(earlier) if earlier else None, fingerprint(story)
        return likeness(one, other) if one and other else None

    def _told_by(self, version: Version) -> Story | None:
        """What a version says; None where its object can't be read."""
        if isinstance(version, Story):
            return version
        try:
            revision: Revision = Revision.from_json(self.room.bucket.get(version.key))
        except (Corrupt, Missing) as error:
            log.warning("%s", error)
            return None
        return revision.story


def _moved(reading: Reading, chain: Iterable[Version]) -> bool:
    """Whether an entry comes with another address and another headline than its id had so far.

    An id within a wire's own document is the story's; that of a feed's entry may be any plugin's. A kill or a
    hold is of the story that the id names, whatever its words are.
    """
    story, item = reading.story, reading.assignment.item
    versions = list(chain)
    addresses = {canonical(each.url) for each in versions if each.url}
    if item.document is not None or story.wire_id is None or story.wire_id != item.guid:
        return False
    if story.pubstatus != "usable" or not story.url or not addresses or canonical(story.url) in addresses:
        return False
    return not any(_same_title(each.headline, story.headline) for each in versions)


def _stood_at(url: str, chain: Iterable[Version]) -> bool:
    return any(each.url and canonical(each.url) == canonical(url) for each in chain)


def _in_doubt(story: Story) -> bool:
    return any(flag.startswith(DOUBT) for flag in story.flags)


def _item_key(wire: str, identity: str) -> str:
    return digest(f"{wire}\n{identity}")[:32]


def _uri_again(wire: str, wire_id: str, url: str) -> str:
    """The chain of a story that came under an id which was another's before."""
    return story_uri(wire, f"{wire_id}\n{canonical(url)}")


def _under(reading: Reading, uri: str) -> Reading:
    return reading.model_copy(update={"story": reading.story.model_copy(update={"uri": uri})})


def _doubted(reading: Reading, doubt: str) -> Reading:
    story = reading.story
    return reading.model_copy(update={"story": story.model_copy(update={"flags": (*story.flags, doubt)})})


def _same_title(one: str, other: str) -> bool:
    words, others = (
        {word.strip(".,:;!?\"'“”‘’").casefold() for word in each.split()} for each in (one, other)
    )
    short = min(len(words), len(others))
    return words == others or (short >= MIN_WORDS_ALIKE and len(words & others) >= SAME_TITLE * short)
