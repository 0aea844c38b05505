"""A wire's API behind a key, on the command line: the key opens it, and is never shown."""

import json
from pathlib import Path

import pytest

KEY = "k3y-of-the-wire-9f2c"
SAMPLES = Path(__file__).parents[1] / "wireformat" / "samples"
ID = "0f4e2b7a9c1d43d8a6b5c4d3e2f10918"
NITF = f"/media/v/content/{ID}.3/download?type=text&format=NITF&qt=UdkHPLCC&et=3a5aza0c0"


@pytest.fixture
def api(serve_wire, config, monkeypatch):
    """The API's server, and the wire `north_api` that asks it."""
    monkeypatch.delenv("AIRFLOW_HOME", raising=False)
    monkeypatch.setenv("AIRFLOW_CONN_NORTH_API", json.dumps({"conn_type": "http", "password": KEY}))
    listing = (SAMPLES / "ap_feed.json").read_bytes().replace(b"https://api.wire.example", b"BASE")
    routes = {"/feed": listing, NITF: (SAMPLES / "ap_item.nitf.xml").read_bytes()}
    with serve_wire(routes) as server:
        (config / "wires" / "north_api.yaml").write_text(
            f"""
provider: Northern Dispatch
feeds:
  - id: api
    url: {server.url}/feed
    kind: ap_media
    connection: north_api
politeness: {{gap_seconds: 0, private_addresses: [127.0.0.1], ports: [{server.port}], robots: licensed}}
rights:
  profile: public_domain
  holders: [{{name: Northern Dispatch}}]
checks: wire_documents
"""
        )
        yield server


def keys_of(api):
    return {headers.get("x-api-key") for _, headers in api.asked}


def test_try_asks_with_the_wires_key(newsroom, api):
    said = newsroom("try", f"{api.url}/feed", "--wire", "north_api", "--json")
    assert said.json["story"]["wire_id"] == ID
    assert "FERRY POINT" in said.json["story"]["body"]
    assert api.paths == ["/feed", NITF]
    assert keys_of(api) == {KEY}
    assert KEY not in said.out + said.err


def test_doctor_tries_the_key(newsroom, api, monkeypatch):
    (row,) = [row for row in newsroom("doctor", "--json").json if row["part"] == "api north_api/api"]
    assert row["fine"], row
    assert "answers to its key with 4 entries" in row["found"]
    assert "connection north_api: found in AIRFLOW_CONN_NORTH_API" in row["found"]
    assert keys_of(api) == {KEY}
    api.routes["/feed"] = 403
    said = newsroom("doctor", "--json")
    (row,) = [row for row in said.json if row["part"] == "api north_api/api"]
    assert (row["fine"], "http_403" in row["found"]) == (False, True)
    assert KEY not in said.out
    monkeypatch.delenv("AIRFLOW_CONN_NORTH_API")
    (row,) = [row for row in newsroom("doctor", "--json").json if row["part"] == "api north_api/api"]
    assert (
        "AIRFLOW_CONN_NORTH_API is not set here, and Airflow was not asked, as AIRFLOW_HOME" in row["found"]
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("/feed\n", f"/feed?page_size=9&apikey={KEY}\n", "wanted a url without `apikey`"),
        ("http://127.0.0.1", f"https://desk:{KEY}@127.0.0.1", "wanted a URL without a user or password"),
        ("http://127.0.0.1", "http://api.wire.example", "wanted an https url with a `connection`"),
    ],
)
def test_a_key_has_no_place_in_the_wires_file(newsroom, api, config, old, new, told):
    path = config / "wires" / "north_api.yaml"
    path.write_text(path.read_text().replace(old, new))
    said = newsroom("doctor", "--json")
    assert told in said.out
    assert KEY not in said.out
