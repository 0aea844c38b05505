from datetime import UTC, datetime

import pytest

from newsroom.config import House, Partner
from newsroom.deliver.edition import Edition
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.values import rfc3339

HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
"""What .NET writes where there is none."""


@pytest.mark.parametrize("year", [1, 987, 1912, 1969, 2026, 9999])
def test_a_year_has_four_digits(year):
    moment = datetime(year, 4, 15, 5, 18, 30, 999_999, tzinfo=UTC)
    assert rfc3339(moment) == f"{year:04}-04-15T05:18:30Z"
    assert datetime.fromisoformat(rfc3339(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_date_that_stands_for_none_does_not_cost_the_story(make, name):
    story = make(
        url="https://wire.example/1", embargoed=NO_DATE, firstcreated=NO_DATE, versioncreated=NO_DATE
    )
    edition = Edition((story,), NOON)
    assert RENDERERS[name].check(RENDERERS[name].render(HOUSE, PARTNER, edition), edition) == ()
