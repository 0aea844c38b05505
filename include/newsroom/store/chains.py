"""Stories in the catalogue: chains of revisions, what the checks said, what people decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    join,
    or_,
    select,
    true,
    union,
    union_all,
    update,
)

from newsroom.store import keys, schema
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.kills import Kill
from newsroom.store.order import in_order, made_at
from newsroom.store.repeated import add_repeated
from newsroom.store.unmapped import add_unmapped
from newsroom.story import Finding, Moment, Noun, Revision, Verdict, digest

MOST_LIKE = 20
"""How many stories a kill without an id may suggest."""

ReadyBy = Literal["verdict", "release", "withdrawal"]
"""Why a revision stands for its story: it passed, a person released it, or it withdraws the story."""


class Decision(Noun):
    """What a person decided on a revision: `release` passes it as it is, `reject` keeps it back."""

    uri: str
    n: int
    action: Literal["release", "reject"]
    by: str
    reason: str
    at: Moment


@dataclass(frozen=True)
class Use:
    """What its wire says of a revision's use; `usageterms` are the story's own, not its wire's contract."""

    n: int
    pubstatus: str = "usable"
    embargoed: datetime | None = None
    expires: datetime | None = None
    signals: tuple[str, ...] = ()
    ednote: str | None = None
    usageterms: str | None = None
    license: str | None = None


@dataclass(frozen=True)
class RevisionRow:
    """A revision as the catalogue has it; the story itself lies in the bucket under `key`."""

    uri: str
    n: int
    key: str
    wire: str
    feed: str | None
    provider: str
    headline: str
    slugline: str | None
    url: str | None
    language: str | None
    subjects: tuple[str, ...]
    labels: tuple[str, ...]
    words: int
    genre: str | None
    urgency: int | None
    pubstatus: str
    embargoed: datetime | None
    expires: datetime | None
    signals: tuple[str, ...]
    ednote: str | None
    usageterms: str | None
    license: str | None
    noticed: bool
    firstcreated: datetime | None
    versioncreated: datetime | None
    wire_version: str | None
    stored_at: datetime
    content_hash: str
    item_key: str
    item_digest: str
    raw_keys: tuple[str, ...]
    reader: str
    run: str | None

    @property
    def use(self) -> Use:
        """What its wire says of its use."""
        return Use(**{each.name: getattr(self, each.name) for each in fields(Use)})


@dataclass(frozen=True)
class CandidateRow:
    """A story that could be delivered: its newest revision that passed, was released, or withdraws it.

    `use` is that revision's, `newest` the newest one's of the chain, passed or not; a rejected one is none.
    `ready_by` is None for one that stood for its story and does no more. `kill` is the one that stands,
    `acts` how many kills and lifts there were. `head` is the story that it and others are copies of, itself
    or another; None where it has no copies.
    """

    uri: str
    n: int
    key: str
    wire: str
    headline: str
    url: str | None
    language: str | None
    subjects: tuple[str, ...]
    labels: tuple[str, ...]
    use: Use
    newest: Use
    ready_by: ReadyBy | None
    noticed: bool
    firstcreated: datetime | None
    versioncreated: datetime | None
    stored_at: datetime
    first_created: datetime | None
    first_stored: datetime
    kill: Kill | None = None
    acts: int = 0
    lifted_at: datetime | None = None
    head: str | None = None
    words: int = 0
    genre: str | None = None
    urgency: int | None = None


AnyRevision = RevisionRow | CandidateRow
"""A revision, as one of a chain or as one that could be delivered."""


@dataclass(frozen=True)
class HeldRow:
    """A story whose newest revision waits for a person; clearance says why."""

    uri: str
    n: int
    wire: str
    headline: str
    url: str | None
    stored_at: datetime


Place = tuple[datetime, str, int]
"""Where a revision stands among all that were filed: its time, its story and its number."""


@dataclass(frozen=True)
class FiledRow:
    """A revision; which one is current in its story, and which one stands for it, if any, and why."""

    uri: str
    n: int
    key: str
    headline: str
    content_hash: str
    stored_at: datetime
    current_n: int
    ready_n: int | None
    ready_by: ReadyBy | None

    @property
    def current(self) -> bool:
        """Whether no other took its place."""
        return self.current_n == self.n

    @property
    def stands(self) -> bool:
        """Whether it stands for its story: it is not held."""
        return self.ready_n == self.n

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.stored_at, self.uri, self.n


_WAITS = and_(
    schema.story.c.held == true(),
    ~exists().where(schema.tombstone.c.uri == schema.story.c.uri, schema.tombstone.c.stands == true()),
)
"""Whether a story waits for a person: a killed one, whatever its wire sends after, waits for nobody."""

_FILED = ("uri", "n", "key", "headline", "content_hash", "stored_at")


class Chains(Database):
    """The stories' part of the catalogue."""

    def chain(self, uri: str) -> list[RevisionRow]:
        """The story's revisions, the first one first; empty when there is no such story."""
        return self.chains([uri]).get(uri, [])

    def chains(self, uris: Collection[str]) -> dict[str, list[RevisionRow]]:
        """The revisions of many stories."""
        with self.reading() as connection:
            return _chains(connection, uris)

    def headlines(self, uris: Collection[str]) -> dict[str, str]:
        """The headline of each story's last revision that has one; a wire's bare withdrawal has none."""
        revision, found = schema.revision, dict[str, str]()
        with self.reading() as connection:
            for part in in_parts(uris):
                asked = select(revision.c.uri, revision.c.headline).where(
                    revision.c.uri.in_(part), revision.c.headline != ""
                )
                found |= {row.uri: row.headline for row in connection.execute(asked.order_by(revision.c.n))}
        return found

    def with_several_revisions(self, uris: Collection[str]) -> set[str]:
        """Those of these stories that have more than one."""
        table = schema.revision
        found: set[str] = set()
        with self.reading() as connection:
            for part in in_parts(uris):
                several = select(table.c.uri).where(table.c.uri.in_(part), table.c.n > 1)
                found.update(connection.scalars(several))
        return found

    def stamp(self) -> int:
        """A number that rises whenever something that a delivery is chosen by changes for any story."""
        with self.reading() as connection:
            return connection.scalar(select(func.max(schema.stamp.c.stories))) or 0

    def chains_at(self, wire: str, urls: Collection[str]) -> dict[str, dict[str, bool]]:
        """By address, the wire's stories that stood there, and whether one was read from the page itself."""
        table = schema.revision
        found: dict[str, dict[str, bool]] = {}
        with self.reading() as connection:
            for part in in_parts({digest(url) for url in urls}):
                asked = select(table.c.uri, table.c.url, table.c.raw_keys).where(
                    table.c.wire == wire, table.c.url_digest.in_(part)
                )
                for row in connection.execute(asked):
                    there = found.setdefault(row.url, {})
                    there[row.uri] = there.get(row.uri, False) or len(row.raw_keys) > 1
        return found

    def find_uris(self, beginning: str, limit: int = 10) -> list[str]:
        """The uris that begin with this: a whole uri, a UUID, or its first digits."""
        start = f"urn:uuid:{keys.story_id(beginning)}".lower()
        tables = (schema.story, schema.tombstone)  # a kill may have come before its story
        found = union(
            *(select(t.c.uri.label("uri")).where(t.c.uri.startswith(start, autoescape=True)) for t in tables)
        )
        with self.reading() as connection:
            return list(connection.scalars(found.order_by("uri").limit(limit)))

    def named(self, words: str, limit: int = 10) -> dict[str, str]:
        """By uri the headline of stories that had these words in a headline or address; the newest first.

        It looks through every revision.
        """
        revision, said = schema.revision, words.lower()
        has = or_(
            *(func.lower(c).contains(said, autoescape=True) for c in (revision.c.headline, revision.c.url))
        )
        asked = select(revision.c.uri).where(has).group_by(revision.c.uri)
        with self.reading() as connection:
            found = list(
                connection.scalars(asked.order_by(func.max(revision.c.stored_at).desc()).limit(limit))
            )
        headlines = self.headlines(found)
        return {uri: headlines.get(uri, "") for uri in found}

    def like(self, wire: str, *, headline: str, slug: str | None, since: datetime) -> list[str]:
        """The wire's stories since then, or held ones, with this headline, or this slug in their slugline."""
        story, revision = schema.story, schema.revision
        same = func.lower(revision.c.headline) == headline.lower()
        if slug:
            same = or_(same, func.lower(revision.c.slugline).contains(slug.lower(), autoescape=True))
        recent = or_(story.c.ready_at >= since, _WAITS)
        asked = select(story.c.uri).join(revision, revision.c.uri == story.c.uri)
        asked = asked.where(story.c.wire == wire, recent, same).distinct().order_by(story.c.uri)
        with self.reading() as connection:
            return list(connection.scalars(asked.limit(MOST_LIKE)))

    def add_revisions(self, revisions: Sequence[Revision]) -> None:
        """Add filed revisions; one that is there stays as it is."""
        with self.writing() as connection:
            upsert(connection, schema.revision, [_revision_values(each) for each in revisions], update=())
            add_unmapped(connection, revisions)
            add_repeated(connection, revisions)
            refresh(connection, {each.uri for each in revisions})

    def add_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Add verdicts, in any order; of several under the same rules the last one counts."""
        ordered = sorted(verdicts, key=lambda verdict: verdict.checked_at)
        rows = {(v.uri, v.n, v.scope, v.ruleset): _verdict_values(v) for v in ordered}
        with self.writing() as connection:
            upsert(
                connection,
                schema.verdict,
                list(rows.values()),
                where=lambda new: new.checked_at >= schema.verdict.c.checked_at,
            )
            refresh(connection, {verdict.uri for verdict in verdicts})

    def add_decisions(self, decisions: Sequence[Decision]) -> None:
        """Add people's decisions; the last one on a revision counts."""
        with self.writing() as connection:
            upsert(connection, schema.decision, [each.model_dump() for each in decisions])
            refresh(connection, {each.uri for each in decisions})

    def verdicts(self, uri: str) -> list[Verdict]:
        """Every verdict on the story's revisions, the first one first."""
        table = schema.verdict
        asked = select(table).where(table.c.uri == uri).order_by(table.c.checked_at, table.c.n, table.c.scope)
        with self.reading() as connection:
            return [verdict_of(row) for row in connection.execute(asked)]

    def decisions(self, uri: str) -> list[Decision]:
        """Every decision on the story's revisions, the first one first."""
        table = schema.decision
        asked = select(table).where(table.c.uri == uri).order_by(table.c.at)
        with self.reading() as connection:
            return [Decision(**row._asdict()) for row in connection.execute(asked)]

    def verdict_states(
        self, scope: str, ruleset: str, revisions: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], bool]:
        """Whether each revision passed under these very rules; one that was not judged by them is missing."""
        table = schema.verdict
        wanted = set(revisions)
        states: dict[tuple[str, int], bool] = {}
        with self.reading() as connection:
            for part in in_parts({uri for uri, _ in wanted}):
                asked = select(table.c.uri, table.c.n, table.c.passed).where(
                    table.c.scope == scope, table.c.ruleset == ruleset, table.c.uri.in_(part)
                )
                states |= {(row.uri, row.n): row.passed for row in connection.execute(asked)}
        return {revision: passed for revision, passed in states.items() if revision in wanted}

    def rulesets(
        self, revisions: Iterable[tuple[str, int]], scope: str
    ) -> dict[tuple[str, int], dict[str, str]]:
        """By revision, the rules that judged it last: its wire's own, and those of this scope."""
        table = schema.verdict
        wanted = set(revisions)
        found: dict[tuple[str, int], dict[str, str]] = {}
        with self.reading() as connection:
            for part in in_parts({uri for uri, _ in wanted}):
                asked = select(table.c.uri, table.c.n, table.c.scope, table.c.ruleset).where(
                    table.c.uri.in_(part), or_(table.c.scope == scope, table.c.scope.startswith("wire:"))
                )
                for row in connection.execute(asked.order_by(table.c.checked_at, table.c.ruleset)):
                    found.setdefault((row.uri, row.n), {})[row.scope] = row.ruleset
        return {revision: rules for revision, rules in found.items() if revision in wanted}

    def last_verdicts(self, revisions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict[str, bool]]:
        """By revision and scope, whether it passed when it was judged last."""
        table = schema.verdict
        wanted = set(revisions)
        found: dict[tuple[str, int], dict[str, bool]] = {}
        with self.reading() as connection:
            for part in in_parts({uri for uri, _ in wanted}):
                asked = select(table.c.uri, table.c.n, table.c.scope, table.c.passed)
                asked = asked.where(table.c.uri.in_(part)).order_by(table.c.checked_at, table.c.ruleset)
                for row in connection.execute(asked):
                    found.setdefault((row.uri, row.n), {})[row.scope] = row.passed
        return {revision: passed for revision, passed in found.items() if revision in wanted}

    def filed(
        self, wire: str, *, since: datetime, until: datetime, after: "Place | None" = None, limit: int = 1_000
    ) -> list["FiledRow"]:
        """The wire's revisions that were filed in this span, the first one first.

        `after` is the place of the last one of the part before.
        """
        story, revision = schema.story, schema.revision
        stands = (story.c.current_n, story.c.ready_n, story.c.ready_by)
        asked = select(*(revision.c[name] for name in _FILED), *stands)
        asked = asked.join(story, story.c.uri == revision.c.uri)
        asked = asked.where(
            revision.c.wire == wire, revision.c.stored_at >= since, revision.c.stored_at <= until
        )
        if after:
            at, uri, n = after
            of_chain = and_(revision.c.uri == uri, revision.c.n > n)
            behind = and_(revision.c.stored_at == at, or_(revision.c.uri > uri, of_chain))
            asked = asked.where(or_(revision.c.stored_at > at, behind))
        asked = asked.order_by(revision.c.stored_at, revision.c.uri, revision.c.n).limit(limit)
        with self.reading() as connection:
            return [FiledRow(**row._asdict()) for row in connection.execute(asked)]

    def held(self, wire: str | None = None, limit: int = 200) -> list[HeldRow]:
        """Stories whose newest revision was not passed, the newest first; before all those that are shown.

        A killed story is none of them.
        """
        table, sent = schema.story, schema.delivery
        here = and_(sent.c.uri == table.c.uri, sent.c.left_at.is_(None), sent.c.entered_at.is_not(None))
        shown = case((exists().where(here), 0), else_=1)
        asked = select(table.c.uri, table.c.current_n).where(_WAITS)
        if wire:
            asked = asked.where(table.c.wire == wire)
        asked = asked.order_by(shown, table.c.current_at.desc(), table.c.uri).limit(limit)
        with self.reading() as connection:
            wanted = {row.uri: row.current_n for row in connection.execute(asked)}
            chains = _chains(connection, wanted)
        rows = [next(row for row in chains[uri] if row.n == n) for uri, n in wanted.items()]
        return [HeldRow(row.uri, row.n, row.wire, row.headline, row.url, row.stored_at) for row in rows]

    def without_standing(self, limit: int) -> list[str]:
        """Stories none of whose revisions passed or was released, the newest first: held, or rejected."""
        table = schema.story
        asked = select(table.c.uri).where(table.c.ready_n.is_(None))
        asked = asked.order_by(table.c.current_at.desc(), table.c.uri).limit(limit)
        with self.reading() as connection:
            return list(connection.scalars(asked))

    def delivered(self, partner: str) -> list[CandidateRow]:
        """What is in the partner's feed now, as it was delivered, the newest first.

        Each is ready or not by itself: an update that the partner was not sent yet, as one that is paused,
        does not speak against it.
        """
        sent, story = schema.delivery, schema.story
        here = and_(sent.c.partner == partner, sent.c.left_at.is_(None), sent.c.entered_at.is_not(None))
        asked = _candidates(join(story, sent, sent.c.uri == story.c.uri), sent.c.n).where(here)
        asked = asked.order_by(story.c.current_at.desc(), story.c.uri)
        with self.reading() as connection:
            rows = [_candidate(row) for row in connection.execute(asked)]
            why = _why_ready(connection, _chains(connection, {row.uri for row in rows}))
        return [replace(row, ready_by=why[row.uri][row.n]) for row in rows]

    def standing(self, uri: str) -> int | None:
        """The revision that stands for the story; None where none does."""
        with self.reading() as connection:
            return connection.scalar(select(schema.story.c.ready_n).where(schema.story.c.uri == uri))

    def is_held(self, uri: str) -> bool:
        """Whether the story's newest revision waits for a person."""
        with self.reading() as connection:
            return bool(connection.scalar(select(_WAITS).where(schema.story.c.uri == uri)))

    def candidates(self, *, wires: Collection[str] = (), limit: int | None = None) -> list[CandidateRow]:
        """Stories that could be delivered, the newest first; no wires mean all of them."""
        story = schema.story
        ready, newest = story.c.ready_at.is_not(None), (story.c.ready_at.desc(), story.c.uri)
        asked = _candidates().where(ready).order_by(*newest).limit(limit)
        if wires:
            # The newest of each wire by themselves, so that none is asked for its whole archive.
            of_each = [
                select(story.c.uri)
                .where(story.c.wire == wire, ready)
                .order_by(*newest)
                .limit(limit)
                .subquery()
                .select()
                for wire in wires
            ]
            asked = asked.where(story.c.uri.in_(union_all(*of_each)))
        with self.reading() as connection:
            return [_candidate(row) for row in connection.execute(asked)]

    def candidates_of(self, uris: Collection[str]) -> list[CandidateRow]:
        """Those of these stories that could be delivered, in no order."""
        with self.reading() as connection:
            return [
                _candidate(row)
                for part in in_parts(uris)
                for row in connection.execute(_candidates().where(schema.story.c.uri.in_(part)))
            ]

    def story_counts(self) -> dict[str, dict[str, int]]:
        """For each wire, how many stories are ready and how many held."""
        table = schema.story
        held = func.sum(cast(_WAITS, Integer))
        asked = select(table.c.wire, func.count(table.c.ready_n), held).group_by(table.c.wire)
        with self.reading() as connection:
            return {
                wire: {"ready": ready, "held": int(held or 0)}
                for wire, ready, held in connection.execute(asked.order_by(table.c.wire))
            }


def refresh(connection: Connection, uris: Collection[str]) -> None:
    """Work out anew what follows from the chains of these stories."""
    chains = _chains(connection, uris)
    ready_by = _why_ready(connection, chains)
    decided = _latest_decisions(connection, uris)
    rows = []
    for uri, chain in chains.items():
        ranked = in_order(chain)
        why = ready_by[uri]
        ready = [row for row in ranked if why[row.n]]
        current, first = ranked[-1], chain[0]
        standing = [row for row in ranked if decided.get((uri, row.n)) != "reject"]
        action = decided.get((uri, current.n))
        rows.append(
            {
                "uri": uri,
                "wire": current.wire,
                "current_n": current.n,
                "current_at": made_at(current),
                "newest_n": (standing or ranked)[-1].n,
                "held": _held_back(current, action, stands=why[current.n] is not None),
                "ready_n": ready[-1].n if ready else None,
                "ready_at": made_at(ready[-1]) if ready else None,
                "ready_by": why[ready[-1].n] if ready else None,
                "first_created": first.firstcreated,
                "first_stored": first.stored_at,
            }
        )
    upsert(connection, schema.story, rows)
    raise_stamp(connection)


def raise_stamp(connection: Connection) -> None:
    """Let whoever keeps in mind what the catalogue said of stories ask again."""
    table = schema.stamp
    raised = connection.execute(update(table).values(stories=table.c.stories + 1))
    if not raised.rowcount:
        connection.execute(insert(table).values(stories=1))


def _held_back(row: RevisionRow, action: str | None, *, stands: bool) -> bool:
    """Whether a person must decide on a story's newest revision, unless a kill of the story stands."""
    if action == "reject":
        return False
    return not stands or (row.pubstatus == "withheld" and action != "release")


def _why_ready(
    connection: Connection, chains: Mapping[str, Sequence[RevisionRow]]
) -> dict[str, dict[int, ReadyBy | None]]:
    """By story and number, why each revision could stand for its story; None of one that could not."""
    table = schema.verdict
    judged = _latest_verdicts(connection, chains.keys(), table.c.uri, table.c.n, table.c.passed)
    decided = _latest_decisions(connection, chains.keys())
    passed = {revision for revision, row in judged.items() if row.passed}
    return {
        uri: {row.n: _ready_by(row, (uri, row.n) in passed, decided.get((uri, row.n))) for row in chain}
        for uri, chain in chains.items()
    }


def _ready_by(row: RevisionRow, passed: bool, action: str | None) -> ReadyBy | None:
    """Why a revision stands for its story; None where it does not. A withdrawal needs no check."""
    if action == "reject":
        return None
    if action == "release":
        return "release"
    if row.pubstatus != "usable":
        return "withdrawal"
    return "verdict" if passed else None


def _chains(connection: Connection, uris: Collection[str]) -> dict[str, list[RevisionRow]]:
    table = schema.revision
    chains: dict[str, list[RevisionRow]] = {}
    for part in in_parts(uris):
        asked = select(table).where(table.c.uri.in_(part)).order_by(table.c.uri, table.c.n)
        for row in connection.execute(asked):
            chains.setdefault(row.uri, []).append(_revision(row))
    return chains


def _latest_verdicts(
    connection: Connection, uris: Collection[str], *wanted: Any
) -> dict[tuple[str, int], Row[Any]]:
    """The wanted columns of the last verdict of the wire's own rules on each revision."""
    table = schema.verdict
    found: dict[tuple[str, int], Row[Any]] = {}
    for part in in_parts(uris):
        own = and_(table.c.uri.in_(part), table.c.scope.startswith("wire:"))
        asked = select(*wanted).where(own).order_by(table.c.checked_at, table.c.ruleset)
        found |= {(row.uri, row.n): row for row in connection.execute(asked)}
    return found


def _latest_decisions(connection: Connection, uris: Collection[str]) -> dict[tuple[str, int], str]:
    table = schema.decision
    found: dict[tuple[str, int], str] = {}
    for part in in_parts(uris):
        asked = select(table).where(table.c.uri.in_(part)).order_by(table.c.at)
        found |= {(row.uri, row.n): row.action for row in connection.execute(asked)}
    return found


_USES = ("use", "newest")


def _candidates(source: FromClause | None = None, n: Any = None) -> Select[Any]:
    """Stories with the revision `n` of each, by default the one that stands for it."""
    story, revision = schema.story, schema.revision
    source, n = (story, story.c.ready_n) if source is None else (source, n)
    newest = revision.alias("newest")
    uses = [
        column.label(f"{name}_{column.name}")
        for name, of in zip(_USES, (revision, newest), strict=True)
        for column in (of.c[field.name] for field in fields(Use))
    ]
    asked = select(
        story.c.uri,
        *uses,
        *(schema.kill.c[name].label(f"kill_{name}") for name in Kill.model_fields),
        schema.tombstone.c.acts,
        schema.tombstone.c.lifted_at,
        schema.duplicate.c.head,
        story.c.ready_by,
        revision.c.n,
        revision.c.key,
        story.c.wire,
        revision.c.headline,
        revision.c.url,
        revision.c.noticed,
        revision.c.language,
        revision.c.subjects,
        revision.c.labels,
        revision.c.words,
        revision.c.genre,
        revision.c.urgency,
        revision.c.firstcreated,
        revision.c.versioncreated,
        revision.c.stored_at,
        story.c.first_created,
        story.c.first_stored,
    )
    asked = asked.select_from(source)
    asked = asked.join(revision, and_(revision.c.uri == story.c.uri, revision.c.n == n))
    asked = asked.join(newest, and_(newest.c.uri == story.c.uri, newest.c.n == story.c.newest_n))
    stone, kill = schema.tombstone, schema.kill
    stands = and_(kill.c.uri == stone.c.uri, kill.c.evidence == stone.c.evidence, stone.c.stands == true())
    asked = asked.outerjoin(schema.duplicate, schema.duplicate.c.uri == story.c.uri)
    return asked.outerjoin(stone, stone.c.uri == story.c.uri).outerjoin(kill, stands)


def _candidate(row: Row[Any]) -> CandidateRow:
    values = row._asdict()
    uses = {name: _use({f.name: values.pop(f"{name}_{f.name}") for f in fields(Use)}) for name in _USES}
    kill = {name: values.pop(f"kill_{name}") for name in Kill.model_fields}
    tuples = {name: tuple(values[name]) for name in ("subjects", "labels")}
    told = {"kill": Kill(**kill) if kill["uri"] else None, "acts": values["acts"] or 0}
    return CandidateRow(**values | uses | tuples | told)


def _use(values: dict[str, Any]) -> Use:
    return Use(**values | {"signals": tuple(values["signals"])})


def _revision_values(revision: Revision) -> dict[str, Any]:
    story = revision.story
    return {
        "uri": revision.uri,
        "n": revision.n,
        "key": keys.revision(story.wire, revision.uri, revision.n),
        "wire": story.wire,
        "feed": story.feed,
        "provider": story.provider,
        "headline": story.headline,
        "slugline": story.slugline,
        "url": story.url,
        "url_digest": digest(story.url) if story.url else None,
        "language": story.language,
        "subjects": [subject.code for subject in story.subject],
        "labels": list(story.topics),
        "words": story.words,
        "genre": story.genre,
        "urgency": story.urgency,
        "pubstatus": story.pubstatus,
        "embargoed": story.embargoed,
        "expires": story.expires,
        "signals": list(story.signals),
        "ednote": story.ednote,
        "usageterms": story.own_usageterms,
        "license": story.license,
        "noticed": bool(story.copyrightnotice),
        "firstcreated": story.firstcreated,
        "versioncreated": story.versioncreated,
        "wire_version": story.wire_version,
        "stored_at": revision.stored_at,
        "content_hash": revision.content_hash,
        "item_key": revision.item_key,
        "item_digest": revision.item_digest,
        "raw_keys": list(revision.raw_keys),
        "reader": revision.reader,
        "run": revision.run,
    }


def _revision(row: Row[Any]) -> RevisionRow:
    values = row._asdict()
    del values["url_digest"]
    tuples = {name: tuple(values[name]) for name in ("subjects", "labels", "signals", "raw_keys")}
    return RevisionRow(**values | tuples)


def _verdict_values(verdict: Verdict) -> dict[str, Any]:
    return {
        "uri": verdict.uri,
        "n": verdict.n,
        "scope": verdict.scope,
        "ruleset": verdict.ruleset,
        "passed": verdict.passed,
        "findings": [finding.model_dump(mode="json") for finding in verdict.findings],
        "checked_at": verdict.checked_at,
    }


def verdict_of(row: Row[Any]) -> Verdict:
    """The verdict that a row is."""
    return Verdict(
        uri=row.uri,
        n=row.n,
        scope=row.scope,
        ruleset=row.ruleset,
        checked_at=row.checked_at,
        findings=tuple(Finding(**finding) for finding in row.findings),
    )
