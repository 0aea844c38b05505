"""For whom a tick has nothing to do, told for many partners in a few questions.

A delivery that came to its end notes what it went by: the stamp of all stories, a digest of everything that
people write, and when its answer may change by itself. While all of that is as it was, and the partner's
documents lie there as they were noted, the next one would find nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import orjson

from newsroom.config import Configuration, Partner
from newsroom.deliver import shape
from newsroom.deliver.grounds import SENDER
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.round import Round
from newsroom.store.catalogue import DocumentRow
from newsroom.story import digest

LOOK_AGAIN = timedelta(minutes=30)
"""How long nobody looks: what is kept for a number of days, as withdrawals are, goes within the half hour."""


def unchanged(shared: Round, partners: Sequence[Partner]) -> dict[str, int]:
    """Those of the partners whose feeds say all that they should, as they lie there: how many stories.

    Raises:
        BucketError: the bucket can't be read.
    """
    grounds = {each.id: grounds_of(each, shared) for each in partners}
    noted = shared.catalogue.unchanged(grounds, shared.now, since=shared.now - LOOK_AGAIN)
    wanted = {each.id: [noted.get(each.id, {}).get(name) for name in each.formats] for each in partners}
    known = {partner: [row for row in rows if row] for partner, rows in wanted.items() if all(rows)}
    stats = shared.bucket.stat_many(row.key for rows in known.values() for row in rows)

    def lies(row: DocumentRow) -> bool:
        stat = stats[row.key]
        return stat is not None and stat.etag == row.etag

    return {
        partner: max(row.stories for row in rows) for partner, rows in known.items() if all(map(lies, rows))
    }


def grounds_of(partner: Partner, shared: Round) -> str:
    """A digest of what a partner's feeds are made by, stories aside: the code and what people write."""
    formats = {name: RENDERERS[name].version for name in partner.formats}
    written = shared.once("written", partial(_written, shared.configuration))
    return digest(orjson.dumps([SENDER, shape.VERSION, formats, written, partner.model_dump(mode="json")]))


def _written(configuration: Configuration) -> str:
    parts = (configuration.wires, configuration.rights, configuration.rules)
    files = [{name: each.model_dump(mode="json") for name, each in part.items()} for part in parts]
    said = [configuration.house.model_dump(mode="json"), *files]
    return digest(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
