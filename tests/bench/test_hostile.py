"""What a hostile page costs is told, and a reader that it takes with it is no silent one."""

import pytest

from bench import hostile


@pytest.mark.slow
def test_each_page_is_measured_in_a_reader_of_its_own(monkeypatch, tmp_path):
    kept = ("null bytes", "two charsets", "100,000 nested tags")
    monkeypatch.setattr(hostile, "HOSTILE", {name: hostile.HOSTILE[name] for name in kept})
    figures = list(hostile.measure(tmp_path))
    assert [figure.what for figure in figures] == [f"a page with {name}" for name in kept]
    outcomes = [figure.value.rpartition(": ")[2] for figure in figures]
    assert outcomes == ["a story", "bad_charset", "hostile_markup"]
    assert all(figure.met for figure in figures)


def test_a_next_page_that_is_not_read_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(hostile, "HOSTILE", {"null bytes": hostile.HOSTILE["null bytes"]})
    monkeypatch.setattr(hostile, "_LINES", ())
    with pytest.raises(RuntimeError, match="after null bytes; wanted the next page to be read"):
        list(hostile.measure(tmp_path))
