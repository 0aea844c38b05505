"""What the bucket serves to anyone over plain HTTP: a browser, WordPress, a reader without an S3 client."""

from datetime import timedelta

import feedparser
import pytest
import requests

from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import reindex

SERVED = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "ninjs.json": "application/json",
    "changes.json": "application/json",
}


@pytest.fixture
def served(feeds, s3):
    """The partner's feeds, and their addresses by name."""
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss", "atom", "ninjs")})
    feeds.file(feeds.story("1"))
    feeds.tick()
    return feeds, {name: f"{s3.endpoint}/{s3.bucket}/partners/krdo/{name}" for name in SERVED}


def get(url, **headers):
    return requests.get(
        url, headers={name.replace("_", "-"): said for name, said in headers.items()}, timeout=10
    )


def etags(urls):
    return {name: get(url).headers["ETag"] for name, url in urls.items()}


def test_an_unchanged_feed_answers_304_and_a_changed_one_200(served):
    feeds, urls = served
    before = etags(urls)
    feeds.tick()
    for name, url in urls.items():
        again = get(url, If_None_Match=before[name])
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", before[name])
        assert get(url, If_None_Match=f'"other", {before[name]}').status_code == 304
    feeds.file(feeds.story("2"))
    feeds.tick()
    for name, url in urls.items():
        changed = get(url, If_None_Match=before[name])
        assert changed.status_code == 200
        assert feeds.story("2").uri.encode() in changed.content
        assert changed.headers["ETag"] != before[name]


def test_each_is_served_as_what_it_is(served):
    _, urls = served
    for name, url in urls.items():
        for answer in (get(url), requests.head(url, timeout=10)):
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == SERVED[name]
            assert answer.headers["Cache-Control"] == "public, max-age=90"
            assert answer.headers["Last-Modified"].endswith(" GMT")


def test_an_http_reader_of_feeds_asks_and_is_told_that_nothing_is_new(served):
    """feedparser's own HTTP client: by ETag, and by date."""
    _, urls = served
    for name in ("rss.xml", "atom.xml"):
        first = feedparser.parse(urls[name])
        assert (first.status, len(first.entries), first.bozo) == (200, 1, False)
        assert feedparser.parse(urls[name], etag=first.etag).status == 304
        assert feedparser.parse(urls[name], modified=first.modified).status == 304


def test_a_rebuilt_catalogue_changes_no_etag(served, tmp_path):
    feeds, urls = served
    before = etags(urls)
    anew = Catalogue.open(f"sqlite:///{tmp_path / 'anew.db'}")
    reindex(feeds.bucket, anew)
    feeds.now += timedelta(hours=1)
    feeds.tick(catalogue=anew)
    anew.close()
    assert etags(urls) == before


def test_nobody_reads_or_lists_what_is_not_a_partners(served, s3):
    bucket = f"{s3.endpoint}/{s3.bucket}"
    for path in ("", "?list-type=2&prefix=partners/", "stories/", "deliveries/", "raw/"):
        assert get(f"{bucket}/{path}").status_code == 403
