"""What a wire's pages repeat is learned from enough stories, over more than a day, and is bounded."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsroom.match.repeated import line_key
from newsroom.store import repeated, schema
from newsroom.story import Block, Revision, paragraph

BOX = "Sign our visitors' book, at 12 Quay Street."
PAGE = {"body": "the page"}


@pytest.fixture
def told(either, make):
    """Files stories of the wire, an hour apart; each has its own text, and what it is given besides."""

    def filed(count, *lines, first=0, hours=6.0, **said) -> list[Revision]:
        revisions = [
            make.revision(
                f"{first + n}",
                stored=60 * hours * n,
                blocks=(
                    paragraph(f"Only story {'abcdefghijklmnopqrstuvwxyz'[n]}{first} says so."),
                    *map(paragraph, lines),
                ),
                **{"evidence": PAGE} | said,
            )
            for n in range(count)
        ]
        either.add_revisions(revisions)
        return revisions

    return filed


def learned(catalogue, make, hours=72.0):
    return {row.line: (row.stories, row.share) for row in catalogue.learned("sample", make.at(60 * hours))}


def test_a_line_of_enough_stories_is_furniture(either, make, told):
    told(7, BOX)
    assert learned(either, make) == {}
    told(1, BOX.replace("12", "34").upper(), first=90, hours=48)
    assert list(learned(either, make).values()) == [(8, 1.0)]
    # Others come that do not show it: it is furniture while a quarter does.
    told(24, first=100, hours=1)
    assert list(learned(either, make).values()) == [(8, 0.25)]
    told(1, first=200)
    assert learned(either, make) == {}


def test_a_days_news_a_heading_and_a_wires_document_teach_nothing(either, make, told):
    told(9, "The war began in spring.", hours=1)
    heading = Block(kind="heading", level=2, text="What we know", html="<h2>What we know</h2>")
    for n in range(9):
        either.add_revisions([make.revision(f"h{n}", stored=600 * n, blocks=(heading,), evidence=PAGE)])
    told(9, BOX, first=50, evidence={"body": "ninjs: bodies[0].value"})
    assert learned(either, make) == {}


def test_versions_of_one_story_count_once_and_what_was_taken_away_stays_known(either, make, told):
    told(6, BOX)
    either.add_revisions(
        [make.revision("0", n, stored=60 * n, blocks=(paragraph(BOX),), evidence=PAGE) for n in range(2, 6)]
    )
    assert learned(either, make) == {}
    # From now on it is taken out, and each story tells so.
    told(4, first=300, furniture=(BOX,))
    assert list(learned(either, make).values()) == [(10, 1.0)]


def test_it_is_forgotten_after_the_window_and_bounded_within_it(either, make, told, monkeypatch):
    told(10, BOX)
    now = make.at(60 * 72)
    assert either.learned("sample", now + timedelta(days=31)) == []
    monkeypatch.setattr(repeated, "MOST_STORIES", 4)
    either.prune_repeated("sample", now)
    with either.reading() as connection:
        table = schema.repeated_line
        assert connection.scalar(select(func.count(table.c.uri.distinct()))) == 4
        assert connection.scalar(select(func.count()).where(table.c.key == line_key(BOX))) == 4
    either.prune_repeated("sample", now + timedelta(days=31))
    assert either.learned("sample", now) == []
