"""What a partner would get and why not, and whether it can take it, as a user asks for it."""

import shutil
from collections import Counter

import feedparser
import pytest

from newsroom.config import load
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.story import digest

STRICT = """title: Stricter
extends: krdo
rules:
  length:
    expect: words_between
    field: body
    min: 5000
    max: 8000
"""


def everything(bucket: Bucket) -> dict[str, str]:
    return {key: digest(bucket.get(key)) for key in bucket.keys("")}


def test_plain_partners_is_still_the_table(newsroom):
    rows = newsroom("partners", "--json").json["documents"]
    assert [(row["partner"], row["format"]) for row in rows[:2]] == [("krdo", "rss"), ("krdo", "ninjs")]
    assert newsroom("partners").out.startswith("Partners")
    assert {"preview", "check"} <= set(newsroom("partners", "--help").out.split())


def test_preview_of_an_empty_newsroom_and_of_nobody(newsroom, config):
    assert newsroom("partners", "preview", "krdo", "--json").json == {
        "partner": "krdo",
        "gets": [],
        "counts": {},
        "left_out": [],
    }
    said = newsroom("partners", "preview", "krdo", "--format", "pdf")
    assert (said.code, "saw 'pdf'; wanted one that krdo takes: rss, ninjs" in said.err) == (2, True)
    said = newsroom("partners", "preview", "nobody").err
    assert f"wanted one of: krdo, radio_pikes (in {config / 'partners'})" in " ".join(said.split())


def test_a_partner_whose_file_is_wrong_is_told_what_is(newsroom, config):
    (config / "partners" / "mesa_tv.yaml").write_text("name: Mesa TV\nformats: [pdf]\n")
    said = newsroom("partners", "preview", "mesa_tv")
    assert (said.code, "partners/mesa_tv.yaml:2: formats[0]: saw 'pdf'" in said.err) == (2, True)


@pytest.mark.slow
def test_preview_tells_of_every_story_what_delivery_then_does_and_writes_nothing(newsroom, bucket, tmp_path):
    newsroom("ingest")
    before = everything(bucket)
    seen = newsroom("partners", "preview", "krdo", "--json").json
    assert everything(bucket) == before
    assert {row["new"] for row in seen["gets"]} == {True}
    told = [row["uri"] for row in (*seen["gets"], *seen["left_out"])]
    catalogue = Catalogue.open(f"sqlite:///{tmp_path / 'catalogue.db'}")
    assert sorted(told) == catalogue.find_uris("", 1_000)
    catalogue.close()
    for row in seen["left_out"]:
        rules = newsroom("why", row["uri"], "krdo", "--json").json["rules"]
        first = next(rule for rule in rules if not rule["passes"])
        assert (row["rule"], row["reason"]) == (first["rule"], first["reason"])
    assert {"check"} <= set(seen["counts"])

    document = newsroom("partners", "preview", "krdo", "--format", "rss").out
    (done,) = newsroom("deliver", "krdo", "--json").json
    feed = feedparser.parse(bucket.get("partners/krdo/rss.xml"))
    wanted = [entry.id for entry in feed.entries]
    assert [entry.id for entry in feedparser.parse(document).entries] == wanted
    assert {row["uri"] for row in seen["gets"]} == set(wanted)
    assert Counter(done["left_out"]) <= Counter(seen["counts"])
    again = newsroom("partners", "preview", "krdo", "--json").json
    assert {row["new"] for row in again["gets"]} == {False}
    table = newsroom("partners", "preview", "krdo", "--limit", "1").out
    assert f"krdo would get {len(wanted)} stories" in table
    assert f"{len(seen['left_out'])} are left out, the first 1 of them" in table


@pytest.mark.slow
def test_preview_judges_a_new_partners_stories_by_rules_that_were_never_asked(newsroom, bucket, config):
    newsroom("ingest")
    (config / "checks" / "strict.yaml").write_text(STRICT)
    path = config / "partners" / "newcomer.yaml"
    shutil.copy(config / "partners" / "krdo.yaml", path)
    path.write_text(path.read_text().replace("checks: krdo ", "checks: strict "))
    assert load(config).problems == ()
    before = everything(bucket)
    seen = newsroom("partners", "preview", "newcomer", "--json").json
    assert seen["gets"] == []
    reasons = {row["reason"] for row in seen["left_out"] if row["rule"] == "partner_check"}
    assert reasons
    assert all("wanted" in reason and "5000" in reason.replace(",", "") for reason in reasons), reasons
    assert everything(bucket) == before
    path.write_text(path.read_text().replace("checks: strict ", "checks: krdo "))
    assert newsroom("partners", "preview", "newcomer", "--json").json["gets"] != []


@pytest.mark.slow
def test_grant_tells_the_secret_once_and_revoke_ends_it(newsroom, s3, bucket):
    bucket.put("partners/krdo/rss.xml", b"<rss/>", content_type="text/plain")
    said = newsroom("partners", "grant", "krdo", "--json")
    assert said.code == 0
    assert [each["fine"] for each in said.json["proof"]] == [True, True]
    assert newsroom("partners", "grant", "krdo", "--policy").json == said.json["policy"]
    table = newsroom("partners", "grant", "krdo", "--replace").out
    assert said.json["secret_access_key"] not in table
    assert f"[{bucket.name}-krdo]\naws_access_key_id = " in table
    assert f"Other keys of it have ended: {said.json['access_key_id']}" in table
    (ended,) = newsroom("partners", "grant", "krdo", "--revoke", "--json").json
    assert len(ended["ended_keys"]) == 1
    links = newsroom("partners", "link", "krdo", "--hours", "1.5").out
    assert f"\n{s3.endpoint}/{bucket.name}/partners/krdo/rss.xml?X-Amz-" in links
    assert "ninjs, until 20" in links
    said = newsroom("partners", "link", "krdo", "--hours", "200")
    assert (said.code, "hours: saw 200; wanted more than 0 and at most 168" in said.err) == (2, True)
