"""What a partner must take back: killed stories that it ever got, and those that left its feed for a rule."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from newsroom.clear.clearance import WITHDRAWS
from newsroom.config import House, Partner
from newsroom.deliver.edition import Withdrawal
from newsroom.store.catalogue import Catalogue
from newsroom.store.deliveries import Left


def withdrawals(
    house: House,
    partner: Partner,
    catalogue: Catalogue,
    *,
    shown: Collection[str],
    leaving: Iterable[Left],
    now: datetime,
    left_at: datetime,
) -> tuple[Withdrawal, ...]:
    """The withdrawals that the partner's feed names by now, the last one first.

    `shown` are the uris of the stories in the feed; `leaving` what leaves it with this edition, at `left_at`.
    """
    since = now - timedelta(days=house.kills.notice_days)
    found = {
        each.uri: Withdrawal(each.uri, each.n + 1, left_at, each.reason)
        for each in leaving
        if each.reason in WITHDRAWS
    }
    for row in catalogue.withdrawn(partner.id, since, WITHDRAWS):
        found.setdefault(row.uri, Withdrawal(row.uri, row.n + 1, row.left_at or left_at, row.reason or ""))
    for killed in catalogue.killed_for(partner.id, since):
        found[killed.uri] = Withdrawal(killed.uri, killed.n + killed.acts, killed.at, "kill")
    told = [each for uri, each in found.items() if uri not in shown]
    return tuple(sorted(told, key=lambda each: (each.at, each.uri), reverse=True))
