"""The ledger's export: complete, for spreadsheets and for programs, and harmless in both."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from newsroom.cli.ledger import FORMULA, cell
from newsroom.cli.since import moment
from newsroom.stages.ledger import COLUMNS
from newsroom.store.catalogue import Catalogue


def lines(said):
    return [json.loads(line) for line in said.out.splitlines()]


def test_each_delivery_is_a_row_with_all_it_rests_on(filled, bucket):
    rows = lines(filled("ledger", "--format", "jsonl"))
    in_feeds = {(partner, *each) for partner in ("krdo", "radio_pikes") for each in present(partner)}
    assert {(row["partner"], row["uri"], row["n"]) for row in rows} == in_feeds
    for row in rows:
        assert tuple(row) == COLUMNS
        assert row["cleared_by"] == "verdict"
        assert row["checks"].keys() >= {f"wire:{row['wire']}"}
        assert len(row["rights"]) == 16
        assert row["rights_profile"]
        assert row["reader"].startswith("newsroom/")
        assert row["sender"].startswith("newsroom/")
        assert row["filed_by_run"].startswith("cli-")
        assert row["sent_by_run"].startswith("cli-")
        assert row["raw_sha256"]
        for sha256 in row["raw_sha256"]:
            key = f"raw/{row['wire']}/{sha256[:2]}/{sha256}"
            assert bucket.stat(key).sha256 == sha256


def present(partner):
    catalogue = Catalogue.open()
    try:
        return catalogue.in_feed(partner)
    finally:
        catalogue.close()


def test_csv_and_json_lines_say_the_same(filled):
    as_json = lines(filled("ledger", "--partner", "krdo", "--format", "jsonl"))
    as_csv = list(csv.DictReader(io.StringIO(filled("ledger", "--partner", "krdo").out)))
    assert as_json
    assert [row["uri"] for row in as_csv] == [row["uri"] for row in as_json]
    assert [row["raw_sha256"].split() for row in as_csv] == [row["raw_sha256"] for row in as_json]
    assert {row["partner"] for row in as_csv} == {"krdo"}


@pytest.mark.slow
def test_the_export_is_the_same_from_a_catalogue_built_anew(filled, monkeypatch, tmp_path):
    uri = lines(filled("ledger", "--partner", "krdo", "--format", "jsonl"))[0]["uri"]
    filled("kill", uri, "--reason", "libel")
    before = filled("ledger").out
    assert ",kill," in before
    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{tmp_path / 'anew.db'}")
    assert filled("reindex").code == 0
    assert filled("ledger").out == before


def test_since_and_an_empty_ledger_still_have_a_heading(filled):
    assert filled("ledger", "--since", "2099-01-01").out.split() == [",".join(COLUMNS)]
    assert len(filled("ledger", "--since", "1h").out.splitlines()) > 1
    said = filled("ledger", "--since", "yesterday")
    assert (said.code, "wanted a date" in said.err) == (2, True)


def test_a_partner_that_nobody_knows_is_told(filled):
    said = filled("ledger", "--partner", "nobody")
    assert (said.code, "partner: saw 'nobody'; wanted one of:" in said.err) == (2, True)


def test_the_storys_life_shows_on_what_grounds_it_went(filled):
    row = lines(filled("ledger", "--partner", "krdo", "--format", "jsonl"))[0]
    life = filled("story", row["uri"], "--json").json
    (sent,) = [each for each in life["deliveries"] if each["partner"] == "krdo"]
    assert (sent["checks"], sent["rights"]) == (row["checks"], row["rights"])
    own = [each["ruleset"] for each in life["verdicts"] if each["scope"] == f"wire:{row['wire']}"]
    assert row["checks"][f"wire:{row['wire']}"] == own[-1]
    assert {each["reader"] for each in life["revisions"]} == {row["reader"]}


@given(st.text())
def test_no_cell_begins_a_formula(text):
    assert not cell(text).startswith(FORMULA)
    assert cell(text).removeprefix("'") == text.removeprefix("'") or text.startswith("'")


def test_a_time_is_read_as_people_write_it():
    assert moment("2026-11-20") == datetime(2026, 11, 20, tzinfo=UTC)
    assert moment("2026-11-20T06:00-07:00") == datetime(2026, 11, 20, 13, tzinfo=UTC)
    before = datetime.now(UTC)
    assert before <= moment("2w") + timedelta(weeks=2) <= datetime.now(UTC)
    with pytest.raises(typer.BadParameter):
        moment("7 days")
