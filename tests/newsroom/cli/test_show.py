"""What the commands print can be read in a terminal of any width."""

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
