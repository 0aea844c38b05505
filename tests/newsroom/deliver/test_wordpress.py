"""A partner's WordPress takes the feed out of the bucket over HTTP, and shows what was sent."""

import html
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from newsroom.deliver.markup import body_xhtml, untagged_line
from newsroom.story import Block, Media, Subject, paragraph

pytestmark = pytest.mark.slow

SETTINGS = Path("/usr/share/wordpress/wp-settings.php")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mysql")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
OPTIONS = ("--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Path]:
    """The socket of a real MariaDB that listens there alone."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if lacking or not SETTINGS.exists():
        pytest.skip(
            f"WordPress can't run: found no {', '.join(lacking) or SETTINGS}; .ci/run installs all of it"
        )
    folder = Path(tempfile.mkdtemp(prefix="newsroom-wp-"))
    data, socket = f"--datadir={folder / 'data'}", folder / "socket"
    as_user = ["--user=root"] if os.geteuid() == 0 else []
    made = ["mariadb-install-db", "--no-defaults", data, *as_user, "--auth-root-authentication-method=normal"]
    subprocess.run(made, check=True, capture_output=True, timeout=60, env={"PATH": PATH})
    served = ["mariadbd", "--no-defaults", data, *as_user, f"--socket={socket}", *OPTIONS]
    with_parent = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*with_parent, *served], stdout=log, stderr=log, env={"PATH": PATH})
    try:
        until = time.monotonic() + 30
        while not socket.exists():
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail(f"MariaDB did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield socket
    finally:
        server.send_signal(signal.SIGKILL)  # nothing of it is kept
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


class WordPress:
    """A WordPress site of its own, that takes a partner's feed from the bucket."""

    def __init__(self, socket, s3, bucket, content):
        self.bucket = bucket
        self.times = count()
        self.environment = {
            "PATH": PATH,
            "WORDPRESS_SOCKET": str(socket),
            "WORDPRESS_DATABASE": f"site_{uuid.uuid4().hex}",
            "WORDPRESS_CONTENT": str(content),
            "WORDPRESS_HOME": s3.endpoint,
        }
        (content / "themes").mkdir(parents=True)
        create = f"CREATE DATABASE {self.environment['WORDPRESS_DATABASE']} CHARACTER SET utf8mb4"
        subprocess.run(
            ["mysql", "--no-defaults", f"--socket={socket}", "--user=root", f"--execute={create}"],
            check=True,
            capture_output=True,
            timeout=30,
            env={"PATH": PATH},
        )
        self._run(INSTALL="1")

    def take(self, key, now):
        """Take the feed that lies under `key`, and tell the posts that the site has then, by story."""
        where = {"Bucket": self.bucket.name, "Key": key}
        # Each time another address: within a second SimplePie takes what it has for the newest.
        url = self.bucket.client.generate_presigned_url(
            "get_object", Params=where, ExpiresIn=60 + next(self.times)
        )
        return json.loads(self._run(FEED=url, NOW=now.isoformat()))

    def _run(self, **told):
        script = Path(__file__).with_name("wordpress.php")
        run = subprocess.run(
            [
                "php",
                "-d",
                "display_errors=stderr",
                "-d",
                "error_reporting=E_ALL & ~E_DEPRECATED",
                str(script),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environment | told,
        )
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout


@pytest.fixture
def wordpress(mariadb, s3, bucket, tmp_path) -> WordPress:
    return WordPress(mariadb, s3, bucket, tmp_path / "content")


FEEDS = {
    "rss": "partners/krdo/rss.xml",
    "rss_wordpress": "partners/krdo/wordpress.xml",
    "rss_msn": "partners/krdo/msn.xml",
    "atom": "partners/krdo/atom.xml",
}
RICH = {
    "headline": "River states sign pact; “a start,” says Q&A host of <i>Water Today</i> 🌊",
    "subheadline": "Seven states agree & share a gauge",
    "url": "https://wire.example/2026/11/20/river?id=7&lang=en",
    "authors": ("Ana Ortiz", "Jo Lindqvist"),
    "topics": ("Environment",),
    "subject": (Subject(code="medtop:06000000", name="environment"),),
    "keywords": ("river",),
    "media": (
        Media(url="https://img.example/dam.jpg", caption="The dam", credit="Ana Ortiz"),
        Media(
            url="https://img.example/dam.mp4",
            kind="video",
            caption="The dam in motion",
            credit="Other Pictures",
        ),
    ),
    "blocks": (
        paragraph("Seven states signed a pact on Friday, 2 < 7 & counting; a \\ stays one. El río bajó 🌊"),
        Block(kind="heading", text="What changes", html="<h2>What changes</h2>", level=2),
        Block(
            kind="paragraph",
            text="The full text is online.",
            html='<p>The <a href="https://pact.example/?a=1&amp;b=2">full <em>text</em></a> is '
            "<strong>online</strong>.</p>",
        ),
        Block(kind="quote", text="It is a start.", html="<blockquote><p>It is a start.</p></blockquote>"),
        Block(kind="list", text="Less\nLater", html="<ul><li>Less</li><li>Later</li></ul>"),
        Block(
            kind="table",
            text="State\tCut\nUtah\t4 %",
            html="<table><thead><tr><th>State</th><th>Cut</th></tr></thead>"
            "<tbody><tr><td>Utah</td><td>4 %</td></tr></tbody></table>",
        ),
    ),
}


def take_formats(feeds):
    feeds.partner = feeds.partner.model_copy(update={"formats": tuple(FEEDS)})
    feeds.configuration.partners[feeds.partner.id] = feeds.partner


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_a_post_is_what_was_sent(feeds, wordpress, name):
    take_formats(feeds)
    rich, plain = feeds.story("rich", **RICH), feeds.story("plain", url="https://wire.example/plain")
    feeds.file(rich, plain)
    feeds.tick()
    posts = wordpress.take(FEEDS[name], feeds.now)
    assert set(posts) == {rich.uri, plain.uri}
    post = posts[rich.uri]
    assert html.unescape(post["title"]) == untagged_line(rich.headline)
    assert html.unescape(post["content"]) == html.unescape(body_xhtml(rich).replace("<br/>", "<br />"))
    assert html.unescape(post["excerpt"]) == rich.subheadline
    assert post["published"] == "2026-11-20 10:00:00"
    assert html.unescape(post["source"]) == rich.url
    assert "environment" in map(str.casefold, post["tags"])
    assert "Ana Ortiz" in post["author"]
    assert post["media"] == [
        ["image", "https://img.example/dam.jpg", "The dam", ["Ana Ortiz"]],
        ["video", "https://img.example/dam.mp4", "The dam in motion", ["Other Pictures"]],
    ]


def test_what_the_flavour_says_more(feeds, wordpress):
    take_formats(feeds)
    rich = feeds.story("rich", **RICH)
    feeds.file(rich)
    feeds.tick()
    post = wordpress.take(FEEDS["rss_wordpress"], feeds.now)[rich.uri]
    assert post["author"] == "Ana Ortiz, Jo Lindqvist"
    assert sorted(post["tags"]) == ["environment", "river"]
    assert post["picture"] == "https://img.example/dam.jpg"
    assert post["changed"] == "2026-11-20 11:00:00"


@pytest.mark.parametrize("name", ["rss_wordpress", "rss_msn"])
def test_a_correction_replaces_and_a_kill_removes(feeds, wordpress, name):
    """From MSN's feed a killed story does not vanish: its end in the past takes it down."""
    take_formats(feeds)
    first, second = (feeds.story(each, url=f"https://wire.example/{each}") for each in "12")
    feeds.file(first, second)
    feeds.tick()
    before = wordpress.take(FEEDS[name], feeds.now)
    corrected = feeds.story(
        "1",
        url="https://wire.example/1",
        headline="Of two hundred and one lamps",
        versioncreated=first.versioncreated + timedelta(minutes=9),
    )
    feeds.file(corrected)
    feeds.tick()
    after = wordpress.take(FEEDS[name], feeds.now)
    assert {uri: post["id"] for uri, post in after.items()} == {
        uri: post["id"] for uri, post in before.items()
    }
    assert after[first.uri]["title"] == "Of two hundred and one lamps"
    feeds.kill("1")
    feeds.tick()
    assert set(wordpress.take(FEEDS[name], feeds.now)) == {second.uri}


def test_a_term_that_is_told_ahead_takes_the_story_down(feeds, wordpress):
    """By the feed that the site has already: the house need not be heard of for that."""
    take_formats(feeds)
    story = feeds.story("1", expires=feeds.now + timedelta(days=1))
    feeds.file(story)
    feeds.tick()
    assert set(wordpress.take(FEEDS["rss"], feeds.now)) == {story.uri}
    assert wordpress.take(FEEDS["rss"], feeds.now + timedelta(days=2)) == {}
