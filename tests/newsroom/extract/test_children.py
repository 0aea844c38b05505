"""Pages in killable processes: one that hurts is refused, and the batch goes on."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from newsroom.extract.children import Readers, read_one
from newsroom.extract.page import read
from newsroom.story import Refusal, Story


def test_a_batch_keeps_its_order_and_survives_a_bad_page(document, markup):
    good = document(markup(above="<h1>Ferry sails at night</h1>"))
    bad = document("<p>" * 150_000)
    with Readers(read, 2) as readers:
        results = list(readers.read([good, bad, good]))
    assert [type(result) for result in results] == [Story, Refusal, Story]
    assert results[0] == results[2] == read_one(good)
    assert isinstance(results[1], Refusal)
    assert results[1].code == "hostile_markup"


def test_nothing_to_read_is_no_error():
    with Readers(read, 1) as readers:
        assert list(readers.read([])) == []


HEADLINE = "<h1>Ferry sails at night</h1>"

HOSTILE = {
    "20 MB": (lambda page: page.replace("<h1>", f"<p>{'word ' * 4_000_000}</p><h1>"), "too_large"),
    "endless text": (lambda page: page.replace("<h1>", f"<p>{'word ' * 300_000}</p><h1>"), "too_long"),
    "nested": (lambda page: page.replace("<h1>", "<div>" * 100_000 + "<h1>"), "hostile_markup"),
    "nested unknown": (lambda page: page.replace("<h1>", "<x-y>" * 100_000 + "<h1>"), "hostile_markup"),
    "million links": (lambda page: page.replace("<h1>", "<a>x</a>" * 990_000 + "<h1>"), "hostile_markup"),
    "null bytes": (lambda page: page.replace("ferry", "fer\0ry").replace("<p>", "\0<p>\0"), None),
    "nothing but nulls": (lambda page: "\0" * 1_000_000, "not_html"),
    "half of UTF-16": (lambda page: page.encode("utf-16-le"), None),
    "no charset that is one": (lambda page: page.replace("<head>", '<head><meta charset="klingon">'), None),
    "no charset for text": (lambda page: page.replace("<head>", '<head><meta charset="hex">'), None),
    "another charset": (lambda page: page.replace("<head>", '<head><meta charset="utf-16">'), None),
    "no text": (lambda page: bytes(range(128, 256)) * 10_000, "bad_charset"),
    "deep data": (
        lambda page: page.replace(
            "<head>", f'<head><script type="application/ld+json">{"[" * 200_000}</script>'
        ),
        None,
    ),
}
"""A page made hostile, and how it is refused; None where the story is read all the same."""


@pytest.fixture(scope="module")
def hostile_results(document, markup):
    """All of them in one batch, each between two good pages, with the seconds that it took."""
    page = markup(above=HEADLINE)
    batch = [document(page)]
    for made, _ in HOSTILE.values():
        batch += [document(made(page), charset=None), document(page)]
    with Readers(read, 2) as readers:
        began = time.monotonic()
        results = list(readers.read(batch))
        took = time.monotonic() - began
    return results[::2], dict(zip(HOSTILE, results[1::2], strict=True)), took


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_or_refused_with_a_reason(hostile_results, name: str):
    good, results, _ = hostile_results
    result, wanted = results[name], HOSTILE[name][1]
    if wanted is None:
        assert isinstance(result, Story)
        assert result.body == good[0].body
    else:
        assert isinstance(result, Refusal)
        assert result.code == wanted
        assert re.match(r"(page|body|charset): ", result.reason)


def test_no_neighbour_of_a_hostile_page_is_touched(hostile_results):
    good, _, took = hostile_results
    assert len(good) == len(HOSTILE) + 1
    assert all(isinstance(story, Story) and story == good[0] for story in good)
    assert took < 30


def slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def died(number: int) -> int:
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def grown(megabytes: int) -> int:
    return len(bytearray(megabytes << 20)) >> 20


def process_after(megabytes: int) -> tuple[int, int]:
    return os.getpid(), grown(megabytes)


def outcomes(results) -> list[object]:
    return [result.code if isinstance(result, Refusal) else result for result in results]


def test_a_page_over_the_time_limit_costs_that_time_and_its_own_reader():
    with Readers(slept, 1, seconds=0.5) as readers:
        began = time.monotonic()
        assert outcomes(readers.read([0.0, 60.0, 0.1, 0.0])) == [0.0, "time_limit", 0.1, 0.0]
    assert time.monotonic() - began < 5


def test_a_reader_that_dies_takes_no_other_page_with_it():
    with Readers(died, 2) as readers:
        assert outcomes(readers.read([11, 12, 13, 14, 15])) == [11, 12, "reader_died", 14, 15]


def test_a_page_over_the_memory_limit_ends_its_reader_as_pieces_of_it_are_left():
    with Readers(process_after, 1, memory_mb=256) as readers:
        first, refused, last = readers.read([1, 1_000, 100])
    assert isinstance(refused, Refusal)
    assert refused.code == "memory_limit"
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    assert (first[1], last[1], first[0] == last[0]) == (1, 100, False)


def test_no_reader_outlives_its_pool():
    with Readers(process_after, 2) as readers:
        processes = {result[0] for result in readers.read([1] * 20) if isinstance(result, tuple)}
    assert processes
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)
