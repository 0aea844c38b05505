from collections.abc import Iterator

import pytest

from samplewire import ManualClock, SampleWire


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def wire(clock) -> Iterator[SampleWire]:
    with SampleWire(clock=clock) as served:
        yield served
