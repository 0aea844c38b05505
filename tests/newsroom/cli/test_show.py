"""What the commands print can be read in a terminal of any width."""

from datetime import UTC, datetime

from newsroom.cli import show


def test_records_of_many_fields_are_printed_line_by_line(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    record = {f"field_{n}": f"value {n}" for n in range(17)} | {"field_3": None, "field_4": 0}
    show.rows("Revisions", [record, record], as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Revisions"
    assert [" ".join(each.split()) for each in told[1:4]] == [
        "field 0 value 0",
        "field 1 value 1",
        "field 2 value 2",
    ]
    assert "field 3" not in "".join(told)
    assert sum("field 4" in each for each in told) == 2
    show.rows("Few", [{"one": 1, "two": 2}], as_json=False)
    assert "┃ one ┃ two ┃" in capsys.readouterr().out


def test_no_id_or_date_is_broken(capsys, monkeypatch):
    record = {
        "wire": "cnn_newsource",
        "feed": "international",
        "since": datetime(2026, 6, 1, 12, tzinfo=UTC),
        "error": "the server says 503, and so it has said since the morning",
        "key": "partners/radio_pikes/" + "very_long" * 3,
    }
    monkeypatch.setenv("COLUMNS", "92")
    show.rows("Wires", [record], as_json=False)
    table = capsys.readouterr().out
    assert "┃ wire " in table
    assert max(map(len, table.splitlines())) <= 92
    for whole in ("cnn_newsource", "international", "2026-06-01", "12:00:00Z"):
        assert whole in table
    monkeypatch.setenv("COLUMNS", "80")
    show.rows("Wires", [{**record, "error": None}], as_json=False)
    assert "┃ key " in (table := capsys.readouterr().out)
    assert "error" not in table
    show.rows("Wires", [record], as_json=False)
    lines = capsys.readouterr().out
    assert "┃" not in lines
    assert "error  the server says 503, and so it has said since the morning" in lines


def test_what_goes_into_a_pipe_keeps_its_lines_whole(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    reason = "copyrightnotice: nothing found; wanted a notice naming Cable News Network; looked in the footer"
    show.rows("Held stories", [{"uri": "urn:uuid:" + "0" * 36, "reason": reason, "n": 1}], as_json=False)
    assert f"│ urn:uuid:{'0' * 36} │ {reason} │ 1 │" in capsys.readouterr().out
