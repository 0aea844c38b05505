"""Stories a second from wire to feed, without Airflow: HTTP, S3, Great Expectations and all."""

import importlib
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.sample import WIRE, configuration, serving
from newsroom.config import load
from newsroom.extract import extractor
from newsroom.extract.document import Document
from newsroom.extract.page import read
from newsroom.stages import Newsroom, now
from newsroom.stages.deliver import deliver_to
from newsroom.stages.poll import Selection
from newsroom.stages.run import run_feed
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from standalone.seaweedfs import SeaweedFS, free_ports

STORIES = 1_000


def measure(folder: Path) -> Iterator[Figure]:
    """Take stories from a feed of links through to a partner's feed, on a real S3 server."""
    port = free_ports(1)[0]
    server = SeaweedFS(folder / "s3", port=port, access_key="bench", secret_key="bench-key", bucket="bench")  # noqa: S106
    with serving(STORIES, folder) as url, server:
        room = Newsroom(
            load(configuration(folder, url)),
            Bucket(server.client(), "bench"),
            Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}"),
        )
        importlib.import_module("great_expectations")  # as a worker has it before its first task
        began, worked = time.perf_counter(), _cpu()
        counts = run_feed(room, WIRE, "pages", "bench", Selection())
        delivered = deliver_to(room, "krdo", run="bench")
        seconds, cpu = time.perf_counter() - began, _cpu() - worked
        inside = _seconds_in_trafilatura(room)
    if counts.get("passed") != STORIES or delivered["stories"] == 0:
        raise RuntimeError(f"wanted {STORIES} stories passed and delivered; saw {counts}, {delivered}")
    rate = f"{STORIES / seconds:.0f} stories/s, {seconds:.1f} s"
    yield Figure(f"wire to feed without Airflow, {STORIES} stories", rate)
    share = inside / cpu
    yield Figure("of it in trafilatura", f"{share:.0%} of {cpu:.1f} s CPU", f"{inside:.1f} s CPU")


def _cpu() -> float:
    """CPU seconds of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _seconds_in_trafilatura(room: Newsroom) -> float:
    """CPU seconds that trafilatura takes for the same pages, read again in this process."""
    wire, spent = room.wire(WIRE), 0.0
    original = vars(extractor)["bare_extraction"]

    def timed(*args: object, **options: object) -> object:
        nonlocal spent
        began = time.process_time()
        try:
            return original(*args, **options)
        finally:
            spent += time.process_time() - began

    vars(extractor)["bare_extraction"] = timed
    try:
        for row in room.catalogue.candidates(limit=STORIES):
            raw = room.catalogue.chain(row.uri)[0].raw_keys[-1]
            page, topics = room.bucket.get(raw), room.configuration.topics_of(wire)
            read(Document(None, page, "utf-8", None, wire, topics, now()))
    finally:
        vars(extractor)["bare_extraction"] = original
    return spent
