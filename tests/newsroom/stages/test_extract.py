"""extract: a page that hurts is kept in quarantine with its reason, and the batch goes on."""

import hashlib
from datetime import UTC, datetime

import orjson

from newsroom.stages.extract import extract_stories
from newsroom.stages.work import Assignment, Handover, Reading, read, write
from newsroom.store import keys
from newsroom.story import Item, Page

WIRE, FEED, WORK = "cnn_newsource", "world", "work/cnn_newsource/world/run-1"

GOOD = f"""<html><head><title>Ferry sails</title></head><body><article><h1>Ferry sails at night</h1>{
    "<p>The council of the harbor town met on Tuesday to decide whether the ferry should sail at night.</p>"
    "<p>“We have waited long enough for somebody else to pay,” said the mayor, who has rowed across.</p>"
    "<p>A decision is expected in the autumn, when the boats have been taken out of the water.</p>"
}</article></body></html>"""

PAGES = {
    "first": (GOOD.encode(), None),
    "large": (GOOD.encode().ljust(20_000_000), "too_large"),
    "nested": (GOOD.replace("<h1>", "<div>" * 100_000 + "<h1>").encode(), "hostile_markup"),
    "links": (GOOD.replace("<h1>", "<a>x</a>" * 1_000_000 + "<h1>").encode(), "too_large"),
    "nulls": (GOOD.replace("ferry", "fer\0ry").encode(), None),
    "only nulls": (b"\0" * 100_000, "not_html"),
    "no charset": (bytes(range(128, 256)) * 1_000, "bad_charset"),
    "lies": (GOOD.replace("<head>", '<head><meta charset="us-ascii">').encode(), None),
    "empty": (b"\n", "empty"),
    "last": (GOOD.encode(), None),
}
"""What is fetched, and how it is refused; None where a story is read."""


def assigned(room, name: str, body: bytes) -> Assignment:
    """The page as fetch leaves it: its bytes in the bucket, and an assignment that points to them."""
    sha256 = hashlib.sha256(body).hexdigest()
    key, url = keys.raw(WIRE, sha256), f"https://wire.example/{name.replace(' ', '-')}"
    room.bucket.put(key, body, content_type="text/html")
    page = Page(
        raw_key=key,
        sha256=sha256,
        url=url,
        final_url=url,
        charset="utf-8",
        fetched_at=datetime.now(UTC),
        size=len(body),
    )
    item = Item(key=name, wire=WIRE, feed=FEED, digest="d", raw_key="raw/feed", url=url, guid=name)
    return Assignment(item=item, page=page)


def test_hostile_pages_are_quarantined_and_stop_no_other(desk):
    room = desk.room
    write(room.bucket, WORK, "fetch", [assigned(room, name, body) for name, (body, _) in PAGES.items()])
    before = Handover(wire=WIRE, feed=FEED, work=WORK, counts={})
    counts = extract_stories(room, before)["counts"]
    refused = {name: code for name, (_, code) in PAGES.items() if code}
    assert (counts["read"], counts["quarantined"]) == (len(PAGES) - len(refused), len(refused))
    readings = read(room.bucket, WORK, "extract", Reading)
    assert [reading.assignment.item.key for reading in readings] == [n for n in PAGES if n not in refused]
    assert {reading.story.body for reading in readings} == {readings[0].story.body}
    notes = [orjson.loads(room.bucket.get(key)) for key in room.bucket.keys(f"quarantine/{WIRE}/")]
    assert {note["url"].rsplit("/")[-1].replace("-", " "): note["code"] for note in notes} == refused
    assert all("wanted" in note["reason"] and room.bucket.stat(note["raw_key"]) for note in notes)
