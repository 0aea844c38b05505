"""Signs that a body is cut, walled or lost, and stories that have none of them."""

import pytest

from newsroom.extract.gate import continuation, doubts, truncation, wall_lines
from newsroom.extract.structured import Told
from newsroom.story import paragraph

SENTENCE = (
    "The council of the town met on Tuesday to decide whether the old ferry should sail at night again."
)


def codes(*texts: str, below: tuple[str, ...] = (), told: Told | None = None) -> list[str]:
    flags = doubts([paragraph(text) for text in texts], below, told or Told())
    assert all("wanted" in flag for flag in flags)
    return [flag.split(":")[0] for flag in flags]


def test_a_whole_story_raises_none():
    assert codes(*[SENTENCE] * 10) == []
    assert codes(SENTENCE, "Reporting by Jane Roe") == []


@pytest.mark.parametrize(
    "wall",
    [
        "To continue reading this story, please subscribe.",
        "Already a subscriber? Sign in.",
        "Jetzt weiterlesen mit F+ Abo",
        "Cet article est réservé aux abonnés",
        "Contenido exclusivo para suscriptores",
        "You have reached your limit of free articles.",
        "Become a member to read this story",
        "Weiterlesen mit BLATT+",
        "Abonnez-vous pour lire la suite",
        "Regístrate gratis para leer",
        "Questo contenuto è riservato agli abbonati",
        "Assine para continuar lendo",
        "Dit artikel is alleen voor abonnees",
        "Denna artikel är för prenumeranter",
    ],
)
def test_a_wall_holds_a_short_body(wall: str):
    assert codes(SENTENCE, below=(wall,)) == ["gate.paywall"]
    assert codes(SENTENCE, wall) == ["gate.paywall"]
    assert codes(*[SENTENCE] * 12, below=(wall,)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Finland is already a member of the alliance, and Sweden hopes to be one by the end of the year.",
        "El servicio para suscriptores costará cinco euros al mes desde junio, dijo la empresa.",
        "Der Verlag will seine Artikel nur noch für Abonnenten anbieten, sagte er.",
        "The European Economic Area has 30 members, and the council hopes to trade with all of them.",
        "The site uses a captcha to keep out robots, the company said.",
    ],
)
def test_prose_on_subscribers_is_no_wall(text: str):
    assert codes(SENTENCE, text) == []
    assert wall_lines((SENTENCE, text)) == ()


def test_the_walls_lines_are_told():
    assert wall_lines((SENTENCE, "To continue reading this story, please subscribe.")) == (1,)
    assert wall_lines((SENTENCE, SENTENCE)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Please enable JavaScript to go on.",
        "Verify you are human",
        "We value your privacy",
        "404 Not Found",
        "Wir verwenden Cookies",
        "Nous et nos partenaires utilisons des cookies",
        "Pardon our interruption",
        "This content is not available in your country",
    ],
)
def test_a_consent_or_robot_page_is_no_story(text: str):
    assert codes(text) == ["gate.wall"]
    flags = doubts([paragraph(SENTENCE)], (), Told(), headline=text)
    assert [flag.split(":")[0] for flag in flags] == ["gate.wall"]


def test_a_body_that_ends_within_a_sentence_is_cut():
    assert codes(SENTENCE, SENTENCE.removesuffix(" again.")) == ["gate.cut"]
    assert codes(SENTENCE, SENTENCE.removesuffix(" at night again.") + ",") == ["gate.cut"]


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE.removesuffix(" at night again.") + " [...]",
        SENTENCE.removesuffix(" at night again.") + " […]",
        SENTENCE.removesuffix(" at night again.") + " [+1234 chars]",
        SENTENCE.removesuffix(" again.") + " -",
        SENTENCE.removesuffix(" again.") + " a",
        SENTENCE.removesuffix(" at night again.") + " to Port Calloway’s",
    ],
)
def test_what_a_feed_or_site_cuts_is_seen(text: str):
    assert codes(SENTENCE, text) == ["gate.cut"]


@pytest.mark.parametrize(
    "text",
    [
        "Sample Press writers Jane Roe in Paris and John Poe in London contributed to this report",
        "Additional reporting by John Poe in Port Hill and Ann Coe in Washington for the politics desk",
        "With files from John Poe in Port Hill and Ann Coe, who is in Washington this whole week",
    ],
)
def test_a_credit_ends_as_it_likes(text: str):
    assert codes(SENTENCE, text) == []


def test_a_character_that_was_lost_in_decoding_is_told():
    assert codes(SENTENCE, f"Jos\ufffd N\ufffd\ufffdez agreed. {SENTENCE}") == ["gate.charset"]
    assert [flag[:40] for flag in doubts([paragraph(SENTENCE)], (), Told(), headline="Caf\ufffd")] == [
        "gate.charset: text: saw 1 characters tha"
    ]


def test_fewer_words_than_the_page_counts_are_a_loss():
    assert codes(SENTENCE, told=Told(articles=({"@type": "NewsArticle", "wordCount": 400},))) == ["gate.lost"]
    assert codes(
        SENTENCE,
        told=Told(articles=({"@type": "NewsArticle", "articleBody": SENTENCE * 5 + " Nobody objected."},)),
    ) == ["gate.lost"]
    assert codes(SENTENCE, told=Told(articles=({"@type": "NewsArticle", "wordCount": 21},))) == []


def test_an_article_body_that_ends_as_the_body_does_holds_more_than_the_story():
    boxed = Told(articles=({"@type": "NewsArticle", "articleBody": "In short: boats. " * 20 + SENTENCE},))
    assert codes(SENTENCE, told=boxed) == []
    assert codes(SENTENCE[:-12] + ".", told=boxed) == ["gate.lost"]


def test_the_longer_of_count_and_article_body_counts():
    node = {"@type": "NewsArticle", "wordCount": 10, "articleBody": "Boats come and boats go. " * 20}
    assert codes(SENTENCE, told=Told(articles=(node,))) == ["gate.lost"]


def test_prose_left_unread_is_a_loss_unless_it_is_a_note():
    story = [paragraph(SENTENCE)] * 16
    assert doubts(story, (), Told(), [SENTENCE]) == ()
    assert doubts(story[:2], (), Told(), [SENTENCE]) == ()
    (flag,) = doubts(story, (), Told(), [SENTENCE] * 2)
    assert flag.startswith(f"gate.unread: body: saw {2 * len(SENTENCE)} characters of prose beside it")
    assert SENTENCE[:60] in flag
    assert "`furniture`" in flag


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><div><p>A story.</p></div></body></html>",
        "<HTML><BODY><DIV><P>A story.</DIV></BODY>",
        "<html><body><div><p>A story.</html> <div>",
        "<!doctype html><title>Ferry</title><main><p>A story.<p>Its end.</main>",
        "",
    ],
)
def test_a_page_that_closes_what_it_opened_is_whole(page: str):
    assert list(truncation(page)) == []


@pytest.mark.parametrize(
    ("page", "opened"),
    [
        ("<html><body><div><p>A story that", "div"),
        ("<html><body><DIV><p>A story that", "div"),
        ("<html><body><article><div></div><p>A story that", "article"),
        ("<html><body><div></div><script>let a = ", "script"),
    ],
)
def test_a_page_that_stops_within_a_box_is_cut_off(page: str, opened: str):
    (flag,) = truncation(page)
    assert flag.startswith(f'gate.truncated: page: ends with "{page[-20:]}'[:30])
    assert f"<{opened}> open" in flag
    assert "wanted" in flag


def test_a_page_that_is_not_free_and_says_little_is_a_teaser():
    closed = Told(articles=({"@type": "NewsArticle", "isAccessibleForFree": False},))
    assert codes(SENTENCE, told=closed) == ["gate.paywall"]


@pytest.mark.parametrize(
    "link",
    [
        "https://site.example/a/ferry/2",
        "/a/ferry/page/2/",
        "/a/ferry/page-2",
        "/a/ferry,page2",
        "?page=2",
        "/a/ferry?ref=x&p=2",
    ],
)
def test_a_story_with_a_next_page_is_not_whole(link: str):
    for url in ("https://site.example/a/ferry", "https://site.example/a/ferry/"):
        (flag,) = continuation(Told(links={"next": ("https://[", link)}), url)
        assert flag.startswith(f"gate.pages: page: says that it goes on at {link}; wanted")


@pytest.mark.parametrize(
    "link",
    [
        "https://site.example/a/bridge",
        "/a/ferry/photos/2",
        "/a/ferry-2",
        "/a/ferry",
        "?utm=2",
        "https://other.example/a/ferry/2",
        "https://[",
    ],
)
def test_another_story_is_no_next_page(link: str):
    assert list(continuation(Told(links={"next": (link,)}), "https://site.example/a/ferry")) == []
    assert list(continuation(Told(links={"next": ("/page/2",)}), "https://site.example/")) == []
    assert list(continuation(Told(links={"next": ("/a/ferry/2",)}), None)) == []
