import gzip
import http.client
import socket

import pytest
import requests

from samplewire import ManualClock, SampleWire

DAY_OF_STEPS = 13 * 30


def test_every_page_link_and_picture_answers(wire):
    for one in wire.published:
        assert requests.get(wire.url_of(one.id), timeout=5).status_code == 200
        for figure in one.sample.figures:
            answer = requests.get(f"{wire.url}/media/{figure.name}.png", timeout=5)
            assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path", ["/nothing", "/media/../server.py", "/media/other.png", "/bulk/feed.xml", "/%00"]
)
def test_what_is_not_there_is_a_404(wire, path):
    answer = requests.get(wire.url + path, timeout=5)
    assert answer.status_code == 404
    assert "ETag" not in answer.headers


def test_a_path_in_the_404_page_is_escaped(wire):
    connection = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=5)
    connection.request("GET", "/<script>alert(1)</script>")
    body = connection.getresponse().read()
    connection.close()
    assert b"<script>" not in body


def test_robots_allow_everything(wire):
    assert requests.get(f"{wire.url}/robots.txt", timeout=5).text == "User-agent: *\nAllow: /\n"


def test_the_index_lists_what_is_out(wire):
    text = requests.get(f"{wire.url}/", timeout=5).text
    assert text.count("<tr><td>") == len(wire.published)
    assert "Every story here is invented" in text


@pytest.mark.parametrize("place", ["feed", "page"])
@pytest.mark.parametrize(
    ("sent", "kept"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
def test_unchanged_is_a_304(wire, place, sent, kept):
    url = wire.feed_url("world") if place == "feed" else wire.url_of("cod_talks")
    first = requests.get(url, timeout=5)
    again = requests.get(url, headers={kept: first.headers[sent]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("tag", ['W/"other"', '"other", W/"another"'])
def test_another_etag_is_answered_whatever_the_date_says(wire, tag):
    url = wire.feed_url("world")
    late = {"If-None-Match": tag, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert requests.get(url, headers=late, timeout=5).status_code == 200


@pytest.mark.parametrize("since", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00"])
def test_an_old_or_odd_date_is_answered(wire, since):
    answer = requests.get(wire.feed_url("world"), headers={"If-Modified-Since": since}, timeout=5)
    assert answer.status_code == 200


def test_the_feed_changes_with_time(wire, clock):
    first = requests.get(wire.feed_url("world"), timeout=5)
    clock.advance(30)
    again = requests.get(wire.feed_url("world"), headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert again.status_code == 200
    assert again.headers["Last-Modified"] != first.headers["Last-Modified"]


def test_the_repeat_changes_the_pages_etag_and_no_word(wire, clock):
    first = requests.get(wire.url_of("hospital_noise"), timeout=5)
    clock.advance(8 * 30)
    again = requests.get(wire.url_of("hospital_noise"), timeout=5)
    assert again.headers["ETag"] != first.headers["ETag"]
    assert again.headers["Last-Modified"] != first.headers["Last-Modified"]
    before, after = (answer.text.split('<section class="related">')[0] for answer in (first, again))
    assert after == before


@pytest.mark.parametrize(
    ("accepted", "coded"), [("gzip, br", True), ("identity", False), ("gzip;q=0", False), ("*", True)]
)
def test_compressed_for_those_who_take_it(wire, accepted, coded):
    url = wire.url_of("cod_talks")
    answer = requests.get(url, headers={"Accept-Encoding": accepted}, stream=True, timeout=5)
    raw = answer.raw.read(decode_content=False)
    assert (answer.headers.get("Content-Encoding") == "gzip") is coded
    assert int(answer.headers["Content-Length"]) == len(raw)
    assert b"Story by Reuters" in (gzip.decompress(raw) if coded else raw)
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_head_gives_the_head_alone(wire):
    answer = requests.head(wire.url_of("cod_talks"), timeout=5)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000


def test_a_connection_serves_many_requests(wire):
    connection = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=5)
    for path in ("/robots.txt", "/", "/nothing", "/robots.txt"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is not None
    connection.close()


def test_addresses_outlive_a_restart(tmp_path, clock):
    state = tmp_path / "state.json"
    with SampleWire(state=state, clock=clock) as first:
        before = {one.id: first.url_of(one.id).removeprefix(first.url) for one in first.published}
    clock.advance(3 * 86_400)
    with SampleWire(state=state, clock=clock) as second:
        for name, path in before.items():
            assert requests.get(second.url + path, timeout=5).status_code == 200, name
        assert len(second.published) == len(before) + 1


def test_bound_to_loopback_alone_and_freed_at_the_end():
    with SampleWire(clock=ManualClock()) as wire:
        assert wire.url.startswith("http://127.0.0.1:")
        with pytest.raises(OSError, match="in use"):
            SampleWire(port=wire.port)
    with socket.socket() as free:
        assert free.connect_ex(("127.0.0.1", wire.port)) != 0


def test_extra_stories_as_full_text_and_as_pages(clock):
    with SampleWire(clock=clock, extra=25) as wire:
        full = requests.get(wire.feed_url("bulk"), timeout=5).text
        assert full.count("<item>") == full.count("<content:encoded>") == 25
        links = requests.get(wire.feed_url("bulk_pages"), timeout=5).text
        assert links.count("<item>") == 25
        assert "<content:encoded>" not in links
        page = requests.get(wire.url_of_bulk(25), timeout=5)
        assert page.status_code == 200
        assert len({one.sample.headline for one in wire.bulk}) == 25


def test_a_client_that_hangs_up_leaves_no_trace(clock, capfd):
    with SampleWire(clock=clock, extra=500) as wire:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", wire.port)) as client:
                client.sendall(b"GET /bulk/feed.xml HTTP/1.1\r\nHost: x\r\n\r\n")
                client.recv(100)
        assert requests.get(f"{wire.url}/robots.txt", timeout=5).status_code == 200
    assert capfd.readouterr().err == ""


def test_a_state_that_can_no_longer_be_kept_is_one_line(tmp_path, clock, capfd):
    folder = tmp_path / "data"
    with SampleWire(state=folder / "state.json", clock=clock) as wire:
        (folder / "state.json").unlink()
        folder.rmdir()
        folder.write_text("", encoding="utf-8")
        clock.advance(30)
        with pytest.raises(requests.ConnectionError):
            requests.get(wire.feed_url("world"), timeout=5)
        assert requests.get(wire.feed_url("world"), timeout=5).status_code == 200
    errors = capfd.readouterr().err
    assert errors.count("\n") == 1
    assert "wanted a state file that can be written" in errors
