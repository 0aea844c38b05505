"""A listing that goes on from page to page behind a key: nothing is lost, and the key shows nowhere."""

import logging
from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import select

from newsroom.fetch.errors import FetchError
from newsroom.stages import ask
from newsroom.stages.poll import Selection, poll_feed
from newsroom.store import schema

KEY = "k3y-of-the-wire-9f2c"
NITF = b"""<nitf><body><body.head><hedline><hl1>One</hl1></hedline></body.head><body.content>
<p>The harbour master said on Monday that the quay would open again.</p></body.content></body></nitf>"""
API = {"kind": "ap_media", "connection": "the_api"}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_THE_API", orjson.dumps({"conn_type": "http", "password": KEY}).decode())


def listing(*ids: str, then: str | None = None, version: int = 1) -> bytes:
    """A page of AP's listing; its links carry the key, as AP may write them."""
    items = [
        {
            "item": {
                "altids": {"itemid": name, "etag": f"{name}-{version}"},
                "type": "text",
                "version": version,
                "headline": f"{name} v{version}",
                "renditions": {"nitf": {"href": f"BASE/nitf/{name}?type=text&apikey={KEY}"}},
            }
        }
        for name in ids
    ]
    said = {"params": {"apikey": KEY}, "data": {"items": items, "next_page": then}}
    return orjson.dumps(said)


def polled(desk, **selection):
    return poll_feed(desk.room, "documents", "main", "run", Selection(**selection))["counts"]


def titles(desk):
    rows = desk.room.catalogue.due_items("documents", "main", datetime.now(UTC), 99)
    return {row.title for row in rows}


def place(desk):
    return desk.room.catalogue.feed_state("documents", "main").next_page


def everything(desk):
    """All that is kept: every object with its metadata, and every row."""
    for name in desk.room.bucket.keys(""):
        body, stat = desk.room.bucket.read(name)
        yield name.encode() + body + repr(stat).encode()
    with desk.room.catalogue.reading() as connection:
        for table in schema.metadata.sorted_tables:
            yield from (repr(row).encode() for row in connection.execute(select(table)))


def test_every_page_is_read_and_the_next_poll_goes_on_behind_them(desk, served):
    routes = {
        "/feed?size=2": listing("one", "two", then=f"BASE/feed?seq=2&apikey={KEY}"),
        "/feed?seq=2": listing("three", then=f"BASE/feed?apikey={KEY}&seq=3"),
        "/feed?seq=3": listing(then=f"BASE/feed?seq=3&apikey={KEY}"),
    }
    with served(routes, **API) as server:
        counts = polled(desk)
        assert (counts["new"], counts["pages"], counts["to_read"]) == (3, 3, 3)
        assert server.paths == list(routes)
        server.routes["/feed?seq=3"] = listing("four", then="/feed?seq=4")
        server.routes["/feed?seq=4"] = listing(then="/feed?seq=4")
        assert polled(desk)["new"] == 1
        assert server.paths[3:] == ["/feed?seq=3", "/feed?seq=4"]
        assert {headers["x-api-key"] for _, headers in server.asked} == {KEY}
    assert titles(desk) == {"one v1", "two v1", "three v1", "four v1"}
    assert len(list(desk.room.bucket.keys("raw/documents/"))) == 5


@pytest.mark.slow
def test_the_key_is_in_nothing_that_is_kept_or_said(desk, served, stories, caplog):
    caplog.set_level(logging.DEBUG)
    elsewhere = served({"/elsewhere": NITF}, **API)
    with elsewhere as other:
        routes = {
            "/feed": listing("one", "moved", "gone", then=f"BASE/feed?seq=2&apikey={KEY}"),
            "/nitf/one?type=text": NITF.replace(b"<p>", f"<p>{KEY}</p><p>".encode()),
            "/nitf/moved?type=text": (b"", {"Location": f"{other.url}/elsewhere?apikey={KEY}"}),
            "/feed?seq=2": 403,
        }
        with served(routes, **API) as server:
            wires = desk.room.configuration.wires
            wire = wires["documents"]
            ports = wire.politeness.model_copy(update={"ports": (server.port, other.port)})
            wires["documents"] = wire.model_copy(update={"politeness": ports})
            counts = desk.ingest(("documents",))["documents", "main"]
            assert "/nitf/one?type=text" in server.paths
        assert "/elsewhere" in other.paths
        assert not any("x-api-key" in headers for _, headers in other.asked)
    assert (counts["filed"], counts["given_up"]) == (2, 1)
    assert set(stories()) == {"one", "moved"}
    assert "http_403" in desk.room.catalogue.feed_state("documents", "main").last_error
    assert not any(KEY.encode() in each for each in everything(desk))
    assert KEY not in caplog.text


@pytest.mark.parametrize("items", [{}, {"items": None}, {"items": []}])
def test_an_answer_that_tells_but_where_to_ask_next_is_no_failure(desk, served, items, caplog):
    nothing = orjson.dumps({"data": {"updated": "2026-06-08T20:12:00Z", **items, "next_page": "/feed?seq=2"}})
    with served({"/feed": listing("one", then="/feed?seq=2"), "/feed?seq=2": nothing}, **API) as server:
        assert polled(desk)["new"] == 1
        assert polled(desk)["new"] == 0
        assert server.paths == ["/feed", "/feed?seq=2", "/feed?seq=2"]
    state = desk.room.catalogue.feed_state("documents", "main")
    assert (state.failures, state.next_page) == (0, f"{server.url}/feed?seq=2")
    assert not [record for record in caplog.records if "ask" in record.name]


def test_what_one_poll_does_not_reach_the_next_one_does(desk, served, monkeypatch):
    monkeypatch.setattr(ask, "MOST_PAGES", 2)
    routes = {f"/feed?p={n}": listing(f"item{n}", then=f"/feed?p={n + 1}") for n in range(1, 5)}
    routes["/feed?p=5"] = listing("item5")
    with served(routes, **API) as server:
        assert (polled(desk)["later_pages"], place(desk)) == (1, f"{server.url}/feed?p=3")
        assert (polled(desk)["later_pages"], place(desk)) == (1, f"{server.url}/feed?p=5")
        assert (polled(desk)["new"], place(desk)) == (1, None)
        assert server.paths == [f"/feed?p={n}" for n in range(1, 6)]
    assert titles(desk) == {f"item{n} v1" for n in range(1, 6)}


def test_a_page_that_fails_is_the_first_of_the_next_poll(desk, served):
    routes = {"/feed": listing("one", then="/feed?p=2"), "/feed?p=2": 403}
    with served(routes, **API) as server:
        assert polled(desk)["to_read"] == 1
        state = desk.room.catalogue.feed_state("documents", "main")
        assert (state.failures, place(desk)) == (1, f"{server.url}/feed?p=2")
        with pytest.raises(FetchError, match="403"):
            polled(desk, until=datetime.now(UTC))
        server.routes["/feed?p=2"] = listing("two")
        assert polled(desk, until=datetime.now(UTC))["new"] == 1
        assert server.paths == ["/feed", "/feed?p=2", "/feed?p=2", "/feed?p=2"]
    assert desk.room.catalogue.feed_state("documents", "main").failures == 0


def test_a_place_that_the_server_forgot_is_begun_anew(desk, served):
    with served(
        {"/feed": listing("one", then="/feed?seq=9"), "/feed?seq=9": listing(then="/feed?seq=9")}, **API
    ) as server:
        polled(desk)
        server.routes |= {"/feed?seq=9": 400, "/feed": listing("one", "two", then="/feed?seq=12")}
        server.routes["/feed?seq=12"] = listing(then="/feed?seq=12")
        assert polled(desk)["new"] == 1
        assert place(desk) == f"{server.url}/feed?seq=12"


def test_another_address_in_the_wires_file_begins_anew(desk, served):
    with served(
        {"/feed?q=one": listing("one", then="/feed?seq=9"), "/feed?seq=9": listing(then="/feed?seq=9")}, **API
    ) as server:
        polled(desk)
        server.routes["/feed?q=two"] = listing("two")
        wires = desk.room.configuration.wires
        feed = wires["documents"].feeds[0].model_copy(update={"url": f"{server.url}/feed?q=two"})
        wires["documents"] = wires["documents"].model_copy(update={"feeds": (feed,)})
        assert polled(desk)["new"] == 1
        assert server.paths[-1] == "/feed?q=two"


@pytest.mark.parametrize(
    "then",
    ["https://elsewhere.example/feed", "http://127.0.0.1:1/feed", "ftp://127.0.0.1/feed", "http://[::1/"],
)
def test_a_page_on_another_host_is_not_asked(desk, served, then, caplog):
    with served({"/feed": listing("one", then=then)}, **API) as server:
        assert polled(desk)["new"] == 1
        assert server.paths == ["/feed"]
    assert place(desk) is None
    assert "not followed: saw the next page at" in caplog.text
    assert desk.room.catalogue.feed_state("documents", "main").failures == 0


def test_pages_that_lead_round_are_asked_once_a_poll(desk, served):
    with served({"/feed": listing("one", then="/p2"), "/p2": listing("two", then="/feed")}, **API) as server:
        assert polled(desk)["new"] == 2
        assert server.paths == ["/feed", "/p2"]


def test_a_later_page_with_an_older_version_does_not_hide_the_newer(desk, served):
    routes = {"/feed": listing("one", version=3, then="/p2"), "/p2": listing("one", version=2)}
    with served(routes, **API):
        polled(desk)
    assert titles(desk) == {"one v3"}


def test_again_reads_from_the_beginning_and_leaves_the_place(desk, served):
    routes = {
        "/feed": listing("one", then="/p2"),
        "/p2": listing("two", then="/p3"),
        "/p3": listing(then="/p3"),
    }
    with served(routes, **API) as server:
        polled(desk)
        assert polled(desk, again=True)["to_read"] == 2
        assert (server.paths[3:], place(desk)) == (["/feed", "/p2", "/p3"], f"{server.url}/p3")


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (None, "nothing found"),
        ({"conn_type": "http"}, "saw no password"),
        ({"conn_type": "http", "password": "kept secret\r\nX: y"}, "a password that is no key"),
        ({"conn_type": "aws", "password": KEY}, "saw the type 'aws'; wanted http"),
    ],
)
def test_a_key_that_cannot_be_had_is_told_without_it(desk, served, monkeypatch, connection, said):
    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_THE_API", orjson.dumps(connection).decode())
    else:
        monkeypatch.delenv("AIRFLOW_CONN_THE_API")
    with served({"/feed": listing("one")}, **API) as server:
        with pytest.raises(FetchError, match="bad_connection") as caught:
            polled(desk)
        assert server.asked == []
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert said in desk.room.catalogue.feed_state("documents", "main").last_error
