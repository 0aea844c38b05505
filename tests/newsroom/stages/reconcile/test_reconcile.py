"""Reconcile: gaps between catalogue, bucket and partners' feeds are found, closed, and never in silence."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from newsroom.stages import ask, reconcile
from newsroom.stages.kills import kill_story
from newsroom.stages.reconcile import needs_a_person, partner_parts, report_key, store_parts
from newsroom.stages.reconcile import partners as of_partners
from newsroom.stages.reconcile.report import Report
from newsroom.store import keys, schema

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AT_ONCE = -timedelta(minutes=1)
"""No gap is too young."""


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(of_partners, "LOOK_AGAIN", 0)


@pytest.fixture
def full(desk):
    """A desk with some stories in its partners' feeds."""
    desk.step(12)
    desk.ingest()
    for partner in desk.room.configuration.partners:
        desk.deliver(partner)
    return desk


def compared(desk, since=LONG_AGO, **options) -> dict[str, Report]:
    options = {"settled": AT_ONCE} | options
    done = {
        part: reconcile.reconcile(desk.room, part, since, run="r", **options)
        for part in store_parts(desk.room)
    }
    return done | {
        part: reconcile.reconcile(desk.room, part, since, run="r", **options)
        for part in partner_parts(desk.room)
    }


def gaps(reports) -> dict[str, list[tuple[str, str]]]:
    """By kind, where the gaps were, and what became of them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for report in reports.values():
        for each in report.findings:
            found.setdefault(each.kind, []).append((each.where, each.state))
    return found


def forget(desk, table, **where) -> None:
    """Take rows out of the catalogue, as a crash or a restored backup leaves it."""
    with desk.room.catalogue.writing() as connection:
        here = [table.c[name] == value for name, value in where.items()]
        assert connection.execute(delete(table).where(*here)).rowcount > 0


def rows(desk, *tables):
    with desk.room.catalogue.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables
        }


def put_by_hand(desk, key, body, metadata=None):
    bucket = desk.room.bucket
    bucket.client.put_object(Bucket=bucket.name, Key=key, Body=body, Metadata=metadata or {})


@pytest.mark.slow
def test_where_nothing_is_wrong_nothing_is_found_and_the_reports_say_what_was_compared(desk):
    desk.ingest(("public_agency",))
    for partner in desk.room.configuration.partners:
        desk.deliver(partner)
    reports = compared(desk)
    assert gaps(reports) == {}
    told = reports["wire:public_agency"]
    stored = desk.room.bucket.get(report_key(told))
    assert Report.from_json(stored) == told
    objects = len(list(desk.room.bucket.keys("stories/public_agency/")))
    assert told.compared["revision_objects"] == told.compared["revision_rows"] == objects > 0
    assert reports["records"].compared["verdicts"] == len(list(desk.room.bucket.keys("verdicts/")))
    assert not needs_a_person(list(reports.values()))


@pytest.mark.slow
def test_a_whole_day_has_no_gaps(full):
    reports = compared(full)
    assert gaps(reports) == {}
    told = reports["partner:krdo"].compared
    assert told["documents"] == len(full.room.partner("krdo").formats)
    assert told["stories_shown"] == told["documents"] * len(full.rss().entries)


@pytest.mark.slow
def test_missing_rows_come_back_as_they_were(full):
    room = full.room
    one = room.catalogue.candidates(wires=["cnn_newsource"])[0]
    two = next(entry.id for entry in full.rss().entries if entry.id != one.uri)
    kill_story(room, two, by="ed", reason="libel")
    for partner in room.catalogue.partners_due():
        full.deliver(partner)
    tables = (
        schema.revision,
        schema.verdict,
        schema.story,
        schema.kill,
        schema.kill_receipt,
        schema.tombstone,
        schema.ledger_entry,
        schema.delivery,
    )
    before = rows(full, *tables)
    for table in (schema.revision, schema.verdict, schema.story):
        forget(full, table, uri=one.uri)
    for table in (schema.kill, schema.kill_receipt, schema.tombstone, schema.ledger_entry, schema.delivery):
        forget(full, table, uri=two)
    found = gaps(compared(full))
    assert found["revision_without_row"] == [(one.key, "repaired")]
    assert "object_differs" not in found
    assert {kind for kind in found if kind.endswith("_without_row")} == {
        "revision_without_row",
        "verdict_without_row",
        "kill_without_row",
        "kill_receipt_without_row",
        "ledger_entry_without_row",
    }
    assert rows(full, *tables) == before
    assert gaps(compared(full)) == {}


@pytest.mark.slow
def test_what_is_lost_is_told_loudly(full):
    room = full.room
    one, two, three = room.catalogue.candidates(wires=["cnn_newsource"])[:3]
    (raw, *_) = room.catalogue.chain(three.uri)[-1].raw_keys[1:]
    room.bucket.delete(one.key)
    put_by_hand(full, two.key, room.bucket.get(three.key))
    room.bucket.delete(raw)
    put_by_hand(full, "stories/cnn_newsource/notes.txt", b"?")
    found = gaps(compared(full))
    assert found == {
        "row_without_object": [(one.key, "open")],
        "object_differs": [(two.key, "open")],
        "raw_missing": [(raw, "open")],
        "foreign_object": [("stories/cnn_newsource/notes.txt", "open")],
    }


@pytest.mark.slow
def test_a_document_that_is_not_the_one_that_was_written_is_written_anew(full):
    bucket, before = full.room.bucket, full.rss()
    rss, ninjs = keys.document("krdo", "rss.xml"), keys.document("krdo", "ninjs.json")
    old = bucket.stat(rss)
    changed = bucket.get(rss).replace(b"<title>", b"<title>We say: ", 1)
    # By somebody who kept the metadata, so that a delivery takes it for its own.
    put_by_hand(full, rss, changed, dict(old.metadata))
    bucket.delete(ninjs)
    reports = compared(full)
    assert gaps(reports) == {
        "document_changed": [(rss, "repaired")],
        "document_missing": [(ninjs, "repaired")],
    }
    assert [entry.id for entry in full.rss().entries] == [entry.id for entry in before.entries]
    assert full.rss().feed.title == before.feed.title
    assert len(full.ninjs()) == len(before.entries)
    assert gaps(compared(full)) == {}


@pytest.mark.slow
def test_a_story_that_a_document_lacks_or_that_is_in_it_by_nobodys_word(full):
    bucket, catalogue = full.room.bucket, full.room.catalogue
    rss = keys.document("krdo", "rss.xml")
    body, stat = bucket.get(rss), bucket.stat(rss)
    (first, second, *_) = full.rss().entries
    short = body[: body.index(b"<item>")] + body[body.index(b"</item>") + len(b"</item>") :]
    short = short.replace(second.id.encode(), b"urn:uuid:00000000-0000-4000-8000-000000000000")
    bucket.put(rss, short, content_type="application/rss+xml", metadata=stat.metadata)
    found = gaps(compared(full))
    assert {where.partition(": ")[2] for where, _ in found["story_not_shown"]} == {first.id, second.id}
    assert [where.rpartition("-")[2] for where, _ in found["story_not_on_record"]] == ["000000000000"]
    assert {state for each in found.values() for _, state in each} == {"repaired"}
    assert {entry.id for entry in full.rss().entries} == {uri for uri, _ in catalogue.in_feed("krdo")}


@pytest.mark.slow
def test_a_killed_story_that_is_shown_leaves_at_once_and_somebody_hears_of_it(full):
    bucket, rss = full.room.bucket, keys.document("krdo", "rss.xml")
    old, stat = bucket.get(rss), bucket.stat(rss)
    uri = full.rss().entries[0].id
    kill_story(full.room, uri, by="ed", reason="libel")
    full.deliver()
    now = bucket.stat(rss)
    # An old document put back, with the metadata of the new one.
    bucket.put(rss, old, content_type="application/rss+xml", metadata=now.metadata)
    assert uri in {entry.id for entry in full.rss().entries}
    assert stat.etag != now.etag
    reports = compared(full)
    assert gaps(reports)["killed_story_shown"] == [(f"{rss}: {uri}", "repaired")]
    assert "killed_story_shown" in {each.kind for each in needs_a_person(list(reports.values()))}
    assert uri not in {entry.id for entry in full.rss().entries}
    assert gaps(compared(full)) == {}


@pytest.mark.slow
def test_a_kill_without_receipt_reaches_its_partner_paused_or_not(full, monkeypatch):
    partners = full.room.configuration.partners
    monkeypatch.setitem(partners, "krdo", partners["krdo"].model_copy(update={"enabled": False}))
    uri = full.rss().entries[0].id
    kill_story(full.room, uri, by="ed", reason="libel")
    assert gaps(compared(full, settled=timedelta(minutes=10))) == {}  # the takedown has its time
    found = gaps(compared(full))
    assert (f"krdo: {uri}", "repaired") in found["kill_without_receipt"]
    assert uri not in {entry.id for entry in full.rss().entries}
    assert full.room.catalogue.partners_due() == []


@pytest.mark.slow
def test_a_story_that_is_due_and_in_no_feed_is_delivered(desk):
    desk.ingest(("cnn_newsource",))
    reports = compared(desk)
    late = gaps(reports)["story_late"]
    assert {where for where, _ in late if where.startswith("krdo")} == {
        f"krdo: {entry.id}" for entry in desk.rss().entries
    }
    assert {state for _, state in late} == {"repaired"}
    desk.step(12)
    desk.ingest(("cnn_newsource",))
    assert "story_late" not in gaps(compared(desk, settled=timedelta(minutes=10)))


@pytest.mark.slow
def test_a_poll_that_ended_after_its_bytes_is_made_good(desk, monkeypatch):
    """Its entries may be in the feed no more when it is polled next, and its kills neither."""
    wire = "public_agency"

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr(ask, "kill_deleted", crash)
        with pytest.raises(KeyboardInterrupt):
            desk.ingest((wire,))
    (raw,) = desk.room.bucket.keys(f"raw/{wire}/")
    found = gaps(compared(desk))
    assert found == {"raw_without_entries": [(raw, "repaired")]}
    feed = desk.room.bucket.stat(raw).metadata["feed"]
    due = desk.room.catalogue.due_items(wire, feed, datetime.now(UTC) + timedelta(hours=1), 100)
    assert {row.raw_key for row in due} == {raw}
    assert len(due) > 0
    assert gaps(compared(desk)) == {}


@pytest.mark.slow
def test_bytes_that_say_nothing_new_are_explained(full):
    wire = "public_agency"
    snapshots = {key: full.room.bucket.stat(key).metadata for key in full.room.bucket.keys(f"raw/{wire}/")}
    feed = next(each.id for each in full.room.wire(wire).feeds if each.kind == "atom")
    known = next(
        key for key, told in snapshots.items() if told == told | {"feed": feed} and "item" not in told
    )
    body = full.room.bucket.get(known)
    again = body.replace(b"</feed>", b"<!-- later --></feed>")
    full.room.bucket.put_once(f"raw/{wire}/zz/{'0' * 64}", again, metadata={"feed": feed})
    page = {"feed": feed, "item": full.room.catalogue.chain(full.rss().entries[0].id)[0].item_key}
    full.room.bucket.put_once(f"raw/{wire}/zz/{'1' * 64}", b"<html>", metadata=page)
    full.room.bucket.put_once(f"raw/{wire}/zz/{'2' * 64}", b"?")
    report = compared(full)[f"wire:{wire}"]
    assert [(each.kind, each.where[-1], each.state) for each in report.findings] == [
        ("raw_of_nobody", "2", "open")
    ]
    assert sum(report.explained.values()) == 2


def test_a_part_must_be_there(desk):
    with pytest.raises(LookupError, match="saw 'wire:nowhere'; wanted one of: wire:"):
        reconcile.reconcile(desk.room, "wire:nowhere", LONG_AGO)
