"""What a partner must take back: killed stories that it ever got, and those that left its feed for a rule."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from newsroom.clear.clearance import TAKEN_BACK, WITHDRAWS
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
    going = [each for each in leaving if each.reason in WITHDRAWS]
    gone = catalogue.withdrawn(partner.id, since, WITHDRAWS)
    killed = catalogue.killed_for(partner.id, since)
    uris = {each.uri for each in going} | {row.uri for row in gone} | {kill.uri for kill in killed}
    left, states = catalogue.leavings(partner.id, uris, TAKEN_BACK), catalogue.story_states(uris)

    def version(uri: str, n: int, more: int) -> int:
        """Higher than every version before, and lower than that of a return."""
        return n + (states[uri].acts if uri in states else 0) + 2 * len(left.get(uri, ())) + more

    found = {
        each.uri: Withdrawal(each.uri, version(each.uri, each.n, 1), left_at, each.reason) for each in going
    }
    for row in gone:
        number = version(row.uri, row.n, -1)
        found.setdefault(row.uri, Withdrawal(row.uri, number, row.left_at or left_at, row.reason or ""))
    for kill in killed:
        number = kill.n + kill.acts + 2 * len(left.get(kill.uri, ()))
        found[kill.uri] = Withdrawal(kill.uri, number, kill.at, "kill")
    told = [each for uri, each in found.items() if uri not in shown]
    return tuple(sorted(told, key=lambda each: (each.at, each.uri), reverse=True))
