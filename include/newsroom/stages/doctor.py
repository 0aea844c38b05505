"""doctor: is everything there that a run needs, and what is to be mended."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError

from newsroom.airflow_connections import AsAirflowHas
from newsroom.config import ConfigError, Configuration, Feed, config_root, load
from newsroom.fetch.errors import FetchError
from newsroom.fetch.feed import NotAFeed, read_response
from newsroom.fetch.opening import open_client
from newsroom.folder.files import Changed
from newsroom.folder.opening import open_folder
from newsroom.stages import now
from newsroom.store import keys
from newsroom.store.bucket import Bucket, BucketError
from newsroom.store.catalogue import Catalogue
from newsroom.store.database import Unfit
from newsroom.store.database_error import place, unfit
from newsroom.store.whole import require_whole

LOOKED_AT = 1_000
"""Entries of a folder that are counted."""


@dataclass(frozen=True)
class Examined:
    """One thing looked at: what was found and, where it is not fine, what to mend."""

    part: str
    fine: bool
    found: str
    mend: str | None = None


def examine() -> Iterator[Examined]:
    """Look at the configuration, the connections, the bucket, the catalogue and each feed's health."""
    for part in (_configuration, _connections, _bucket, _catalogue):
        yield from part()


def _configuration() -> Iterator[Examined]:
    try:
        configuration = load()
    except ConfigError as error:
        yield Examined("configuration", False, str(error), f"mend the files under {config_root()}")
        return
    for problem in configuration.problems:
        yield Examined(
            "configuration",
            False,
            str(problem),
            "mend that line; what the file said when it was last right holds meanwhile",
        )
    found = f"{len(configuration.wires)} wires, {len(configuration.partners)} partners"
    yield Examined("configuration", bool(configuration.wires), f"{found} under {configuration.root}")
    for wire in configuration.wires.values():
        if not wire.rights.holders:
            mend = f"name the copyright holders under rights.holders in wires/{wire.id}.yaml"
            yield Examined(f"wire {wire.id}", False, "no known copyright holder", mend)
        if configuration.profile_of(wire) is None:
            mend = f"name its contract under rights.profile in wires/{wire.id}.yaml, and write it to rights/"
            yield Examined(f"wire {wire.id}", False, "no rights profile: no partner gets its stories", mend)
    yield from _licences(configuration)
    connections = AsAirflowHas()
    yield from _folders(configuration, connections)
    yield from _apis(configuration, connections)


def _licences(configuration: Configuration) -> Iterator[Examined]:
    """Wires that a partner's product names and that it holds no licence for, or one that is over."""
    for partner in configuration.partners.values():
        for wire in map(configuration.wires.get, partner.product.wires):
            profile = configuration.profile_of(wire) if wire else None
            if wire is None or profile is None or profile.open:
                continue
            held = [each for each in partner.licences if each.profile == profile.id]
            if any(not each.valid_until or now() < profile.end_of(each.valid_until) for each in held):
                continue
            found = (
                f"its licence of rights/{profile.id}.yaml is over" if held else f"no licence for {wire.id}"
            )
            mend = (
                f"add one under licences in partners/{partner.id}.yaml, or take the wire out of its product"
            )
            yield Examined(f"partner {partner.id}", False, found, mend)


def _folders(configuration: Configuration, connections: AsAirflowHas) -> Iterator[Examined]:
    """Each wire's folders: whether they can be listed, and files moved within; it writes and deletes one."""
    for wire in configuration.wires.values():
        for feed in wire.feeds:
            if not feed.is_folder:
                continue
            part = f"folder {wire.id}/{feed.id}"
            try:
                with open_folder(wire, feed, connections) as folder:
                    files = sum(each.kind == "file" for each in islice(folder.entries(), LOOKED_AT))
                    folder.probe()
            except (FetchError, Changed) as error:
                mend = f"see `url` and `connection` of this feed in wires/{wire.id}.yaml"
                yield Examined(part, False, str(error) or "its probe was taken away", mend)
                continue
            found = f"{feed.url}: {files} files wait; moving to done and failed works"
            yield Examined(part, True, f"{found}; {_who(feed, connections)}")


def _apis(configuration: Configuration, connections: AsAirflowHas) -> Iterator[Examined]:
    """Each feed that is asked with a key: whether the key is there, and its server answers with a feed."""
    for wire in configuration.wires.values():
        for feed in wire.feeds:
            if feed.is_folder or not feed.connection:
                continue
            part = f"api {wire.id}/{feed.id}"
            try:
                with open_client(configuration.house.user_agent, wire, feed, connections) as client:
                    response = client.get(feed.url)
                document = read_response(response, wire=wire, feed=feed, url=feed.url, raw_key="", now=now())
            except (FetchError, NotAFeed) as error:
                mend = f"see `url` and `connection` of this feed in wires/{wire.id}.yaml"
                yield Examined(part, False, str(error), mend)
                continue
            more = ", and goes on" if document.next_page else ""
            found = f"answers to its key with {len(document.items)} entries{more}"
            yield Examined(part, True, f"{found}; {_who(feed, connections)}")


def _who(feed: Feed, connections: AsAirflowHas) -> str:
    if feed.connection is None:
        return "with the bucket's own keys"
    return f"connection {feed.connection}: found in {connections.where[feed.connection]}"


def _connections() -> Iterator[Examined]:
    """The bucket's Airflow connection, where the environment defines it; its secrets are never shown."""
    name = os.environ.get("NEWSROOM_S3_CONN_ID", "newsroom_s3")
    variable = f"AIRFLOW_CONN_{name.upper()}"
    part, text = f"connection {name}", os.environ.get(variable)
    if text is None:
        yield Examined(part, True, "not in this environment; DAGs take it from Airflow")
        return
    mend = f'set {variable} to JSON: {{"conn_type": "aws", "login": …, "password": …, "extra": {{…}}}}'
    try:
        told = json.loads(text)
        kind, extra = told.get("conn_type"), told.get("extra") or {}
        endpoint = (json.loads(extra) if isinstance(extra, str) else extra).get("endpoint_url")
    except (ValueError, AttributeError):
        yield Examined(part, False, "its text is no JSON object", mend)
        return
    found = f"type {kind}, endpoint {endpoint or 'of AWS'}"
    yield Examined(part, kind == "aws", found, None if kind == "aws" else mend)


def _bucket() -> Iterator[Examined]:
    def probe() -> str:
        bucket = Bucket.from_environment()
        wrong = bucket.probe()
        if wrong:
            raise BucketError("conformance", "; ".join(wrong), retry=False)
        return f"{bucket.name}: reads, writes and conditional writes work"

    mend = "check AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and NEWSROOM_BUCKET"
    yield _tried("bucket", probe, mend)


def _catalogue() -> Iterator[Examined]:
    try:
        catalogue = Catalogue.open()
        with suppress(BucketError):  # told by the bucket's own part
            require_whole(Bucket.from_environment(), catalogue)
        with catalogue.writing():
            """It can be written."""
    except Unfit as error:
        yield Examined("catalogue", False, error.found, error.mend)
        return
    except SQLAlchemyError as error:
        told = unfit(error)
        yield Examined("catalogue", False, told.found, told.mend)
        return
    yield _knows_the_bucket(catalogue)
    yield from _feeds(catalogue)


def _knows_the_bucket(catalogue: Catalogue) -> Examined:
    """Whether it is the catalogue of this bucket: one bucket's stories must not be filed in another."""
    with suppress(BucketError):
        bucket = Bucket.from_environment()
        if catalogue.find_uris("", limit=1) and not any(True for _ in bucket.keys(keys.STORIES)):
            found = f"{place()} knows stories, and the bucket {bucket.name} has none"
            mend = "set NEWSROOM_BUCKET, or NEWSROOM_CATALOGUE, to the one that belongs to the other"
            return Examined("catalogue", False, found, mend)
    return Examined("catalogue", True, f"opened: {place()}")


def _feeds(catalogue: Catalogue) -> Iterator[Examined]:
    try:
        wires = load().wires
    except ConfigError:
        return
    for wire in wires.values():
        for feed in wire.feeds:
            state = catalogue.feed_state(wire.id, feed.id)
            part = f"feed {wire.id}/{feed.id}"
            if state.failing_since:
                found = f"failing since {state.failing_since:%Y-%m-%d %H:%M}Z: {state.last_error}"
                yield Examined(part, False, found, "see what the wire's server answers at its URL")
            elif state.waits_since and wire.is_overdue(state.waits_since, now()):
                found = f"not asked since {state.last_polled:%Y-%m-%d %H:%M}Z; its schedule: {wire.schedule}"
                mend = f"see that Airflow's scheduler runs, and that the DAG wire_{wire.id} is not paused"
                yield Examined(part, False, found, mend)
            elif state.last_ok:
                minutes = (now() - state.last_ok).total_seconds() / 60
                yield Examined(part, True, f"answered {minutes:.0f} min ago")


def _tried(part: str, attempt: Callable[[], str], mend: str) -> Examined:
    try:
        return Examined(part, True, attempt())
    except BucketError as error:
        return Examined(part, False, f"{error.code}: {error.reason}", mend)
