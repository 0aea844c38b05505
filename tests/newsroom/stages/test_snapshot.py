"""What a server sent is read again as it was read at first: the header's charset is kept with the bytes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from newsroom.stages.poll import Selection, poll_feed
from newsroom.stages.reconcile import reconcile, store_parts
from newsroom.stages.replay import Replay
from newsroom.store import schema

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HEADLINE = "Zażółć gęślą jaźń: śnieg spadł na Łysą Górę"
"""In windows-1250, and a guess takes its bytes for another charset."""

BODY = " ".join(f"<p>Śnieg leży już od {n} dni, mówią górale ze wsi.</p>" for n in range(2, 20))
RSS = f"""<rss version="2.0"><channel><title>t</title><item><guid>snow</guid><title>{HEADLINE}</title>
<description><![CDATA[{BODY}]]></description></item></channel></rss>""".encode("cp1250")
HEADERS = {"Content-Type": "text/xml; charset=windows-1250"}
WIRE = ("documents",)


def test_a_feed_polled_in_one_run_is_read_in_another(desk, served, stories):
    with served({"/rss": (RSS, HEADERS)}, content="full_text"):
        poll_feed(desk.room, "documents", "main", "cut-short", Selection())
        assert desk.ingest(WIRE)["documents", "main"]["unchanged"] == 1
    assert [story["headline"] for story in stories().values()] == [HEADLINE]


def test_a_feed_whose_stored_bytes_are_lost_goes_on_without_them(desk, served, stories):
    with served({"/rss": (RSS, HEADERS)}, content="full_text"):
        poll_feed(desk.room, "documents", "main", "cut-short", Selection())
    (raw,) = desk.room.bucket.keys("raw/documents/")
    desk.room.bucket.delete(raw)
    newer = RSS.replace(b"snow", b"rain").replace(HEADLINE.encode("cp1250"), b"Rain")
    with served({"/rss": (newer, HEADERS)}, content="full_text"):
        desk.ingest(WIRE)
    assert [story["headline"] for story in stories().values()] == ["Rain"]
    with desk.room.catalogue.reading() as connection:
        (row,) = connection.execute(select(schema.item).where(schema.item.c.title == HEADLINE))
    assert (row.code, row.attempts, row.reason) == ("missing", 1, f"tests/{raw}: nothing lies there")


def test_a_replay_finds_nothing_changed(desk, served, stories):
    with served({"/rss": (RSS, HEADERS)}, content="full_text"):
        desk.ingest(WIRE)
    done = Replay()
    assert list(done.run(desk.room, "documents", LONG_AGO)) == []
    assert +done.counts == {"unchanged": 1}
    assert [story["headline"] for story in stories().values()] == [HEADLINE]


def test_reconcile_records_the_entries_that_the_feed_had(desk, served, stories):
    with served({"/rss": (RSS, HEADERS)}, content="full_text"):
        poll_feed(desk.room, "documents", "main", "cut-short", Selection())
        with desk.room.catalogue.writing() as connection:
            connection.execute(delete(schema.item).where(schema.item.c.wire == "documents"))
        (part,) = (part for part in store_parts(desk.room) if part.endswith("documents"))
        report = reconcile(desk.room, part, LONG_AGO, run="r", settled=-timedelta(minutes=1))
        assert [each.kind for each in report.findings] == ["raw_without_entries"]
        assert desk.room.catalogue.due_items("documents", "main", datetime.now(UTC), 9)[0].title == HEADLINE
        desk.ingest(WIRE)
    assert [story["headline"] for story in stories().values()] == [HEADLINE]


def test_a_page_is_read_again_in_the_charset_of_its_header(desk, served, stories):
    page = f"<html><title>{HEADLINE}</title><body><article><h1>{HEADLINE}</h1>{BODY}</article></body></html>"
    rss = b"<rss version='2.0'><channel><item><guid>snow</guid><link>BASE/page</link></item></channel></rss>"
    headers = {"Content-Type": "text/html; charset=windows-1250"}
    with served({"/rss": rss, "/page": (page.encode("cp1250"), headers)}):
        desk.ingest(WIRE)
    assert [story["headline"] for story in stories().values()] == [HEADLINE]
    done = Replay()
    assert list(done.run(desk.room, "documents", LONG_AGO)) == []
    (raw,) = (
        key for key in desk.room.bucket.keys("raw/documents/") if b"article" in desk.room.bucket.get(key)
    )
    assert desk.room.bucket.stat(raw).metadata["charset"] == "windows-1250"
