"""A rich history, the catalogue thrown away, and the catalogue built anew: nothing is lost by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from newsroom.config import Licence
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.stages.kills import confirm_kill, dismiss_kill, kill_story, lift_story, waiting_kills
from newsroom.stages.life import held_stories, release_story
from newsroom.stages.recheck import recheck_held
from newsroom.stages.replay import Replay
from newsroom.store import schema
from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import REBUILT, reindex

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def history(desk, tmp_path, request, monkeypatch) -> Iterator[Any]:
    """A desk's long day: versions and corrections, holds and releases, kills and lifts, copies, an expiry."""
    url = f"sqlite:///{tmp_path}/history.db" if request.param == "sqlite" else None
    catalogue = Catalogue.open(url or request.getfixturevalue("postgres_url"))
    desk = desk.elsewhere(catalogue=catalogue)
    room, partners = desk.room, desk.room.configuration.partners
    # The same stories come through another wire, too.
    twin = room.wire("public_agency").model_copy(update={"id": "twin"})
    monkeypatch.setitem(room.configuration.wires, twin.id, twin)
    # One feed is so small that stories go into its archive.
    small = partners["krdo"].product.model_copy(update={"newest": 6})
    monkeypatch.setitem(partners, "krdo", partners["krdo"].model_copy(update={"product": small}))
    for _ in range(4):
        desk.step(10)
        desk.ingest()
        for partner in partners:
            desk.deliver(partner)
    held = held_stories(room, None, 100)
    release_story(room, held[0]["uri"], by="ed", reason="the wire confirmed it")
    for wire in room.configuration.wires.values():
        recheck_held(room, wire)
    one, two, three = (entry.id for entry in desk.rss().entries[:3])
    kill_story(room, one, by="ed", reason="libel")
    kill_story(room, two, by="ed", reason="the wrong one")
    for partner in room.catalogue.partners_due():
        desk.deliver(partner)
    lift_story(room, two, by="ed", reason="it was the wrong one")
    desk.deliver()
    waiting = waiting_kills(room)
    confirm_kill(room, waiting[0]["id"], by="ed", uris=[three])
    for each in waiting[1:]:
        dismiss_kill(room, each["id"], by="ed")
    desk.deliver()
    # The wire has another name from now on, and what it sent is read again.
    wire = room.wire("cnn_newsource").model_copy(update={"provider": "CNN Newsource Wire"})
    monkeypatch.setitem(room.configuration.wires, wire.id, wire)
    assert sum(1 for _ in Replay().run(room, wire.id, LONG_AGO, apply=True, run="replay")) > 0
    desk.deliver()
    # A licence ends, and with it the stay of its stories; then it is renewed.
    # (The house's day ends later than that of UTC.)
    last_day = datetime.now(UTC).date() - timedelta(days=2)
    krdo = partners["krdo"]
    ended = tuple(Licence(**each.model_dump() | {"valid_until": last_day}) for each in krdo.licences)
    expired = krdo.model_copy(update={"licences": ended})
    deliver_in(Round(room.configuration, room.bucket, catalogue, datetime.now(UTC)), expired, run="expired")
    for partner in partners:
        desk.deliver(partner)
    yield desk
    catalogue.close()


def dump(catalogue: Catalogue) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Every table's rows, by their primary keys."""
    with catalogue.reading() as connection:
        return {
            name: {
                tuple(row._mapping[column.name] for column in table.primary_key): dict(row._mapping)
                for row in connection.execute(select(table))
            }
            for name, table in schema.metadata.tables.items()
        }


def differences(before, after) -> Iterator[str]:
    """What is not the same in a table that must come back, in a line each."""
    for name in sorted(REBUILT):
        was, now = before[name], after[name]
        yield from (f"{name} {key}: lost: {was[key]}" for key in was.keys() - now.keys())
        yield from (f"{name} {key}: was not there: {now[key]}" for key in now.keys() - was.keys())
        for key in was.keys() & now.keys():
            for column, value in was[key].items():
                if now[key][column] != value:
                    yield f"{name} {key}: {column}: was {value!r}, is {now[key][column]!r}"


@pytest.mark.slow
def test_nothing_is_lost_by_a_catalogue_that_is_built_anew(history):
    catalogue, room = history.room.catalogue, history.room
    before = dump(catalogue)
    assert_rich(before)
    bare = [name for name in REBUILT if not before[name]]
    assert bare == [], "nothing is shown of an empty table: write to it in `history`, through the real stages"
    schema.metadata.drop_all(catalogue.engine)
    again = Catalogue.open(catalogue.engine.url.render_as_string(hide_password=False))
    try:
        assert not any(again.story_counts().values())
        counts = reindex(room.bucket, again, room.house.duplicates.window)
        after = dump(again)
        assert counts["broken"] == 0
        different = list(differences(before, after))
        assert different == [], (
            f"{len(different)} differences. A table of REBUILT (newsroom/store/reindex.py) must come back "
            "from the bucket alone: file what it needs there before its row, and have `reindex` read it. If "
            "it need not, move it to AFRESH, with the reason.\n" + "\n".join(different[:20])
        )
        assert_entries_come_back(before["item"], after["item"])
        assert after["catalogue_version"] == before["catalogue_version"]
        desk = history.elsewhere(catalogue=again)
        for partner in room.configuration.partners:
            assert desk.deliver(partner)["written"] == []
    finally:
        again.close()


def assert_rich(before) -> None:
    """The history has what the test promises."""
    left = {row["reason"] for row in before["ledger_entry"].values() if row["act"] == "left"}
    assert left >= {"kill", "superseded", "licence_dates"}
    assert {row["partner"] for row in before["delivery"].values()} == {"krdo", "radio_pikes"}
    assert any("correction" in row["signals"] for row in before["revision"].values())
    assert any(row["ready_n"] != row["current_n"] for row in before["story"].values())
    assert any(row["lifted_at"] for row in before["tombstone"].values())


def assert_entries_come_back(before, after) -> None:
    """Entries that were read are done, as they last were; of the others none is there."""
    read = {key: row for key, row in before.items() if row["uri"] and row["state"] == "done"}
    assert read
    assert after.keys() <= before.keys()
    for key, row in after.items():
        assert row["state"] == "done"
        assert row["uri"] == read[key]["uri"]
