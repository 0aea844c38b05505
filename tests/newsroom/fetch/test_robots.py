import time

import pytest

from newsroom.fetch.http import FetchError
from newsroom.fetch.robots import Robots

RULES = b"""\
User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 0.2

User-agent: newsroom-other
Disallow: /
"""


def test_the_rules_are_obeyed_and_fetched_once(server, client):
    server.routes["/robots.txt"] = server.answer(RULES)
    robots = Robots(client)
    assert robots.allows(server.url + "/story")
    assert not robots.allows(server.url + "/private/x")
    assert robots.allows(server.url + "/private/open/x")
    assert robots.crawl_delay(server.url + "/story") == 0.2
    assert server.paths() == ["/robots.txt"]


def test_our_own_group_is_found_by_the_products_name(server, client):
    server.routes["/robots.txt"] = server.answer(
        b"User-agent: newsroom-test\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    )
    assert not Robots(client).allows(server.url + "/")


def test_the_crawl_delay_widens_the_gap(server, client):
    server.routes |= {"/robots.txt": server.answer(RULES), "/": server.answer(b"x")}
    robots = Robots(client)
    assert robots.allows(server.url + "/")
    client.get(server.url + "/")
    begun = time.monotonic()
    client.get(server.url + "/")
    assert time.monotonic() - begun >= 0.2


def test_a_byte_order_mark_hides_no_group(server, client):
    server.routes["/robots.txt"] = server.answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    assert not Robots(client).allows(server.url + "/")


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "401 Unauthorized"])
def test_no_rules_allow_all(server, client, status):
    server.routes["/robots.txt"] = server.answer(status=status)
    robots = Robots(client)
    assert robots.allows(server.url + "/")
    assert robots.crawl_delay(server.url + "/") is None


def test_redirects_without_end_are_no_rules(server, client):
    server.routes["/robots.txt"] = server.moved("/robots.txt")
    assert Robots(client).allows(server.url + "/")


@pytest.mark.parametrize("status", ["500 Broken", "503 Busy", "429 Slow"])
def test_a_server_that_fails_is_left_alone(server, client, status):
    server.routes["/robots.txt"] = server.answer(status=status, Connection="close")
    robots = Robots(client)
    for _ in range(2):
        with pytest.raises(FetchError) as caught:
            robots.allows(server.url + "/")
        assert (caught.value.code, caught.value.retry) == ("robots_unreachable", True)
    assert len(server.exchanges) == 3


def test_an_origin_that_may_not_be_asked(client):
    robots = Robots(client)
    for url, code in (
        ("http://127.0.0.2/", "blocked_address"),
        ("http://[::1/", "bad_url"),
        ("ftp://x/", "blocked_scheme"),
    ):
        with pytest.raises(FetchError) as caught:
            robots.allows(url)
        assert (caught.value.code, caught.value.retry) == (code, False)


def test_what_comes_after_the_cap_is_not_read(server, client):
    filler = b"# " + b"x" * 1022 + b"\n"
    server.routes["/robots.txt"] = server.answer(
        b"User-agent: *\nDisallow: /a\n" + filler * 520 + b"Disallow: /b\n"
    )
    robots = Robots(client)
    assert not robots.allows(server.url + "/a")
    assert robots.allows(server.url + "/b")


def test_a_page_served_as_robots_forbids_nothing(server, client):
    server.routes["/robots.txt"] = server.answer(b"<!doctype html><p>\xff\xfe Not here")
    assert Robots(client).allows(server.url + "/")
