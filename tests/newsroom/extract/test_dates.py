"""When a story came out: by its page's data, by what it shows, by the feed, by its address."""

from datetime import UTC, datetime

import pytest

from newsroom.extract.dates import in_own_zone
from newsroom.extract.page import read

JUNE = datetime(2026, 6, 9, 16, 2, 11, tzinfo=UTC)


def ld(**said: str) -> str:
    inner = ",".join(f'"{name}":"{text}"' for name, text in said.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{inner}}}</script>'


def meta(name: str, text: str) -> str:
    return f'<meta property="{name}" content="{text}">'


@pytest.mark.parametrize(
    ("parts", "moment", "where"),
    [
        ({"head": ld(datePublished="2026-06-09T10:02:11-06:00") + meta("pubdate", "2026-01-01")},
         JUNE, "the page's structured data (datePublished), which says 2026-06-09T10:02:11-06:00"),
        ({"head": meta("article:published_time", "2026-06-09T16:02:11Z")}, JUNE,
         "the page's article:published_time element, which says 2026-06-09T16:02:11Z"),
        ({"head": meta("article:published_time", "2026-06-09 10:02:11")}, JUNE,
         "the page's article:published_time element, which says 2026-06-09 10:02:11"),
        ({"above": '<time datetime="2026-06-01T00:00:00Z" class="updated">x</time>'
                   '<time class="published" datetime="2026-06-09T16:02:11+00:00">June 9</time>'},
         JUNE, "the page's time element, which says 2026-06-09T16:02:11+00:00"),
        ({"above": "<p>Published June 9, 2026 10:02 am</p>"}, JUNE.replace(second=0),
         "a line near the story"),
        ({"above": "<p>Published June 9, 2036 10:02 am</p>"}, None, None),
    ],
)  # fmt: skip
def test_the_surest_place_gives_the_date(story, parts, moment, where):
    said = story(**parts)
    assert said.firstcreated == moment
    assert where is None or said.evidence["firstcreated"] == where


@pytest.mark.parametrize("hour", [7, 8])
@pytest.mark.parametrize(
    "parts",
    [
        {"head": ld(datePublished="2026-11-01T01:30:00")},
        {"head": meta("article:published_time", "Nov. 1, 2026 1:30 am MT")},
        {"above": "<p>Published November 1, 2026 1:30 am</p>"},
        {"above": "<p class='byline'>By Jane Roe, November 1, 2026 1:30 am</p>"},
    ],
)
def test_when_clocks_go_back_the_hour_is_meant_that_has_come(markup, document, parts, hour):
    """In Denver half past one comes twice; read in the first hour, the second would be in the future."""
    now = datetime(2026, 11, 1, hour, 31, tzinfo=UTC)
    assert read(document(markup(**parts), now=now)).firstcreated == now.replace(minute=30)


@pytest.mark.parametrize(
    ("shown", "moment"),
    [
        ("June 9, 2026", JUNE),
        ("June 9, 2026 10:02 am", JUNE),
        ("7 June 2026", JUNE.replace(day=7)),
        ("Stand: 9. Juni 2026", JUNE.replace(day=7)),
        ("Updated June 9, 2026", JUNE.replace(day=7)),
        ("June 8, 2026", JUNE.replace(day=7)),
        ("in the harbor", JUNE.replace(day=7)),
    ],
)
def test_of_several_days_the_one_shown_under_the_headline_is_right(story, shown, moment):
    head = ld(datePublished="2026-06-07T16:02:11Z") + meta("article:published_time", "2026-06-09T16:02:11Z")
    under = f"<header><h1>Ferry to sail</h1><div class='meta'><span>{shown}</span></div></header>"
    assert story(head=head, above=under).firstcreated == moment


def test_a_line_that_begins_with_the_date_goes_before_a_caption(story):
    items = ("By Jane Roe on Tuesday, June 9th, 2026", "A ferry leaves the old pier on May 31, 2026.")
    under = "".join(f"<li>{item}</li>" for item in items)
    said = story(above=f"<header><h1>Ferry to sail</h1><ul>{under}</ul></header>")
    assert said.firstcreated == datetime(2026, 6, 9, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "day"),
    [
        ("June 9, 2026 -- ", 9),
        ("NEW YORK, June 9, 2026 /Newswire/ -- ", 9),
        ("FENNICK, June 9, 2026 (AFP) – ", 9),
        ("On June 9, 2026, ", None),
        ("FENNICK, June 9, 2036 – ", None),
    ],
)
def test_a_dateline_tells_the_day(story, prose, first, day):
    said = story(body="".join(f"<p>{text}</p>" for text in (first + prose[0], *prose[1:])))
    assert said.firstcreated == (datetime(2026, 6, day, 6, tzinfo=UTC) if day else None)


def test_an_updates_day_is_no_publications(story):
    head = ld(datePublished="2026-06-07T16:02:11Z", dateModified="2026-06-09T16:02:11Z")
    under = "<header><h1>Ferry to sail</h1><div class='meta'><span>June 9, 2026</span></div></header>"
    assert story(head=head, above=under).firstcreated == JUNE.replace(day=7)


@pytest.mark.parametrize(
    ("published", "modified", "moment"),
    [
        ("03/05/2026 10:02 am", "2026/03/05 10:36:11", datetime(2026, 3, 5, 17, 2, tzinfo=UTC)),
        ("05/03/2026 10:02 am", "2026/03/05 10:36:11", datetime(2026, 3, 5, 17, 2, tzinfo=UTC)),
        ("09/06/2026", None, datetime(2026, 6, 9, 6, tzinfo=UTC)),  # September is ahead
        ("03/05/2026", None, None),
        ("03/05/2026", "2026-06-01", None),
    ],
)
def test_two_numbers_are_a_date_where_they_can_be_one_only(story, published, modified, moment):
    head = meta("article:published_time", published)
    head += meta("article:modified_time", modified) if modified else ""
    assert story(head=head).firstcreated == moment


def test_the_element_of_the_byline_tells_the_date_too(story):
    byline = "<div class='documentByLine'>erstellt von <a href='/a'>Anna Muster</a> — 09.06.2026 10:02</div>"
    tags = "".join(f"<li><a href='/tag/{n}'>Tag {n}</a></li>" for n in range(15))
    said = story(below=f"<ul class='tags'>{tags}</ul>{byline}")
    assert said.firstcreated == JUNE.replace(second=0)
    assert said.evidence["firstcreated"] == "the element of the page that is named its byline"


def test_a_later_version_has_its_own_date(story):
    said = story(head=ld(datePublished="2026-06-09T16:02:11Z", dateModified="2026-06-10T08:00:00Z"))
    assert (said.firstcreated, said.versioncreated) == (JUNE, datetime(2026, 6, 10, 8, tzinfo=UTC))
    alone = story(head=ld(datePublished="2026-06-09T16:02:11Z"))
    assert alone.versioncreated == JUNE
    assert alone.evidence["versioncreated"].endswith("no later version is told of")


def test_the_feeds_dates_stand_in_for_the_pages(story, entry):
    said = story(item=entry(published=JUNE, updated=JUNE.replace(day=10)))
    assert (said.firstcreated, said.versioncreated) == (JUNE, JUNE.replace(day=10))
    assert said.evidence["firstcreated"] == "the feed entry"


def test_the_address_gives_the_day_where_nothing_else_does(story):
    said = story(url="https://site.example/news/2026/06/09/ferry/")
    assert said.firstcreated == datetime(2026, 6, 9, 6, tzinfo=UTC)  # midnight in Denver
    assert said.evidence["firstcreated"] == "the day in the story's address; its time is not told"


@pytest.mark.parametrize("url", ["https://site.example/2026/13/09/x/", "https://site.example/2036/06/09/x/"])
def test_no_date_is_invented(story, url):
    said = story(url=url, below="<p>© 2025 Harbor News</p>")
    assert (said.firstcreated, said.versioncreated) == (None, None)
    assert said.evidence["firstcreated"].startswith("the page's structured data, its metadata")


@pytest.mark.parametrize("text", ["yesterday", "", "0000-00-00T00:00:00", "1970-01-01T00:00:00Z", "20260699"])
def test_what_is_no_date_is_passed_over(story, text):
    assert story(head=ld(datePublished=text)).firstcreated is None


def test_a_moment_is_told_in_the_zone_that_its_page_names():
    shown = in_own_zone(JUNE, "the page's date element, which says 2026-06-09T10:02:11-06:00")
    assert shown == JUNE
    assert shown.isoformat() == "2026-06-09T10:02:11-06:00"
    assert in_own_zone(JUNE, "the feed entry").isoformat() == "2026-06-09T16:02:11+00:00"
    shown = in_own_zone(JUNE, "the page's date element, which says 2026-06-09T16:02:11Z, shown at UTC-06:00")
    assert shown.isoformat() == "2026-06-09T10:02:11-06:00"


@pytest.mark.parametrize(
    ("said", "line", "ending"),
    [
        ("2026-06-09T16:02:11Z", "June 9, 2026 10:02 am", "16:02:11Z, shown at UTC-06:00"),
        ("Tue, 09 Jun 2026 16:02:11 GMT", "09.06.2026, 18:02 Uhr", "16:02:11 GMT, shown at UTC+02:00"),
        ("2026-06-09T16:02:11Z", "Updated June 9, 2026 10:02 am", "16:02:11Z"),
        ("2026-06-09T12:02:11-04:00", "June 9, 2026 10:02 am", "12:02:11-04:00"),
    ],
)
def test_a_moment_told_in_utc_is_in_the_zone_that_the_page_shows(story, said, line, ending):
    read = story(head=ld(datePublished=said), above=f"<p>{line}</p>")
    assert read.firstcreated == JUNE
    assert read.evidence["firstcreated"].endswith(ending)


def test_a_date_between_summary_and_text_is_seen(story, prose):
    shown = '<div class="meta date">9 June 2026, 10:02</div>'
    said = story(body=f"<p>{prose[0]}</p>{shown}" + "".join(f"<p>{text}</p>" for text in prose[1:]))
    assert [block.text for block in said.blocks] == list(prose)
    assert said.firstcreated == JUNE.replace(second=0)
