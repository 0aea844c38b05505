"""The command that compares catalogue, bucket and partners' feeds."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.store.bucket import BucketError
from newsroom.store.catalogue import Catalogue
from newsroom.store.kills import Kill


def test_reconcile_tells_each_gap_and_wants_a_person_where_it_can_not_mend(newsroom, bucket):
    assert newsroom("reconcile", "--json").code == 0
    earlier = datetime.now(UTC) - timedelta(hours=5)
    kill = Kill(uri="urn:uuid:9", evidence="e" * 64, at=earlier, source="editor", by="ed", reason="libel")
    with closing(Catalogue.open()) as catalogue:
        catalogue.add_kills([kill])
    said = newsroom("reconcile", "--part", "records", "--json")
    (report,) = said.json["reports"]
    assert (said.code, [each["kind"] for each in report["findings"]]) == (1, ["row_without_object"])
    assert report["key"] in set(bucket.keys("reports/reconcile/"))
    assert "saw 'wire:nowhere'" in newsroom("reconcile", "--part", "wire:nowhere").err


@pytest.mark.slow
def test_reconcile_mends_a_document_and_says_so(newsroom, bucket):
    newsroom("ingest", "public_agency")
    newsroom("deliver")
    bucket.delete("partners/krdo/rss.xml")
    said = newsroom("reconcile")
    assert said.code == 0
    assert "document_missing" in said.out
    assert "partners/krdo/rss.xml" in set(bucket.keys("partners/krdo/"))
    assert "Gaps: none" in newsroom("reconcile").out


def test_a_part_that_cannot_be_compared_stops_no_other(newsroom, monkeypatch):
    def compare_wire(_room, wire, *_):
        if wire == "agencia_sur":
            raise BucketError("unreachable", f"raw/{wire}/: ReadTimeoutError")

    monkeypatch.setattr("newsroom.stages.reconcile.compare_wire", compare_wire)
    said = newsroom("reconcile", "--json")
    assert said.code == 1
    error = "unreachable: raw/agencia_sur/: ReadTimeoutError"
    assert said.json["failed"] == [{"part": "wire:agencia_sur", "error": error}]
    assert {"wire:public_agency", "records", "partner:krdo"} <= {r["part"] for r in said.json["reports"]}
    assert error in newsroom("reconcile").out
