"""What follows a version that a partner has: it gets the correction, whatever its product takes by then.

The product chooses stories; it must not leave a partner with words that were taken back.
"""

from collections.abc import Sequence

from newsroom.clear.ruling import Ruling
from newsroom.config import Partner
from newsroom.deliver.mentions import mentions
from newsroom.deliver.product import ProductRules
from newsroom.extract.media_topics import vocabulary
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import AnyRevision, Catalogue


def followed(
    partner: Partner, bucket: Bucket, catalogue: Catalogue, rows: Sequence[AnyRevision], *, note: bool = True
) -> set[str]:
    """Of stories that the product does not take, those that the partner has in a version that it takes.

    Where the product itself was changed it takes that one no more, and the story leaves. Without `note`
    nothing is written.
    """
    shown = {uri for uri, _ in catalogue.in_feed(partner.id)}
    now = {row.uri: row.n for row in rows if row.uri in shown}
    if not now:
        return set()
    sent = catalogue.sent(partner.id, now)
    before = [
        revision
        for uri, chain in catalogue.chains(now).items()
        for revision in chain
        if revision.n in sent.get(uri, ()) and revision.n != now[uri]
    ]
    mentioned = mentions(partner.product, bucket, catalogue, before, note=note)
    rules = ProductRules(partner.product, vocabulary().broader, mentioned)
    return {row.uri for row in before if all(ruling.passes for ruling in rules.rulings(row))}


def in_spite(partner: Partner, ruling: Ruling) -> Ruling:
    """A product's answer to a story of which the partner has a version that it takes."""
    if ruling.passes:
        return ruling
    reason = f"{ruling.reason}; but {partner.id} has a version of it that its product takes"
    return Ruling(rule=ruling.rule, passes=True, reason=reason)
