"""HTTP over real sockets: what comes whole comes through, all else is an error with its code."""

import gzip
import pickle
import threading
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest

from newsroom.fetch.errors import shown
from newsroom.fetch.http import Client, FetchError

Route = Callable[[Any], None]


def refused(client: Client, url: str) -> FetchError:
    """The error that `url` gives."""
    with pytest.raises(FetchError) as caught:
        client.get(url)
    return caught.value


def in_turn(*answers: bytes) -> Route:
    """A route that gives one answer after the other, the last for ever, each on a connection of its own."""
    left = [answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) for answer in answers]

    def route(exchange: Any) -> None:
        exchange.send(left.pop(0) if len(left) > 1 else left[0])

    return route


def endless(chunk: bytes, pause: float = 0.0) -> Route:
    def route(exchange: Any) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not exchange.ended:
            exchange.send(chunk)
            if pause:
                exchange.pause(pause)

    return route


def test_a_page_with_all_that_its_headers_say(server, client):
    server.routes["/a?b=1"] = server.answer(
        b"body",
        Content_Type="Text/HTML; Charset='ISO-8859-1'",
        ETag='"e"',
        Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT",
    )
    got = client.get(server.url + "/a?b=1")
    assert (got.status, got.body, got.not_modified) == (200, b"body", False)
    assert (got.content_type, got.charset) == ("text/html", "iso-8859-1")
    assert (got.etag, got.last_modified) == ('"e"', "Mon, 01 Jan 2024 00:00:00 GMT")
    assert (got.final_url, got.redirects) == (server.url + "/a?b=1", ())
    assert got.fetched_at.utcoffset() == timedelta(0)


def test_what_is_asked(server, client):
    server.routes["/"] = server.answer(b"x")
    client.get(
        server.url + "/", etag='W/"1"', last_modified="then", accept="text/html", headers={"X-Key": "k"}
    )
    asked = server.exchanges[0].headers
    assert asked["user-agent"] == "newsroom-test/1.0 (+mailto:desk@example.org)"
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"1"', "then")
    assert (asked["accept"], asked["accept-encoding"], asked["x-key"]) == ("text/html", "gzip", "k")


def test_not_modified(server, client):
    server.routes["/"] = server.answer(status="304 Not Modified", ETag='"1"')
    got = client.get(server.url + "/", etag='"1"')
    assert (got.not_modified, got.body, got.etag) == (True, b"", '"1"')
    assert refused(client, server.url + "/").code == "unasked_304"


def test_connections_are_kept(server, client):
    server.routes["/"] = server.answer(gzip.compress(b"x" * 100), Content_Encoding="gzip")
    bodies = [client.get(server.url + "/").body for _ in range(3)]
    assert bodies == [b"x" * 100] * 3
    assert server.connections == 1


def test_the_environment_and_cookies_are_left_alone(server, client, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login u password p\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.routes["/"] = server.answer(b"x", Set_Cookie="a=b; Path=/")
    client.get(server.url + "/")
    client.get(server.url + "/")
    assert not {"cookie", "authorization"} & server.exchanges[1].headers.keys()


# Redirects


def test_redirects_are_followed_and_told(server, client):
    server.routes |= {
        "/1": server.moved("/2?x"),
        "/2?x": server.moved("3#here", "308 Permanent Redirect"),
        "/3": server.answer(b"end"),
    }
    got = client.get(server.url + "/1")
    assert (got.url, got.final_url, got.body) == (server.url + "/1", server.url + "/3", b"end")
    assert got.redirects == (server.url + "/2?x", server.url + "/3")


def test_a_location_in_utf8_with_a_blank(server, client):
    server.routes |= {"/1": server.moved("/ñ b"), "/%C3%B1%20b": server.answer(b"ok")}
    assert client.get(server.url + "/1").body == b"ok"


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/loop", "redirect_loop"),
        ("file:///etc/passwd", "blocked_scheme"),
        ("ftp://example.org/", "blocked_scheme"),
        ("gopher://example.org/", "blocked_scheme"),
        ("data:text/html,x", "blocked_scheme"),
        ("http://127.0.0.2/", "blocked_address"),
        ("http://10.0.0.1/", "blocked_address"),
        ("http://192.168.1.1/", "blocked_address"),
        ("http://[::1]/", "blocked_address"),
        ("http://169.254.169.254/latest/meta-data/", "blocked_address"),
        ("http://168.63.129.16/", "blocked_address"),
        ("http://127.0.0.1:22/", "blocked_port"),
        ("http://user:secret@127.0.0.1/", "credentials_in_url"),
        ("http://[::1/", "bad_url"),
        ("http://a:port/", "bad_url"),
        ("", "bad_redirect"),
    ],
)
def test_where_a_redirect_may_not_lead(server, client, location, code):
    server.routes["/loop"] = server.moved(location)
    error = refused(client, server.url + "/loop?secret=1")
    assert error.code == "http_404"
    error = refused(client, server.url + "/loop")
    assert (error.code, error.retry) == (code, False)
    assert server.paths().count("/loop") == 1
    assert "secret" not in str(error)


def test_too_many_redirects(server, client):
    server.routes |= {f"/{n}": server.moved(f"/{n + 1}") for n in range(40)}
    assert refused(client, server.url + "/0").code == "redirect_limit"
    assert len(server.exchanges) == 11


def test_keys_do_not_go_to_another_origin(server, other_server, client_of):
    client = client_of(server, other_server)
    server.routes |= {"/1": server.moved("/2"), "/2": server.moved(other_server.url + "/3")}
    other_server.routes["/3"] = other_server.answer(b"x")
    client.get(server.url + "/1", headers={"Authorization": "secret", "X-Api-Key": "secret"})
    assert [e.headers.get("x-api-key") for e in server.exchanges] == ["secret", "secret"]
    assert not {"authorization", "x-api-key"} & other_server.exchanges[0].headers.keys()


def test_the_body_of_a_redirect_is_never_read(server, client):
    def route(exchange: Any) -> None:
        exchange.send(b"HTTP/1.1 302 Found\r\nLocation: /end\r\n\r\n")
        while not exchange.ended:
            exchange.send(b"x" * 65_536)

    server.routes |= {"/": route, "/end": server.answer(b"end")}
    assert client.get(server.url + "/").body == b"end"


def test_from_https_nothing_leads_to_http(server, tls_of, client_of):
    tls = tls_of()
    client = client_of(server, tls.server, ca_file=tls.ca_file, private_addresses=("127.0.0.1", "::1"))
    server.routes["/"] = server.answer(b"plain")
    tls.server.routes |= {"/": tls.server.answer(b"safe"), "/down": tls.server.moved(server.url + "/")}
    assert client.get(tls.server.url + "/").body == b"safe"
    assert refused(client, tls.server.url + "/down").code == "tls_downgrade"
    assert server.exchanges == []


# TLS


@pytest.mark.parametrize(
    ("days", "name", "trusted"),
    [(1, "localhost", False), (-1, "localhost", True), (1, "other.example", True)],
)
def test_a_certificate_that_is_self_signed_expired_or_for_another_name(
    tls_of, client_of, days, name, trusted
):
    tls = tls_of(days=days, name=name)
    ca_file = tls.ca_file if trusted else None
    client = client_of(tls.server, ca_file=ca_file, private_addresses=("127.0.0.1", "::1"))
    assert refused(client, tls.server.url + "/").code == "tls"
    assert tls.server.exchanges == []


# Bodies


@pytest.mark.parametrize(
    "route",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(range(256)) * 9)[:-20],
    ],
    ids=["length", "between_chunks", "in_chunk", "gzip"],
)
def test_a_body_that_is_cut_is_asked_again_then_refused(server, client, route):
    server.routes["/"] = route
    error = refused(client, server.url + "/")
    assert (error.code, error.retry) == ("truncated", True)
    assert len(server.exchanges) == 3
    server.routes["/"] = in_turn(route, server.answer(b"whole"))
    assert client.get(server.url + "/").body == b"whole"


@pytest.mark.parametrize("body", [b"plain text", gzip.compress(b"x" * 1000, mtime=0)[:20] + b"\xff" * 40])
def test_gzip_that_is_none(server, client, body):
    server.routes["/"] = server.answer(body, Content_Encoding="gzip")
    assert refused(client, server.url + "/").code in ("bad_gzip", "truncated")


def test_gzip_in_members_and_padding(server, client):
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 8
    server.routes |= {
        "/": server.answer(body, Content_Encoding="gzip"),
        "/empty": server.answer(b"", Content_Encoding="gzip"),
    }
    assert client.get(server.url + "/").body == b"one two"
    assert client.get(server.url + "/empty").body == b""


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", ", ".join(["gzip"] * 30), "zstd"])
def test_an_encoding_that_nobody_asked_for(server, client, coding):
    server.routes["/"] = server.answer(b"x", Content_Encoding=coding)
    assert refused(client, server.url + "/").code == "bad_encoding"


def test_a_bomb_is_refused_at_the_cap(server, client_of):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(60)), packer.flush()])
    server.routes |= {
        "/bomb": server.answer(bomb, Content_Encoding="gzip"),
        "/length": b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\nConnection: close\r\n\r\n",
        "/endless": endless(b"x" * 65_536),
    }
    client = client_of(server, max_bytes=1_000_000)
    for path in server.routes:
        error = refused(client, server.url + path)
        assert (error.code, error.retry) == ("too_large", False)


def test_endless_chunks_and_an_endless_chunk_header(server, client_of):
    def route(exchange: Any) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not exchange.ended:
            exchange.send(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")

    def header(exchange):
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        while not exchange.ended:
            exchange.send(b"x" * 65_536)

    server.routes |= {"/": route, "/header": header}
    client = client_of(server, max_bytes=500_000)
    assert refused(client, server.url + "/").code == "too_large"
    assert refused(client, server.url + "/header").code in ("bad_answer", "truncated")


# Time


def drip_headers(exchange):
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    while not exchange.ended:
        exchange.send(b"X-Slow: 1\r\n")
        exchange.pause(0.05)


def slow_hop(exchange):
    exchange.pause(0.2)
    number = int(exchange.path.strip("/") or 0)
    exchange.send(exchange.server.moved(f"/{number + 1}"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "route",
    [endless(b"x", 0.03), drip_headers, slow_hop, lambda exchange: exchange.pause(9)],
    ids=["body", "headers", "redirects", "silence"],
)
def test_one_deadline_for_all(server, client_of, route):
    server.routes |= {f"/{n or ''}": route for n in range(9)}
    client = client_of(server, deadline_seconds=0.5)
    begun = time.monotonic()
    error = refused(client, server.url + "/")
    assert (error.code, error.retry) == ("deadline", True)
    assert time.monotonic() - begun < 1.0


def test_the_deadline_holds_under_tls(tls_of, client_of):
    tls = tls_of()
    tls.server.routes["/"] = endless(b"x", 0.03)
    client = client_of(
        tls.server, ca_file=tls.ca_file, deadline_seconds=0.5, private_addresses=("127.0.0.1", "::1")
    )
    assert refused(client, tls.server.url + "/").code == "deadline"


def test_a_server_that_accepts_and_says_nothing(server, client_of):
    server.routes["/"] = lambda exchange: exchange.pause(9)
    client = client_of(server, read_seconds=0.1)
    assert refused(client, server.url + "/").code == "read_timeout"
    assert len(server.exchanges) == 3


def test_a_server_that_is_silent_in_the_tls_handshake(server, client_of):
    client = client_of(server, deadline_seconds=0.3)
    assert refused(client, server.url.replace("http:", "https:") + "/").code == "deadline"


# Failures that pass


def test_nothing_listens(server, client_of):
    client = client_of(server)
    server.shutdown()
    server.server_close()
    error = refused(client, server.url + "/")
    assert (error.code, error.retry) == ("refused", True)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_failure_that_passes_is_asked_again(server, client, status):
    server.routes["/"] = in_turn(server.answer(status=f"{status} No"), server.answer(b"yes"))
    assert client.get(server.url + "/").body == b"yes"
    server.routes["/"] = in_turn(server.answer(status=f"{status} No"))
    error = refused(client, server.url + "/")
    assert (error.code, error.retry) == (f"http_{status}", True)
    assert len(server.exchanges) == 5


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 403, 404, 410, 451])
def test_a_failure_that_stays_is_asked_once(server, client, status):
    server.routes["/"] = server.answer(status=f"{status} No")
    error = refused(client, server.url + "/")
    assert (error.code, error.retry) == (f"http_{status}", False)
    assert len(server.exchanges) == 1


def test_a_server_that_hangs_up_is_asked_again(server, client):
    server.routes["/"] = in_turn(b"", server.answer(b"yes"))
    assert client.get(server.url + "/").body == b"yes"
    server.routes["/"] = lambda exchange: None
    assert refused(client, server.url + "/").code == "reset"


def test_a_short_pause_that_was_asked_for_is_kept(server, client):
    server.routes["/"] = in_turn(server.answer(status="503 Busy", Retry_After="1"), server.answer(b"yes"))
    begun = time.monotonic()
    assert client.get(server.url + "/").body == b"yes"
    assert time.monotonic() - begun >= 1.0


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 119, 120),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 3000, 3600),
        ("Fri, 01 Jan 2099 00:00:00 GMT", 86_400, 86_400),
        ("99999999999", 86_400, 86_400),
    ],
    # The moment in a name would give each worker a test of its own.
    ids=["seconds", "an hour from now", "a date too far", "seconds too many"],
)
def test_a_long_pause_is_told_and_the_host_left_alone(server, client, said, least, most):
    server.routes |= {"/": server.answer(status="429 Slow", Retry_After=said), "/other": server.answer(b"x")}
    error = refused(client, server.url + "/")
    assert error.code == "http_429"
    assert error.retry_after is not None
    assert least <= error.retry_after <= most
    later = refused(client, server.url + "/other")
    assert (later.code, later.retry) == ("later", True)
    assert later.retry_after is not None
    assert server.paths() == ["/"]


@pytest.mark.parametrize("said", ["soon", "-5", "Fri, 99 Foo 2099", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_pause_that_means_nothing(server, client, said):
    server.routes["/"] = in_turn(server.answer(status="503 Busy", Retry_After=said), server.answer(b"yes"))
    assert client.get(server.url + "/").body == b"yes"


# Answers that are none


@pytest.mark.parametrize(
    "route",
    [
        b"220 smtp.example.org ESMTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 120 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 999999 No\r\n\r\n",
    ],
    ids=["smtp", "many", "long", "status"],
)
def test_an_answer_that_is_not_http(server, client, route):
    server.routes["/"] = route
    assert refused(client, server.url + "/").code == "bad_answer"


def test_headers_are_cleaned(server, client):
    server.routes["/"] = server.answer(
        b"x", ETag='"\x1b[31m\x07e"', X_Esc="a\x1b]0;b\x07", Content_Type="\x1b;;="
    )
    got = client.get(server.url + "/")
    assert got.etag == '"[31me"'
    assert got.headers["x-esc"] == "a]0;b"
    assert (got.content_type, got.charset) == (None, None)


def test_a_validator_too_long_to_keep(server, client):
    server.routes["/"] = server.answer(b"x", ETag='"' + "e" * 2_000 + '"')
    assert client.get(server.url + "/").etag is None


# What may not be asked


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/", "blocked_scheme"),
        ("//example.org/", "blocked_scheme"),
        ("", "blocked_scheme"),
        ("http:///path", "bad_url"),
        ("http://example.org/a b", "bad_url"),
        ("http://example.org/\r\nX: y", "bad_url"),
        ("http://example.org:99999/", "bad_url"),
        ("http://" + "a" * 300 + ".example/", "bad_url"),
        ("http://exa..mple/", "bad_url"),
        ("http://example.org:22/", "blocked_port"),
        ("http://example.org:6379/", "blocked_port"),
        ("http://user:hunter2@example.org/", "credentials_in_url"),
        ("http://127.0.0.2/?key=hunter2", "blocked_address"),
    ],
)
def test_urls_that_are_refused(client, url, code):
    error = refused(client, url)
    assert (error.code, error.retry) == (code, False)
    assert "hunter2" not in str(error)


def test_what_is_shown_of_a_url():
    assert shown("https://u:p@x.example:8443/a\x1bb?key=1#f") == "https://x.example:8443/ab"
    assert shown("http://[::1/") == "(a URL that can't be read)"


def test_an_error_travels_between_processes():
    error = FetchError("http_429", "x", True, 3.0)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (back.code, back.reason, back.retry, back.retry_after) == ("http_429", "x", True, 3.0)


# Politeness


def test_one_request_at_a_time_with_a_gap(server, client_of):
    seen, now_asked, most = [], [0], [0]

    def route(exchange: Any) -> None:
        now_asked[0] += 1
        most[0] = max(most[0], now_asked[0])
        seen.append(time.monotonic())
        exchange.pause(0.02)
        now_asked[0] -= 1
        exchange.send(server.answer(b"x"))

    server.routes |= {f"/{n}": route for n in range(4)}
    clients = [client_of(server, gap_seconds=0.08) for _ in range(2)]
    threads = [threading.Thread(target=clients[n % 2].get, args=(f"{server.url}/{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    gaps = [later - sooner for sooner, later in pairwise(seen)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.08


def test_a_redirect_within_a_host_needs_no_gap(server, client_of):
    server.routes |= {"/1": server.moved("/2"), "/2": server.answer(b"x")}
    client = client_of(server, gap_seconds=1.0, deadline_seconds=0.5)
    assert client.get(server.url + "/1").body == b"x"


def test_a_retry_that_comes_too_late_is_not_waited_for(server, client_of):
    server.routes["/"] = server.answer(status="503 Busy")
    client = client_of(server, gap_seconds=5.5)
    assert refused(client, server.url + "/").code == "http_503"
    assert len(server.exchanges) == 1


def test_a_closed_client_can_be_used_again(server, client):
    server.routes["/"] = server.answer(b"x")
    with client:
        client.get(server.url + "/")
    assert client.get(server.url + "/").body == b"x"
