import socket
import time
from ipaddress import ip_address
from typing import Any

import pytest

from newsroom.config.wire import Politeness
from newsroom.fetch.address import Reachable, is_public
from newsroom.fetch.errors import FetchError

PUBLIC_ONLY = Reachable.of(Politeness())


@pytest.fixture
def names(monkeypatch):
    """DNS as a test wants it: each name's answers, one list for each time it is asked."""
    answers: dict[str, list[Any]] = {}
    asked: list[str] = []

    def look_up(host, port, **_):
        asked.append(host)
        found = answers[host].pop(0)
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers, asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "100.64.0.1",
        "100.100.100.200",
        "0.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "198.18.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:1::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "fec0::1",
        "4000::1",
    ],
)
def test_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"],
)
def test_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "::ffff:127.0.0.1", "localhost", "0"],
)
def test_every_spelling_of_a_private_address(host):
    with pytest.raises(FetchError, match="blocked_address"):
        PUBLIC_ONLY.dial(host, 80, 1.0)


def test_one_private_answer_refuses_the_name(names):
    answers, _ = names
    answers["two.example"] = [["93.184.216.34", "127.0.0.1"]]
    with pytest.raises(FetchError, match=r"two\.example: saw the address 127\.0\.0\.1"):
        PUBLIC_ONLY.resolve("two.example", 80, 1.0)


def test_the_address_that_was_checked_is_the_one_dialled(names):
    answers, asked = names
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answers["rebind.example"] = [["127.0.0.1"], ["10.0.0.1"]]
        reachable = Reachable(("127.0.0.1",), frozenset({port}))
        with reachable.dial("rebind.example", port, 1.0) as sock:
            assert sock.getpeername() == ("127.0.0.1", port)
    assert asked == ["rebind.example"]


def test_the_next_address_is_tried(names):
    answers, _ = names
    with socket.create_server(("127.0.0.3", 0)) as listener:
        port = listener.getsockname()[1]
        answers["many.example"] = [["127.0.0.2", "127.0.0.3"]]
        with Reachable(("127.0.0.0/8",), frozenset({port})).dial("many.example", port, 1.0) as sock:
            assert sock.getpeername()[0] == "127.0.0.3"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "dns"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "dns_temporary"),
    ],
)
def test_a_name_that_is_not_found(names, error, code):
    names[0]["gone.example"] = [error]
    with pytest.raises(FetchError) as caught:
        PUBLIC_ONLY.dial("gone.example", 80, 1.0)
    assert (caught.value.code, caught.value.retry) == (code, True)


def test_dns_that_does_not_answer(monkeypatch):
    def silent(*_, **__):
        time.sleep(0.3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(FetchError, match="dns_temporary"):
        PUBLIC_ONLY.dial("slow.example", 80, 0.05)


def test_ports():
    reachable = Reachable.of(Politeness(ports=(8443,)))
    for port in (80, 443, 8443):
        reachable.check_port("x.example", port)
    for port in (22, 25, 6379, 8080):
        with pytest.raises(
            FetchError, match=f"blocked_port: x.example: saw port {port}; wanted one of 80, 443, 8443"
        ):
            reachable.check_port("x.example", port)
