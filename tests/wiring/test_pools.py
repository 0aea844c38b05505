"""A pool for each wire, one for pushes, and one for kills."""

from newsroom.config import load
from wiring.pools import PUSH_POOL, SLOTS, TAKEDOWN_POOL, pool_of, pools


def test_each_wire_has_its_pool():
    configuration = load()
    made = pools(configuration)
    assert set(made) == {TAKEDOWN_POOL, PUSH_POOL, *(pool_of(wire) for wire in configuration.wires)}
    assert {pool["slots"] for pool in made.values()} == {SLOTS}
