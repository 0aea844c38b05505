"""The command that compares catalogue, bucket and partners' feeds."""

import pytest


def test_reconcile_tells_each_gap_and_wants_a_person_where_it_can_not_mend(newsroom, bucket):
    assert newsroom("reconcile", "--json").code == 0
    bucket.put_once("stories/public_agency/notes.txt", b"?")
    said = newsroom("reconcile", "--part", "wire:public_agency", "--json")
    assert (said.code, said.json["reports"][0]["findings"][0]["kind"]) == (1, "catalogue_empty")
    (key,) = (report["key"] for report in said.json["reports"])
    assert key in set(bucket.keys("reports/reconcile/"))
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
