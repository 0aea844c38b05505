"""Which addresses may be dialled: public ones, and those that the wire's configuration names."""

import logging
import queue
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self

from newsroom.config.wire import Politeness
from newsroom.fetch.errors import FetchError

log = logging.getLogger(__name__)

WEB_PORTS = frozenset({80, 443})

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = tuple(
    ip_network(text)
    for text in (
        "168.63.129.16/32",  # Azure's host, public only in looks
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "2001::/23",  # IETF protocol assignments, Teredo among them: they carry other addresses
        "3fff::/20",  # documentation, RFC 9637
    )
)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Target:
    """An address that was checked, as a socket takes it."""

    family: int
    sockaddr: tuple[Any, ...]


@dataclass(frozen=True)
class Reachable:
    """What may be reached: public addresses, `private` networks besides, and `ports`.

    `section` is where the configuration names both, for errors.
    """

    private: tuple[str, ...]
    ports: frozenset[int]
    section: str = "politeness: "

    @classmethod
    def of(cls, politeness: Politeness) -> Self:
        """What this wire's politeness allows."""
        return cls(politeness.private_addresses, WEB_PORTS | frozenset(politeness.ports))

    def check_port(self, host: str, port: int) -> None:
        """Refuse a port that is neither the web's nor named.

        Raises:
            FetchError: `blocked_port`.
        """
        if port not in self.ports:
            wanted = ", ".join(str(one) for one in sorted(self.ports))
            raise FetchError(
                "blocked_port",
                f"{host}: saw port {port}; wanted one of {wanted}, or name it under `{self.section}ports:`",
            )

    def resolve(self, host: str, port: int, seconds: float) -> list[Target]:
        """Look `host` up once; every address it has must be allowed, or none is.

        Raises:
            FetchError: `blocked_address`, `dns`, `dns_temporary`.
        """
        found = _looked_up(host, port, seconds)
        for text in sorted({str(target.sockaddr[0]) for target in found}):
            self._check(host, text)
        return found

    def dial(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connected socket to `host`: the addresses that were checked are the ones dialled.

        Raises:
            FetchError: as `resolve` and `check_port`, and `refused`, `connect_timeout`, `unreachable`.
        """
        until = time.monotonic() + seconds
        self.check_port(host, port)
        targets = self.resolve(host, port, seconds)
        failures: list[OSError] = []
        for number, target in enumerate(targets):
            share = (until - time.monotonic()) / (len(targets) - number)
            try:
                return _connected(target, max(share, 0.01))
            except OSError as error:
                failures.append(error)
        raise _not_connected(host, port, failures)

    def _check(self, host: str, text: str) -> None:
        address = _plain(ip_address(text))
        if is_public(address) or any(address in ip_network(one) for one in self.private):
            return
        log.warning("blocked_address: %s resolves to %s", host, address)
        raise FetchError(
            "blocked_address",
            f"{host}: saw the address {address}, which is not public; wanted a public one, or one that"
            f" `{self.section}private_addresses:` names",
        )


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, and so is any that it carries inside."""
    address = _plain(address)
    if any(address in network for network in _NEVER) or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return address.is_global
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    return address in _GLOBAL_UNICAST and address.is_global


def _plain(address: Address) -> Address:
    """The IPv4 address that `::ffff:0:0/96` wraps; any other as it is."""
    return getattr(address, "ipv4_mapped", None) or address


def _looked_up(host: str, port: int, seconds: float) -> list[Target]:
    """Resolve in a thread that nobody waits for: getaddrinfo has no timeout of its own."""
    answers: queue.SimpleQueue[list[Target] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(_targets(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name=f"resolve {host[:40]}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise FetchError("dns_temporary", f"{host}: no answer from DNS in {seconds:.0f} s", True) from None
    if isinstance(answer, UnicodeError):
        raise FetchError("bad_url", f"{host[:80]!r}: saw a host name that DNS can't carry") from None
    if isinstance(answer, OSError):
        raise _not_resolved(host, answer) from None
    return answer


def _targets(
    found: Iterable[tuple[int, int, int, str, tuple[Any, ...]]],
) -> list[Target]:
    return list(dict.fromkeys(Target(family, sockaddr) for family, _, _, _, sockaddr in found))


def _not_resolved(host: str, error: OSError) -> FetchError:
    passing = error.errno in (socket.EAI_AGAIN, socket.EAI_SYSTEM, socket.EAI_MEMORY)
    code = "dns_temporary" if passing else "dns"
    return FetchError(code, f"{host}: DNS says {error.strerror!r}; check the name and the resolver", True)


def _connected(target: Target, seconds: float) -> socket.socket:
    sock = socket.socket(target.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(target.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def _not_connected(host: str, port: int, failures: list[OSError]) -> FetchError:
    last = failures[-1] if failures else OSError("no address")
    if isinstance(last, ConnectionRefusedError):
        return FetchError("refused", f"{host}:{port}: nothing listens there", True)
    if isinstance(last, TimeoutError):
        return FetchError("connect_timeout", f"{host}:{port}: no answer to a connection", True)
    return FetchError("unreachable", f"{host}:{port}: {last.strerror or last}", True)
