from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from newsroom.config import House, Partner
from newsroom.deliver import ninjs, rss
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.release_check import check_ninjs, check_rss
from newsroom.story import Block, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")


def rules(broken):
    return [(each.uri, each.rule) for each in broken]


def seen_in_rss(shown, wanted=None):
    """What the check says of a feed of these stories that should have been a feed of those."""
    return rules(check_rss(rss.render(HOUSE, PARTNER, edition(shown)), edition(wanted or shown)))


def seen_in_ninjs(shown, wanted=None):
    return rules(check_ninjs(ninjs.render(HOUSE, PARTNER, edition(shown)), edition(wanted or shown)))


def test_what_we_render_passes(house, partner, entries):
    assert check_rss(rss.render(house, partner, edition(entries)), edition(entries)) == ()
    assert check_ninjs(ninjs.render(house, partner, edition(entries)), edition(entries)) == ()


def test_a_story_without_headline_is_named_in_both(make):
    good, bad = make("good"), make("bad", headline="")
    assert seen_in_rss([good, bad]) == [(bad.uri, "rss.title")]
    assert seen_in_ninjs([good, bad]) == [(bad.uri, "ninjs.headlines")]


def test_a_story_without_body_is_named_in_both(make):
    bad = make(blocks=(Block(kind="paragraph", text=" ", html="<p onclick='x'><script>x</script></p>"),))
    empty = make(blocks=())
    assert seen_in_rss([empty]) == [(empty.uri, "rss.body")]
    assert (bad.uri, "ninjs.bodies") in rules(
        check_ninjs(ninjs.render(HOUSE, PARTNER, edition([bad])), edition([bad]))
    )


def test_a_story_twice_is_named(make):
    twice = [make("a"), make("a"), make("b")]
    assert (twice[0].uri, "rss.stories") in rules(
        check_rss(rss.render(HOUSE, PARTNER, edition(twice)), edition(twice))
    )
    assert (twice[0].uri, "ninjs.stories") in rules(
        check_ninjs(ninjs.render(HOUSE, PARTNER, edition(twice)), edition(twice))
    )


def test_a_missing_story_is_noticed(make):
    entries = [make("a"), make("b")]
    assert (None, "rss.stories") in rules(
        check_rss(rss.render(HOUSE, PARTNER, edition(entries[:1])), edition(entries))
    )
    assert (None, "ninjs.stories") in rules(
        check_ninjs(ninjs.render(HOUSE, PARTNER, edition(entries[:1])), edition(entries))
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</item>", b"", "rss.well_formed"),
        (b"The council", b"The \x0bcouncil", "rss.well_formed"),
        (b'version="2.0"', b'version="0.91"', "rss.root"),
        (b"<title>Front Range Desk for KRDO</title>", b"", "rss.channel.title"),
        (b"GMT</pubDate>", b"</pubDate>", "rss.pub_date"),
        (b"Z</dcterms:modified>", b"</dcterms:modified>", "rss.modified"),
        (b"&lt;p&gt;The council", b"&lt;p onclick='x()'&gt;The council", "rss.body"),
        (b"&lt;p&gt;The council", b"&lt;p&gt;&lt;p&gt;The council", "rss.body"),
        (b"<title>Council", b"<link>javascript:x</link><title>Council", "rss.link"),
        (b">urn:uuid:", b">urn:x:", "rss.guid"),
    ],
)
def test_rss_rules(make, old, new, rule):
    entries = [make()]
    document = rss.render(HOUSE, PARTNER, edition(entries))
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_rss(document.replace(old, new), edition(entries))}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'"type": "composite"', b'"type": "text"', "ninjs.root"),
        (b'"type": "composite"', b'"type": ', "ninjs.well_formed"),
        (b'"type": "text"', b'"x_quality": 1', "ninjs.properties"),
        (b'"version": "1"', b'"version": null', "ninjs.null"),
        (b'"name": "Council votes on the reservoir"', b'"name": ""', "ninjs.name"),
        (b'"firstCreated": "2026-11-20T10:00:00Z"', b'"firstCreated": "2026-11-20"', "ninjs.firstCreated"),
        (b"urn:uuid:", b"urn:x:", "ninjs.uri"),
        (b"<p>The council", b"<p style='x'>The council", "ninjs.bodies"),
    ],
)
def test_ninjs_rules(make, old, new, rule):
    entries = [make()]
    document = ninjs.render(HOUSE, PARTNER, edition(entries))
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_ninjs(document.replace(old, new), edition(entries))}


def test_external_entities_are_not_read(make, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret words", encoding="utf-8")
    entry = make(blocks=(paragraph("Body."),))
    document = rss.render(HOUSE, PARTNER, edition([entry]))
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss '.encode()
    hostile = document.replace(b"<rss ", doctype, 1).replace(b"Council votes", b"&x;")
    broken = check_rss(hostile, edition([entry]))
    assert all("secret words" not in each.reason for each in broken)


GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")


def test_a_withdrawal_is_named_once_and_only_where_it_is_due(make):
    entries = [make("a")]
    with_it, without = edition(entries, [GONE]), edition(entries)
    document = ninjs.render(HOUSE, PARTNER, with_it)
    assert check_ninjs(document, with_it) == ()
    assert rules(check_ninjs(document, without)) == [(None, "ninjs.withdrawals")]
    assert rules(check_ninjs(ninjs.render(HOUSE, PARTNER, without), with_it)) == [(None, "ninjs.withdrawals")]
    both = edition(entries, [replace(GONE, uri=entries[0].uri)])
    assert rules(check_ninjs(ninjs.render(HOUSE, PARTNER, both), both)) == [
        (entries[0].uri, "ninjs.withdrawals")
    ]


def test_a_withdrawn_story_that_tells_a_word_of_itself_is_refused(make):
    asked = edition([make("a")], [GONE])
    document = orjson.loads(ninjs.render(HOUSE, PARTNER, asked))
    document["associations"][1]["headlines"] = [{"role": "main", "value": "Mayor named"}]
    assert rules(check_ninjs(orjson.dumps(document), asked)) == [(None, "ninjs.withdrawn")]


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_every_edition_of_a_feed_differs_from_the_one_before(make, name):
    """Delivery relies on it: a writer that looked at an earlier edition must not take a later one for it."""
    before = edition([make("a")])
    after = replace(before, made_at=NOON + timedelta(seconds=1))
    render = RENDERERS[name].render
    assert render(HOUSE, PARTNER, before) != render(HOUSE, PARTNER, after)
    assert render(HOUSE, PARTNER, before) == render(HOUSE, PARTNER, before)


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_format_names_withdrawals_or_keeps_quiet_of_them(make, name):
    document = RENDERERS[name].render(HOUSE, PARTNER, edition([make("a")], [GONE]))
    told = GONE.uri.removeprefix("urn:uuid:").encode()  # a ZIP has it in its files' names
    assert (told in document) is RENDERERS[name].tells_withdrawals
