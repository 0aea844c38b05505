"""The change feed against a real S3 server: numbered, each change once, not a word of a story."""

from datetime import timedelta

import orjson
import pytest

from newsroom.deliver import change_feed
from newsroom.store.bucket import Bucket, Conflict, ObjectStat
from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import reindex

FEED = "partners/krdo/changes.json"


def document(feeds, name="changes.json"):
    return orjson.loads(feeds.bucket.get(f"partners/krdo/{name}"))


def changes(feeds):
    """Every change, the first one first, as a machine that follows `previous` reads them."""
    part = document(feeds)
    told = part["changes"]
    while "previous" in part:
        part = document(feeds, part["previous"])
        told = part["changes"] + told
    return told


def told(feeds):
    return [(each["kind"], each["uri"], each["n"]) for each in changes(feeds)]


def uri(feeds, identity):
    return feeds.story(identity).uri


def stories(feeds, numbers):
    return [
        feeds.story(f"{n}", headline=f"Story {n}", versioncreated=feeds.now - timedelta(minutes=1))
        for n in numbers
    ]


def test_every_coming_and_leaving_is_told_once_in_order(feeds):
    one, two = uri(feeds, "1"), uri(feeds, "2")
    feeds.file(feeds.story("1"))
    feeds.tick()
    feeds.file(feeds.story("1", headline="Again", versioncreated=feeds.now), feeds.story("2"))
    feeds.tick()
    feeds.tick()
    feeds.kill("2")
    feeds.tick(withdraw_only=True)
    feeds.tick()
    first, second, third, killed = changes(feeds)
    assert [first["kind"], first["uri"], first["n"]] == ["entered", one, 1]
    news = {(each["kind"], each["uri"], each["n"]) for each in (second, third)}
    assert news == {("updated", one, 2), ("entered", two, 1)}
    assert [killed[name] for name in ("kind", "uri", "reason", "remove")] == ["killed", two, "kill", True]
    assert [each["seq"] for each in changes(feeds)] == [1, 2, 3, 4]
    moments = [each["at"] for each in changes(feeds)]
    assert moments == sorted(moments)


def test_it_is_served_like_the_feeds_and_names_them(feeds):
    feeds.file(feeds.story())
    feeds.tick()
    head = feeds.bucket.client.head_object(Bucket=feeds.bucket.name, Key=FEED)
    assert (head["ContentType"], head["CacheControl"]) == ("application/json", "public, max-age=90")
    assert document(feeds)["feeds"] == ["rss.xml", "ninjs.json"]


def test_a_version_is_the_one_that_ninjs_tells(feeds):
    feeds.file(feeds.story("1"), feeds.story("2"))
    feeds.tick()
    feeds.kill("2")
    feeds.tick()
    items = orjson.loads(feeds.bucket.get("partners/krdo/ninjs.json"))["associations"]
    versions = {item["uri"]: int(item["version"]) for item in items}
    last = {each["uri"]: each["version"] for each in changes(feeds)}
    assert last == versions == {uri(feeds, "1"): 1, uri(feeds, "2"): 2}


def test_what_became_old_may_be_kept_and_what_expired_must_go(feeds):
    feeds.partner = feeds.partner.model_copy(
        update={"product": feeds.partner.product.model_copy(update={"newest": 2})}
    )
    ends = feeds.now + timedelta(minutes=12)
    feeds.file(feeds.story("old", versioncreated=feeds.now - timedelta(hours=3)))
    feeds.file(feeds.story("expires", expires=ends))
    feeds.tick()
    feeds.file(feeds.story("new", versioncreated=feeds.now))
    feeds.tick()
    feeds.tick()
    left = {each["uri"]: each for each in changes(feeds) if each["kind"] == "left"}
    old, expired = left[uri(feeds, "old")], left[uri(feeds, "expires")]
    assert (old["reason"], "remove" in old) == ("older", False)
    assert (expired["reason"], expired["remove"]) == ("expiry", True)


def test_a_kill_of_what_left_long_ago_is_told_once(feeds):
    feeds.partner = feeds.partner.model_copy(
        update={"formats": ("rss",), "product": feeds.partner.product.model_copy(update={"newest": 1})}
    )
    feeds.file(feeds.story("1", versioncreated=feeds.now - timedelta(hours=3)))
    feeds.tick()
    feeds.file(feeds.story("2"))
    feeds.tick()
    before = feeds.bucket.stat("partners/krdo/rss.xml")
    feeds.kill("1")
    feeds.tick(withdraw_only=True)
    feeds.tick()
    assert feeds.bucket.stat("partners/krdo/rss.xml") == before
    assert [each for each in told(feeds) if each[0] == "killed"] == [("killed", uri(feeds, "1"), 1)]


@pytest.mark.slow
def test_full_pages_are_written_once_and_the_newest_part_stays_small(feeds, monkeypatch):
    monkeypatch.setattr(change_feed, "PER_PAGE", 5)
    pages: dict[str, ObjectStat | None] = {}
    for turn in range(6):
        feeds.file(*stories(feeds, range(turn * 4, turn * 4 + 4)))
        feeds.tick()
        there = {key: feeds.bucket.stat(key) for key in feeds.bucket.keys("partners/krdo/changes-")}
        assert pages.items() <= there.items()
        assert len(document(feeds)["changes"]) < 5 + 8
        pages = there
    assert len(pages) >= 4
    assert [each["seq"] for each in changes(feeds)] == list(range(1, len(changes(feeds)) + 1))
    entered = [each["uri"] for each in changes(feeds) if each["kind"] == "entered"]
    assert sorted(entered) == sorted(uri(feeds, f"{n}") for n in range(24))
    head = feeds.bucket.client.head_object(Bucket=feeds.bucket.name, Key=next(iter(pages)))
    assert head["CacheControl"] == "public, max-age=31536000, immutable"


def test_no_page_has_a_word_of_a_story(feeds, monkeypatch):
    monkeypatch.setattr(change_feed, "PER_PAGE", 2)
    feeds.file(*(feeds.story(f"{n}", headline=f"Secret {n}") for n in range(4)))
    feeds.tick()
    feeds.kill("1")
    feeds.tick()
    keys = [key for key in feeds.bucket.keys("partners/krdo/") if "changes" in key]
    assert len(keys) == 3
    for body in feeds.bucket.get_many(keys).values():
        assert b"Secret" not in body
        assert b"libel" not in body


@pytest.mark.parametrize(
    "where",
    [
        "newsroom.deliver.tick.record_changes",
        pytest.param("newsroom.store.catalogue.Catalogue.add_deliveries", marks=pytest.mark.slow),
        pytest.param("newsroom.store.catalogue.Catalogue.save_partner_documents", marks=pytest.mark.slow),
        pytest.param("newsroom.deliver.tick.file_receipts", marks=pytest.mark.slow),
    ],
)
def test_a_crash_before_or_after_it_is_made_good(feeds, where):
    feeds.file(feeds.story("1"), feeds.story("2"))
    feeds.tick()
    feeds.file(feeds.story("3"))
    feeds.kill("1")

    def crash(*_, **__):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, crash)
        with pytest.raises(KeyboardInterrupt):
            feeds.tick()
    feeds.tick()
    feeds.tick()
    entered = [("entered", uri(feeds, each), 1) for each in "123"]
    assert sorted(told(feeds)) == sorted([*entered, ("killed", uri(feeds, "1"), 1)])


def test_two_that_add_at_once_add_each_change_once(feeds):
    feeds.file(feeds.story("1"))
    other: list[bool] = []

    class Interrupted(Bucket):
        def put(self, key, body, **options):
            if key == FEED and not other:
                other.append(True)
                feeds.file(feeds.story("2"))
                feeds.tick(bucket=feeds.bucket)
            return super().put(key, body, **options)

    feeds.tick(bucket=Interrupted(feeds.bucket.client, feeds.bucket.name))
    assert sorted(told(feeds)) == sorted([("entered", uri(feeds, "1"), 1), ("entered", uri(feeds, "2"), 1)])
    assert [each["seq"] for each in changes(feeds)] == [1, 2]


@pytest.mark.slow
def test_a_rebuilt_catalogue_goes_on_where_it_was(feeds, tmp_path):
    feeds.file(feeds.story("1"), feeds.story("2"))
    feeds.tick()
    feeds.kill("2")
    feeds.tick()
    before = changes(feeds)
    anew = Catalogue.open(f"sqlite:///{tmp_path / 'anew.db'}")
    reindex(feeds.bucket, anew)
    feeds.tick(catalogue=anew)
    assert changes(feeds) == before
    feeds.file(feeds.story("3"))
    reindex(feeds.bucket, anew)
    feeds.tick(catalogue=anew)
    assert changes(feeds)[:-1] == before
    assert told(feeds)[-1] == ("entered", uri(feeds, "3"), 1)
    anew.close()


@pytest.mark.slow
def test_a_feed_that_was_lost_goes_on_after_its_last_page(feeds, monkeypatch):
    monkeypatch.setattr(change_feed, "PER_PAGE", 2)
    feeds.file(*(feeds.story(f"{n}") for n in range(3)))
    feeds.tick()
    feeds.file(feeds.story("3"))
    feeds.tick()
    before = changes(feeds)
    feeds.bucket.delete(FEED)
    feeds.file(feeds.story("4"))
    feeds.tick()
    assert [each["seq"] for each in changes(feeds)] == list(range(1, len(changes(feeds)) + 1))
    assert changes(feeds)[:2] == before[:2]
    assert told(feeds)[-1] == ("entered", uri(feeds, "4"), 1)


@pytest.mark.slow
def test_a_contended_feed_is_an_error_and_the_next_tick_goes_on(feeds):
    feeds.file(feeds.story())

    class Contended(Bucket):
        def put(self, key, body, **options):
            if key == FEED:
                raise Conflict("conflict", key)
            return super().put(key, body, **options)

    with pytest.raises(Conflict):
        feeds.tick(bucket=Contended(feeds.bucket.client, feeds.bucket.name))
    feeds.tick()
    assert told(feeds) == [("entered", uri(feeds, "1"), 1)]
