"""What the bucket serves to anyone over plain HTTP: a browser, WordPress, a reader without an S3 client."""

from datetime import timedelta

import feedparser
import pytest
import requests
from botocore.exceptions import ClientError

from newsroom.config.partner import Format
from newsroom.deliver.release import RENDERERS
from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import reindex

SERVED = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "wordpress.xml": "application/rss+xml; charset=utf-8",
    "msn.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "ninjs.json": "application/json",
    "ninjs-2.2.json": "application/json",
    "ninjs-1.6.json": "application/json",
    "newsml-g2.xml": "application/vnd.iptc.g2.newsmessage+xml",
    "nitf.zip": "application/zip",
    "markdown.zip": "application/zip",
    "news.jsonld": "application/ld+json",
    "news-sitemap.xml": "application/xml; charset=utf-8",
    "changes.json": "application/json",
}
NAME_STORIES = sorted(SERVED.keys() - {"nitf.zip", "markdown.zip"})
"""Where a story's id or page can be seen in the bytes."""


FEW: tuple[Format, ...] = ("rss", "atom", "ninjs")
ALL = tuple(RENDERERS)
IN_EACH = pytest.mark.parametrize("served", [FEW, pytest.param(ALL, marks=pytest.mark.slow)], indirect=True)


@pytest.fixture
def served(feeds, s3, request):
    """The partner's feeds, and their addresses by name."""
    formats: tuple[Format, ...] = getattr(request, "param", FEW)
    feeds.partner = feeds.partner.model_copy(update={"formats": formats})
    feeds.file(feeds.story("1", url="https://wire.example/1"))
    feeds.tick()
    names = [*(RENDERERS[each].filename for each in formats), "changes.json"]
    return feeds, {name: f"{s3.endpoint}/{s3.bucket}/partners/krdo/{name}" for name in names}


def get(url, **headers):
    return requests.get(
        url, headers={name.replace("_", "-"): said for name, said in headers.items()}, timeout=10
    )


def etags(urls):
    return {name: get(url).headers["ETag"] for name, url in urls.items()}


@IN_EACH
def test_an_unchanged_feed_answers_304_and_a_changed_one_200(served):
    feeds, urls = served
    before = etags(urls)
    feeds.tick()
    for name, url in urls.items():
        again = get(url, If_None_Match=before[name])
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", before[name])
        assert get(url, If_None_Match=f'"other", {before[name]}').status_code == 304
    second = feeds.story("2", url="https://wire.example/2")
    feeds.file(second)
    feeds.tick()
    for name, url in urls.items():
        changed = get(url, If_None_Match=before[name])
        assert changed.status_code == 200
        assert changed.headers["ETag"] != before[name]
        told = second.uri if name != "news-sitemap.xml" else second.url
        assert name not in NAME_STORIES or told in changed.text


def test_with_keys_or_a_link_an_unchanged_feed_answers_304_too(served):
    feeds, urls = served
    where = {"Bucket": feeds.bucket.name, "Key": "partners/krdo/rss.xml"}
    etag = etags(urls)["rss.xml"]
    with pytest.raises(ClientError) as told:
        feeds.bucket.client.get_object(**where, IfNoneMatch=etag)
    assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 304
    link = feeds.bucket.client.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    assert get(link, If_None_Match=etag).status_code == 304


@IN_EACH
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
