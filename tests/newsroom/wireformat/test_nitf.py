"""NITF whose status and embargo are told more than once, or in another way than the standard has it."""

from datetime import UTC, datetime

import pytest

from newsroom.extract.page import read as read_story

LINE = "The lighthouse keeper of Halden Bay has counted ships for 31 years; on Monday he counted his last."


def nitf(docdata: str) -> str:
    return (
        f"<nitf><head>{docdata}</head><body><body.head><hedline><hl1>The last ship is counted</hl1></hedline>"
        f"</body.head><body.content><p>{LINE}</p></body.content></body></nitf>"
    )


@pytest.mark.parametrize(
    ("docdata", "status"),
    [
        ("<docdata management-status='usable'/><docdata management-status='canceled'/>", "canceled"),
        ("<docdata><date.release>June 20, 2026</date.release></docdata>", "withheld"),
        ("<docdata><date.release norm=''/></docdata>", "usable"),
    ],
)
def test_the_strictest_status_holds_and_an_embargo_in_words_withholds(read, document, docdata, status):
    assert read_story(document(read(nitf(docdata)).items[0])).pubstatus == status


@pytest.mark.parametrize("hour", [0, 1])
def test_when_clocks_go_back_an_issue_has_come_and_an_embargo_has_not(read, document, hour):
    """In Oslo half past two comes twice."""
    now = datetime(2026, 10, 25, hour, 31, tzinfo=UTC)
    said = "<date.issue norm='20261025T023000'/><date.release norm='20261025T023000'/>"
    told = read_story(document(read(nitf(f"<docdata>{said}</docdata>"), now=now).items[0], now=now))
    assert told.firstcreated == told.versioncreated == now.replace(minute=30)
    assert told.embargoed == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_of_two_embargoes_the_later_holds(read, document):
    ends = "<date.release norm='20260620T000000Z'/><date.release norm='20260621T000000Z'/>"
    told = read_story(document(read(nitf(f"<docdata>{ends}</docdata>")).items[0]))
    assert told.embargoed == datetime(2026, 6, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "bylines",
    [
        "<byline>By <person>Ida Moe</person></byline><byline>By <person>Per Dahl</person></byline>",
        "<byline><person>Ida Moe</person><person>Per Dahl</person></byline>",
    ],
)
def test_each_byline_is_read(read, document, bylines):
    told = read_story(document(read(nitf("").replace("</hedline>", f"</hedline>{bylines}")).items[0]))
    assert (told.byline, told.authors) == ("Ida Moe, Per Dahl", ("Ida Moe", "Per Dahl"))
