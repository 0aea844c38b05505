"""The desk: every part started in order, watched, and ended in the other order."""

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import NOT_FOUND, OK
from io import BytesIO
from pathlib import Path
from typing import Self

import feedparser
import requests
from rich.console import Console

from newsroom.cli.local_desk import FILE
from newsroom.config import config_root, load
from newsroom.stages import Newsroom
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.database import Database, MigrationFailed, WrongVersion
from samplewire.configuration import write_configuration
from standalone import airflow
from standalone.children import Part, PartFailedError, adopt_orphans, end_all, kill_descendants
from standalone.chores import Chores
from standalone.places import LOOPBACK, STANDARD, USER, Places, Ports, Secrets, write_private
from standalone.report import show_places, show_state
from standalone.seaweedfs import SeaweedFS, is_free

BUCKET = "newsroom"
PARTNER = "krdo"

FIRST_STORY_SECONDS = 300.0
"""From Airflow being up to the first new story in the partner's feed; it takes well below one minute."""

S3_SECONDS = 20.0
"""How long the S3 server may fail to read after it has started."""

SETTLE_SECONDS = 90.0
"""How long the table waits for the other feeds of the first round."""

RESTARTS, WITHIN = 5, 600.0
"""A part that ends is started again, at most so often in so many seconds."""


class PortTakenError(Exception):
    """A port that the desk needs is taken."""


@dataclass
class Desk:
    """S3 server, sample wire and Airflow of one machine.

    `config` is another configuration folder than the house's, with the right ports in it.
    """

    places: Places
    ports: Ports
    console: Console
    config: Path | None = None
    _s3: SeaweedFS = field(init=False)
    _env: dict[str, str] = field(init=False, default_factory=dict, repr=False)
    _parts: list[Part] = field(init=False, default_factory=list)
    _restarts: deque[float] = field(init=False, default_factory=deque)
    _chores: Chores | None = field(init=False, default=None, repr=False)

    def __enter__(self) -> Self:
        """Start everything.

        Raises:
            PortTakenError: another program holds a port; the text says which, and what to do.
            ServerError: the S3 server can't be started.
            PartFailedError: another part can't be started; the text shows its last words.
            ConfigError: the configuration as a whole can't be read.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """End everything."""
        self.stop()

    @property
    def feed_url(self) -> str:
        """Where the partner's feed can be read without a key, as its CMS would."""
        return f"{self._s3.endpoint}/{BUCKET}/partners/{PARTNER}/rss.xml"

    def wait_for_first_story(self) -> bool:
        """Wait until the partner's feed has a story that it did not have when the desk started.

        Where none comes in time, as on a machine with other work, this is told and everything goes on.

        Raises:
            PartFailedError: a part ended for good.
        """
        with self._told("waiting for the first new story in KRDO's feed"):
            came = self._new_story_by(time.monotonic() + FIRST_STORY_SECONDS)
        if not came:
            self.console.print(
                f"No new story came into {self.feed_url} within {FIRST_STORY_SECONDS:.0f} s. All goes on: "
                "the runs in Airflow tell where it is, and the logs.",
                style="yellow",
            )
        return came

    def wait_until_settled(self) -> None:
        """Wait for the first round of every feed, so that the table is whole."""
        room, until = self._room(), time.monotonic() + SETTLE_SECONDS
        feeds = [(wire.id, feed.id) for wire in room.configuration.wires.values() for feed in wire.feeds]
        while time.monotonic() < until:
            polled = all(room.catalogue.feed_state(*feed).last_polled for feed in feeds)
            if polled and not room.catalogue.item_counts().get("pending"):
                time.sleep(5)  # the delivery that these stories wake
                break
            self.keep_up()
            time.sleep(0.5)
        room.catalogue.close()

    def show(self) -> None:
        """Print the state, and where to look."""
        room = self._room()
        show_state(self.console, room)
        room.catalogue.close()
        login = f"user {USER}, password {self._secrets.password}"
        show_places(
            self.console,
            {
                "Airflow": f"http://{LOOPBACK}:{self.ports.airflow}  {login}",
                "KRDO's feed": self.feed_url,
                "Bucket": f"{self._s3.endpoint}/{BUCKET}  keys in {self.places.data / 'secrets.json'}",
                "Configuration": str(self._config),
                "Command line": ".venv/bin/newsroom held",
                "Logs": str(self.places.logs),
            },
        )

    def keep_up(self) -> None:
        """Start again what ended, and do what is due from time to time.

        Raises:
            PartFailedError: it ends again and again.
            ServerError: the S3 server can't be started again.
        """
        parts: list[Part | SeaweedFS] = [self._s3, *self._parts]
        for part in parts:
            if part.running:
                continue
            now = time.monotonic()
            while self._restarts and self._restarts[0] < now - WITHIN:
                self._restarts.popleft()
            if len(self._restarts) >= RESTARTS:
                raise PartFailedError(
                    f"{part.name} ends again and again; its last words:\n{part.last_words()}"
                )
            self._restarts.append(now)
            self.console.print(
                f"{part.name} ended and is started again; its log is {part.log}", style="yellow"
            )
            part.start()
        if self._chores:
            self._chores.look()

    def stop(self) -> None:
        """End every part, the S3 server last, and whatever they left."""
        end_all([*([self._chores.history] if self._chores else []), *self._parts])
        self._parts.clear()
        if hasattr(self, "_s3"):
            self._s3.stop()
        kill_descendants()

    def _start(self) -> None:
        self._refuse_taken_ports()
        adopt_orphans()
        self._config = config = self._configuration()
        self._secrets: Secrets = self.places.secrets()
        with self._told("S3 server"):
            self._s3 = self._bucket().start()
        self._stories_at_start = self._stories_in_feed()
        self._env = airflow.environment(self.places, self.ports, self._secrets, self._s3, config)
        self._chores = Chores.of(self.places, self._env)
        self._publish(config)
        self._migrate()
        with self._told("sample wire"):
            self._begin(self._sample_wire())
            self._wait_for(f"http://{LOOPBACK}:{self.ports.sample}/robots.txt")
        with self._told("Airflow's database"):
            airflow.prepare(self.places, self._secrets, self._env)
        with self._told("Airflow: api-server, dag-processor, scheduler, triggerer"):
            parts = airflow.parts(self.places, self._env)
            for part in parts:
                self._begin(part)
            airflow.wait_until_healthy(self.ports.airflow, parts)

    def _refuse_taken_ports(self) -> None:
        wanted = {
            "Airflow": (self.ports.airflow, "--airflow-port"),
            "the S3 server": (self.ports.s3, "--s3-port"),
            "the sample wire": (self.ports.sample, "--sample-port"),
        }
        for what, (port, option) in wanted.items():
            if not is_free(port):
                raise PortTakenError(
                    f"port {port} on {LOOPBACK} is taken, and {what} needs it: end the program that holds it "
                    f'(another `make run`?), or choose another: make run OPTIONS="{option} {port + 1000}"'
                )

    def _configuration(self) -> Path:
        """The configuration folder, or a copy of it with this desk's ports where they are others."""
        load(self.config)
        if self.config:
            return self.config
        if (self.ports.sample, self.ports.s3) == (STANDARD.sample, STANDARD.s3):
            return config_root()
        target = self.places.data / f"config-{self.ports.sample}-{self.ports.s3}"
        if not target.exists():
            write_configuration(target, self.ports.sample)
            house = target / "house.yaml"
            told = house.read_text(encoding="utf-8")
            house.write_text(told.replace(f":{STANDARD.s3}/", f":{self.ports.s3}/"), encoding="utf-8")
        return target

    def _bucket(self) -> SeaweedFS:
        return SeaweedFS(
            self.places.s3,
            port=self.ports.s3,
            access_key=self._secrets.s3_access_key,
            secret_key=self._secrets.s3_secret_key,
            bucket=BUCKET,
            public_prefixes=("partners/",),
        )

    def _migrate(self) -> None:
        """Bring the catalogue of an earlier `make run` to this release: nobody else works with it now."""
        with closing(Database.connect(self.places.catalogue)) as catalogue:
            try:
                catalogue.migrate()
            except (WrongVersion, MigrationFailed) as error:
                raise PartFailedError(
                    f"{error}; or move {self.places.data}/catalogue.db* away, start again, and run "
                    "`.venv/bin/newsroom reindex` beside it"
                ) from error

    def _sample_wire(self) -> Part:
        command = [sys.executable, "-m", "samplewire", "--port", str(self.ports.sample)]
        command += ["--state", str(self.places.sample_state)]
        return Part("sample wire", command, self.places.logs / "samplewire.log", self._env)

    def _begin(self, part: Part) -> None:
        part.start()
        self._parts.append(part)

    def _wait_for(self, url: str, seconds: float = 30.0) -> None:
        part, until = self._parts[-1], time.monotonic() + seconds
        while time.monotonic() < until and part.running:
            try:
                requests.get(url, timeout=2)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise PartFailedError(f"the {part.name} did not come up; its last words:\n{part.last_words()}")

    def _publish(self, config: Path) -> None:
        """Write down how the command line finds this desk; for its owner's eyes only."""
        env = {
            **self._s3.environment(),
            "NEWSROOM_CATALOGUE": self.places.catalogue,
            "NEWSROOM_CONFIG": str(config),
            "NEWSROOM_DATA": str(self.places.data),
        }
        write_private(self.places.data / FILE, json.dumps(env))

    def _room(self) -> Newsroom:
        client = self._s3.client()
        return Newsroom(
            load(Path(self._env["NEWSROOM_CONFIG"])),
            Bucket(client, BUCKET),
            Catalogue.open(self.places.catalogue),
        )

    def _new_story_by(self, until: float) -> bool:
        while True:
            self.keep_up()
            if not self._stories_in_feed() <= self._stories_at_start:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.5)

    def _stories_in_feed(self) -> set[str]:
        """The ids of the stories in the partner's feed, as anyone can read it; none while there is no feed.

        Raises:
            PartFailedError: the S3 server answers neither with the feed nor that there is none.
        """
        until = time.monotonic() + S3_SECONDS
        while True:
            try:
                answer = requests.get(self.feed_url, timeout=5)
            except requests.RequestException as error:
                seen = type(error).__name__
            else:
                if answer.status_code == NOT_FOUND:
                    return set()
                if answer.status_code == OK:
                    return {entry.id for entry in feedparser.parse(BytesIO(answer.content)).entries}
                seen = f"HTTP {answer.status_code}"
            # Just started, it may not find yet where its own objects lie.
            if time.monotonic() > until:
                raise PartFailedError(f"{self.feed_url}: saw {seen}; wanted the feed, or 404")
            time.sleep(0.2)

    @contextmanager
    def _told(self, step: str) -> Iterator[None]:
        """Show a step with its time; while it lasts, that it lasts."""
        began = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(step):
                yield
        else:
            yield
        self.console.print(f"  {step}: {time.monotonic() - began:.1f} s", highlight=False)
