"""The archive's pages against a real S3 server: no gap, no story that may not be read, no needless write."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice

import feedparser
import orjson
import pytest
import requests
from lxml import etree

from newsroom.config import Licence
from newsroom.deliver.archive import Archive
from newsroom.deliver.paging import HISTORY
from newsroom.deliver.round import Round
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.kills import Kill, Lift, file_kills, file_lift
from newsroom.store.reindex import reindex

ROOT = "partners/krdo/"


@pytest.fixture
def small(feeds, s3):
    """A feed of four stories, over HTTP; so a page has two."""
    product = feeds.partner.product.model_copy(update={"newest": 4})
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss", "atom", "ninjs"), "product": product})
    house = feeds.configuration.house.model_copy(update={"feeds_url": f"{s3.endpoint}/{s3.bucket}"})
    feeds.configure(house=house)
    return feeds


def add(feeds, *identities, **fields):
    """File stories that came right now, and deliver."""
    for number, each in enumerate(identities):
        moment = feeds.now + timedelta(seconds=number)
        plain = {"headline": f"Story {each}", "versioncreated": moment}
        feeds.file(feeds.story(str(each), **plain | fields))
    return feeds.tick()


def pages(feeds, name="rss.xml"):
    """The pages of the archive, the oldest first."""
    return [key for key in feeds.bucket.keys(f"{ROOT}archive-") if key.endswith(f"-{name}")]


def stories(feeds, key):
    return {entry.title.removeprefix("Story ") for entry in feedparser.parse(feeds.bucket.get(key)).entries}


def stats(feeds):
    return {key: feeds.bucket.stat(key) for key in feeds.bucket.keys(f"{ROOT}archive-")}


def uri(feeds, identity):
    return feeds.story(identity).uri


def public(feeds):
    return b"\n".join(feeds.bucket.get_many(feeds.bucket.keys("partners/")).values())


def test_a_page_is_written_before_a_story_leaves_and_never_again(small):
    add(small, *range(4))
    assert pages(small) == []
    add(small, 4)
    (first,) = pages(small)
    assert stories(small, first) == {"0", "1"}
    before = stats(small)
    add(small, 5)
    assert stats(small) == before  # The story that left stands on a page.
    add(small, 6)
    assert [stories(small, key) for key in pages(small)] == [{"0", "1"}, {"2", "3"}]
    small.tick()
    small.tick()
    assert before.items() <= stats(small).items()


def test_pages_are_linked_as_rfc_5005_says(small, s3):
    for each in range(9):
        add(small, each)
    address = f"{s3.endpoint}/{s3.bucket}/"
    for name in ("rss.xml", "atom.xml"):
        links = "{*}channel/{*}link" if name == "rss.xml" else "{*}link"
        chain = [*pages(small, name), f"{ROOT}{name}"]
        assert len(chain) == 4
        for place, key in enumerate(chain):
            root = etree.fromstring(small.bucket.get(key))
            told = {link.get("rel"): link.get("href") for link in root.iterfind(links) if link.get("rel")}
            archive = root.find(f"{links.removesuffix('{*}link')}{{{HISTORY}}}archive")
            assert told["self"] == address + key
            assert (archive is not None) == (key != chain[-1])
            assert told.get("current") == (None if key == chain[-1] else address + chain[-1])
            assert told.get("prev-archive") == (address + chain[place - 1] if place else None)


@pytest.mark.slow
def test_a_json_feed_links_its_pages_by_next_url(small, s3):
    small.partner = small.partner.model_copy(update={"formats": ("jsonfeed",)})
    for each in range(7):
        add(small, each)
    url, seen = f"{s3.endpoint}/{s3.bucket}/{ROOT}feed.json", []
    while url:
        feed = requests.get(url, timeout=10).json()
        assert feed["feed_url"] == url
        seen += [item["id"] for item in feed["items"]]
        url = feed.get("next_url")
    assert set(seen) == {uri(small, f"{each}") for each in range(7)}


@pytest.mark.slow
def test_without_a_place_for_feeds_links_are_relative(small):
    small.configure(house=small.configuration.house.model_copy(update={"feeds_url": None}))
    for each in range(5):
        add(small, each)
    links = {link.rel: link.href for link in feedparser.parse(small.bucket.get(f"{ROOT}atom.xml")).feed.links}
    assert links["prev-archive"] == pages(small, "atom.xml")[-1].removeprefix(ROOT)


@pytest.mark.slow
def test_a_page_is_served_as_its_format_and_may_be_kept_no_longer_than_the_feed(small):
    for each in range(5):
        add(small, each)
    head = small.bucket.client.head_object(Bucket=small.bucket.name, Key=pages(small)[0])
    assert head["ContentType"] == "application/rss+xml; charset=utf-8"
    feed = small.bucket.client.head_object(Bucket=small.bucket.name, Key=f"{ROOT}rss.xml")
    assert head["CacheControl"] == feed["CacheControl"] == "public, max-age=90"


@pytest.mark.parametrize("withdraw_only", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_what_was_killed_leaves_its_page_and_its_neighbour_stays(small, withdraw_only):
    for each in range(7):
        add(small, each)
    other = pages(small)[1]
    before = small.bucket.stat(other)
    small.kill("0")
    done = small.tick(withdraw_only=withdraw_only)
    assert done.kills == 1
    assert stories(small, pages(small)[0]) == {"1"}
    assert b"Story 0" not in public(small)
    assert small.bucket.stat(other) == before
    after = stats(small)
    small.tick()
    assert stats(small) == after


@pytest.mark.slow
def test_the_receipt_of_a_kill_comes_after_the_pages(small):
    for each in range(5):
        add(small, each)
    small.kill("0")

    class Down(Bucket):
        def put(self, key, body, **options):
            if "archive-" in key:
                raise KeyboardInterrupt
            return super().put(key, body, **options)

    with pytest.raises(KeyboardInterrupt):
        small.tick(bucket=Down(small.bucket.client, small.bucket.name), withdraw_only=True)
    assert small.catalogue.partners_due() == ["krdo"]
    small.tick(withdraw_only=True)
    assert small.catalogue.partners_due() == []
    assert b"Story 0" not in public(small)


@pytest.mark.slow
def test_a_story_that_is_brought_back_returns_to_its_page(small):
    for each in range(7):
        add(small, each)
    small.kill("0")
    small.tick(withdraw_only=True)
    lift = Lift(uri=uri(small, "0"), at=small.now + timedelta(minutes=1), by="ed", reason="settled")
    file_lift(small.bucket, small.catalogue, lift)
    small.tick()
    assert "0" in stories(small, pages(small)[0])


def test_what_expires_leaves_when_it_does(small):
    ends = small.now + timedelta(hours=2)
    add(small, 0, expires=ends)
    for each in range(1, 5):
        add(small, each)
    assert stories(small, pages(small)[0]) == {"0", "1"}
    assert small.catalogue.awake(ends, since=ends - timedelta(seconds=1)) == ["krdo"]
    small.now = ends
    small.tick()
    assert stories(small, pages(small)[0]) == {"1"}
    assert b"Story 0" not in public(small)


@pytest.mark.slow
def test_an_embargo_that_came_later_hides_the_story_until_it_ends(small):
    for each in range(5):
        add(small, each)
    ends = small.now + timedelta(hours=2)
    later = small.story("0", headline="Story 0 again", embargoed=ends, versioncreated=small.now)
    small.file(later)
    small.tick()
    assert b"Story 0" not in public(small)
    small.now = ends
    small.tick()
    assert "0 again" in small.titles()[0]


@pytest.mark.slow
def test_a_licence_that_ends_empties_the_pages(small):
    for each in range(5):
        add(small, each)
    over = Licence(profile="sample", valid_until=small.now.date() - timedelta(days=1))
    small.partner = small.partner.model_copy(update={"licences": (over,)})
    small.tick()
    assert [stories(small, key) for key in pages(small)] == [set()]
    assert b"Story" not in public(small)


@pytest.mark.slow
def test_stricter_terms_hold_for_the_pages_too(small):
    for each in range(5):
        add(small, each)
    small.contract(attribution="Via {provider}")
    small.tick()
    assert small.bucket.get(pages(small)[0]).count(b"Via Sample Newsource") >= 2


@pytest.mark.slow
def test_a_newer_version_takes_the_older_one_from_its_page(small):
    for each in range(7):
        add(small, each)
    small.file(small.story("0", headline="Story 0 corrected", versioncreated=small.now))
    small.tick()
    assert small.titles()[0] == "Story 0 corrected"
    assert stories(small, pages(small)[0]) == {"1"}


@pytest.mark.slow
def test_a_partner_whose_file_is_gone_has_nothing_left(small):
    for each in range(5):
        add(small, each)
    small.kill("4")
    small.partner = small.partner.model_copy(update={"licences": (), "enabled": False, "formats": ("ninjs",)})
    small.tick(withdraw_only=True)
    assert [stories(small, key) for key in pages(small)] == [set()]


@pytest.mark.slow
def test_a_format_that_is_added_gets_every_page(small):
    for each in range(7):
        add(small, each)
    small.partner = small.partner.model_copy(update={"formats": ("rss", "atom", "jsonfeed")})
    small.tick()
    assert [orjson.loads(small.bucket.get(key))["items"] for key in pages(small, "feed.json")] != []
    assert len(pages(small, "feed.json")) == len(pages(small))


@pytest.mark.slow
def test_old_pages_go_and_the_oldest_that_stays_links_nowhere(small):
    add(small, *range(4))
    add(small, 4)
    small.now += timedelta(days=3)
    for each in range(5, 9):
        add(small, each)
    assert len(pages(small)) == 3
    small.now += timedelta(days=5)
    add(small, 9)
    kept = pages(small)
    assert stories(small, kept[0]) == {"2", "3"}
    links = {link.rel for link in feedparser.parse(small.bucket.get(kept[0])).feed.links}
    assert "prev-archive" not in links
    assert {link.rel for link in feedparser.parse(small.bucket.get(kept[1])).feed.links} >= {"prev-archive"}


@pytest.mark.slow
def test_no_archive_is_wanted(small):
    small.partner = small.partner.model_copy(update={"archive_days": 0})
    for each in range(7):
        add(small, each)
    assert pages(small) == []


@pytest.mark.slow
def test_a_page_of_a_crashed_tick_is_not_left_behind(small, monkeypatch):
    add(small, *range(4))

    class Crashing(Bucket):
        def put(self, key, body, **options):
            if key == f"{ROOT}rss.xml":
                raise KeyboardInterrupt
            return super().put(key, body, **options)

    small.file(small.story("4", headline="Story 4", versioncreated=small.now))
    with pytest.raises(KeyboardInterrupt):
        small.tick(bucket=Crashing(small.bucket.client, small.bucket.name))
    assert len(pages(small)) == 1
    small.kill("0")
    small.tick(withdraw_only=True)
    assert b"Story 0" not in public(small)
    small.tick()
    add(small, 5, 6)
    assert b"Story 0" not in public(small)
    feed = feedparser.parse(small.bucket.get(f"{ROOT}rss.xml")).feed
    assert {link.rel: link.href for link in feed.links}["prev-archive"].endswith(pages(small)[-1])


class Between(Bucket):
    """A bucket that lets something happen once, right before a key is written that has this in it."""

    def __init__(self, bucket, part, happens):
        super().__init__(bucket.client, bucket.name)
        self.part, self.happens = part, happens

    def put(self, key, body, **options):
        if self.part in key and self.happens:
            happens, self.happens = self.happens, None
            happens()
        return super().put(key, body, **options)


def test_a_takedown_takes_no_page_from_a_delivery_that_is_about_to_link_it(small):
    product = small.partner.product.model_copy(update={"newest": 1})
    small.partner = small.partner.model_copy(update={"formats": ("rss",), "product": product})
    for each in range(3):
        add(small, each)
    small.kill("0")  # which is not told in RSS, so that the feed stays as it is
    small.file(small.story("3", headline="Story 3", versioncreated=small.now))
    small.tick(bucket=Between(small.bucket, "/rss.xml", lambda: small.tick(withdraw_only=True)))
    assert chain(small)[1:] == pages(small)[::-1]
    assert [stories(small, key) for key in chain(small)] == [{"3"}, {"2"}, {"1"}, set()]


def test_a_story_that_is_killed_as_it_returns_to_its_page_stays_away(small):
    """The takedown finds nothing to take from the page, and a delivery is about to put the story there."""
    add(small, *range(4))
    add(small, 4)
    small.kill("0")
    small.tick()
    lifted = Lift(uri=uri(small, "0"), at=small.now, by="ed", reason="it was another")
    file_lift(small.bucket, small.catalogue, lifted)
    small.now += timedelta(minutes=1)

    def kill_and_take_down():
        again = Kill(
            uri=uri(small, "0"), evidence="f", at=small.now, source="editor", by="ed", reason="libel"
        )
        file_kills(small.bucket, small.catalogue, [again])
        assert small.tick(withdraw_only=True).kills == 1
        assert b"Story 0" not in public(small)

    small.tick(bucket=Between(small.bucket, "archive-", kill_and_take_down))
    assert b"Story 0" not in public(small)
    assert stories(small, pages(small)[0]) == {"1"}


def test_an_older_version_does_not_return_to_its_page_when_the_newer_one_fails(small):
    add(small, *range(4))
    add(small, 4)
    newer = {"headline": "Story 0, corrected", "versioncreated": small.now}
    small.file(small.story("0", **newer))
    small.tick()
    assert stories(small, pages(small)[0]) == {"1"}
    small.file(small.story("0", **newer), passed=False)  # judged anew
    assert small.tick().left_out["order"] == 1
    assert stories(small, pages(small)[0]) == {"1"}


def test_of_an_archive_that_is_too_old_as_a_whole_no_link_is_left(small):
    add(small, *range(4))
    add(small, 4)
    small.now += timedelta(days=9)
    small.tick()
    assert pages(small) == []
    assert chain(small) == [f"{ROOT}rss.xml"]


@pytest.mark.slow
def test_what_is_in_neither_is_asked_for_all_stories_at_once(small, monkeypatch):
    def asked() -> tuple[int, int]:
        """How many stories are in neither feed nor archive, and how often the catalogue was read."""
        with monkeypatch.context() as counted:
            reads, reading = count(), Catalogue.reading
            counted.setattr(Catalogue, "reading", lambda self: next(reads) >= 0 and reading(self))
            shared = Round(small.configuration, small.bucket, small.catalogue, small.now)
            found = Archive(small.partner, shared, withdraw_only=False).in_neither(small.now)
        return len(found), next(reads)

    with monkeypatch.context() as before:
        before.setattr(Archive, "new_pages", lambda *_: ())
        for each in ("abcd", "ef"):
            add(small, *each)
        few, reads = asked()
        for each in ("ghij", "klmn"):
            add(small, *each)
        assert (few, *asked()) == (2, 10, reads)


@pytest.mark.slow
def test_a_rebuilt_catalogue_finds_every_page_and_rewrites_none(small, tmp_path):
    for each in range(9):
        add(small, each)
    small.kill("0")
    small.tick()
    before = stats(small)
    anew = Catalogue.open(f"sqlite:///{tmp_path / 'anew.db'}")
    reindex(small.bucket, anew)
    small.catalogue = anew
    small.tick()
    assert stats(small) == before
    small.kill("2")
    small.tick(withdraw_only=True)
    assert b"Story 2" not in public(small)
    anew.close()


class Crash(BaseException):
    """The process ends here."""


def crashing(feeds, calls, *, after):
    """The bucket and the catalogue: one call, after so many, ends the process, before or after it is done."""
    left = [calls]

    @contextmanager
    def counted():
        left[0] -= 1
        now = left[0] == -1
        if now and not after:
            raise Crash
        yield
        if now:
            raise Crash

    class CrashingBucket(Bucket):
        def _call(self, key, operation, **asked):
            with counted():
                return super()._call(key, operation, **asked)

    class CrashingCatalogue(Catalogue):
        @contextmanager
        def writing(self):
            with counted(), super().writing() as connection:
                yield connection

    bucket = CrashingBucket(feeds.bucket.client, feeds.bucket.name)
    return bucket, CrashingCatalogue(feeds.catalogue.engine)


def chain(feeds):
    """The keys of the feed and of every page that is linked."""
    key: str | None = f"{ROOT}rss.xml"
    found = []
    while key:
        found.append(key)
        links = {link.rel: link.href for link in feedparser.parse(feeds.bucket.get(key)).feed.links}
        key = f"{ROOT}{links['prev-archive'].rsplit('/', 1)[1]}" if "prev-archive" in links else None
    return found


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_every_point_leaves_no_gap_and_nothing_that_was_killed(small, after):
    """Each turn stories come, one that stands on a page is killed, and the tick ends at the next point."""
    product = small.partner.product.model_copy(update={"newest": 10})
    small.partner = small.partner.model_copy(update={"formats": ("rss",), "product": product})
    new, alive, calls, ended = count(), [], 0, True

    def come(stories):
        for each in islice(new, stories):
            at = small.now + timedelta(milliseconds=each)
            small.file(small.story(f"{each}", headline=f"Story no {each}", versioncreated=at))
            alive.append(f"no {each}")

    come(15)
    small.tick()
    come(6)
    small.tick()
    del alive[:5]  # There was no room for them in the first feed.
    while ended:
        come(6)
        gone = alive.pop(0)
        small.kill(gone.removeprefix("no "))
        bucket, catalogue = crashing(small, calls, after=after)
        try:
            small.tick(bucket=bucket, catalogue=catalogue)
        except Crash:
            calls += 1
        else:
            ended = False
        small.tick(withdraw_only=True)
        assert gone not in {each for key in pages(small) for each in stories(small, key)}, calls
        small.tick()
        shown = [each for key in chain(small) for each in stories(small, key)]
        assert set(shown) == set(alive), calls
    come(6)
    small.tick()
    assert set(pages(small)) == set(chain(small)[1:])
    assert calls >= 20
