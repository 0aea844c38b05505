"""The extraction gate: signs that a body is cut, walled or lost. A flag holds the story with its reason."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from newsroom.extract.segment import folded
from newsroom.extract.structured import Told, text_of
from newsroom.story import Block, words_in

MIN_OF_STATED = 0.75
"""A body with less than this of the words that the page's data count or have lost some: captions count."""

ARTICLE_END = 40
"""Letters: an articleBody that ends as the body does holds boxes or captions, and no lost words."""

MIN_UNREAD_CHARS = 150
MAX_UNREAD = 0.1
"""Prose beside a body that is built as it is, of more than this share of both, and no mere note, is lost."""

MAX_STATED_WORDS = 3_000
"""Counts above this were seen to be of something else (a site's whole feed)."""

FEW_WORDS = 150
"""A body below this may be what a wall leaves to see; a brief is as short, so that it takes a second sign."""

FEWEST_WORDS = 50
"""A body below this on a page that says it is not free is a teaser; agencies' closed briefs have 70."""

LAST_LINES = 3
MAX_WALL = 200
"""Characters: a longer line is prose that speaks of subscribing."""

NEAR_LINES = 12
"""A wall stands in the body or within this many lines below it."""

_BROKEN = "\ufffd"
"""What decoders write for bytes that are no character."""

_PAYWALL = re.compile(
    r"""
      (?:to|and)\ (?:continue|keep)\ reading | continue\ reading\ (?:this|the|with|for)
    | ^\W*keep\ reading\ for | get\ unlimited\ access | ^\W*(?:this\ is\ )?(?:premium|exclusive)\ content\b
    | (?:this|the)\ (?:article|story|content)\ is\ (?:only\ |exclusively\ )?
      (?:for|available\ to|reserved\ for)\ (?:our\ )?(?:paying\ |registered\ )?(?:subscribers|members)
    | (?:^|[.!?]\ )\W*already\ (?:an?\ )?(?:subscriber|member) | already\ an?\ (?:subscriber|member)\?
    | (?:subscribe|sign\ up|register|become\ a\ (?:member|subscriber))\ (?:now\ |(?:for\ )?free\ )?
      to\ (?:read|continue|unlock|keep)
    | to\ read\ the\ (?:full|rest\ of\ the)\ (?:story|article) | (?:sign|log)\ in\ to\ (?:read|continue)
    | unlock\ (?:this|the)\ (?:article|story)
    | you(?:['’]ve|\ have)\ (?:reached|read|used)\ (?:all\ )?(?:of\ )?your\ (?:limit\ of\ )?
      (?:(?:monthly\ |free\ )?(?:article\ )?limit|free\ articles)
    | (?:weiterlesen|jetzt)\ mit\ .{0,20}(?:abo|plus) | weiterlesen\ mit\ \S{1,20}\+
    | mit\ einem\ abo\ weiter | abo\?\ .{0,30}weiterlesen
    | dieser\ (?:artikel|inhalt)\ .{0,30}abonnent | (?:bereits|schon)\ abonnent | exklusiv\ für\ abonnent
    | um\ (?:diesen|den)\ .{0,20}(?:artikel|text)\ .{0,20}zu\ lesen
    | r[ée]serv[ée]e?s?\ (?:aux|à\ nos)\ abonn[ée]s | d[ée]j[àa]\ abonn[ée] | en\ vous\ abonnant
    | (?:abonnez|connectez|inscrivez)-vous\ .{0,20}pour\ (?:lire|continuer|poursuivre) | pour\ lire\ la\ suite
    | (?:exclusiv[oa]s?|s[óo]lo|^\W*contenido)\ para\ (?:nuestros\ )?suscriptores | ya\ eres\ suscriptor
    | para\ (?:seguir|continuar)\ (?:leyendo|lendo) | reg[ií]strate\ .{0,20}para\ (?:leer|seguir|continuar)
    | (?:exclusivo|s[óo])\ para\ as+inantes | já\ é\ assinante | assine\ (?:agora\ )?para\ (?:ler|continuar)
    | continue\ lendo\ com | già\ abbonato | contenuto\ (?:è\ )?riservato
    | riservat[oa]\ (?:agli|ai)\ abbonati | (?:per|abbonati\ per)\ continuare\ a\ leggere
    | (?:alleen|exclusief)\ voor\ abonnees | lees\ verder\ met
    | (?:kun\ for|bare\ for|endast\ för|bara\ för|är\ för)\ (?:våre\ |våra\ )?(?:abonnenter|prenumeranter)
    | tylko\ dla\ (?:subskrybentów|prenumeratorów)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WALL = re.compile(
    r"""
      enable\ (?:javascript|js)\b | javascript\ (?:is|has\ been)\ (?:disabled|required)
    | disable\ any\ ad\ ?blocker | (?:verify|confirm)\ (?:that\ )?you\ are\ (?:a\ )?human
    | are\ you\ a\ robot | unusual\ (?:traffic|activity) | checking\ your\ browser
    | access\ (?:to\ this\ page\ )?(?:has\ been\ )?denied | pardon\ our\ interruption
    | you\ have\ been\ blocked | (?:complete|solve)\ (?:the|this)\ captcha
    | request\ unsuccessful | attention\ required
    | ^\W*(?:40[134]|451|50[023])\b.{0,40}$
    | (?:page|story|article)\ (?:you\ requested\ )?(?:could\ not\ be|was\ not|not)\ found
    | (?:page|content)\ (?:isn['’]t|is\ not)\ available\ (?:in\ your\b|$)
    | available\ in\ your\ (?:region|country)
    | unavailable\ (?:due\ to\ legal\ reasons|to\ visitors\ from) | website\ from\ a\ country\ belonging\ to
    | (?:outdated|unsupported)\ browser | browser\ is\ (?:not\ supported|out\ of\ date)
    | accept\ (?:all\ )?(?:the\ )?cookies | we\ value\ your\ privacy | (?:site|website|we)\ uses?\ cookies
    | partners\ store\ and/or\ access\ information
    | (?:alle\ )?cookies\ (?:zu)?akzeptieren | wir\ verwenden\ cookies | zustimmen\ und\ weiter
    | brauchen\ ihre\ zustimmung
    | accepter\ (?:les\ )?cookies | utilisons\ des\ cookies | continuer\ sans\ accepter
    | aceptar\ (?:las\ |todas\ las\ )?cookies | (?:usamos|utilizamos)\ (?:las\ |os\ )?cookies
    | utilizziamo\ (?:i\ )?cookie | accetta\ (?:tutti\ )?(?:i\ )?cookie | aceitar\ (?:os\ )?cookies
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_OPEN = re.compile(r"(?<![@.\w/])(?:[^\W\d_]+[,;]?|[^\W\d_]+[,;]?\s?[-–—])$")
_ENDS_DOTS = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])[\"'”’»)]*$")
_LAST_WORD = re.compile(r"([^\W\d_]+)[,;]?(?:\s?[-–—])?$")
_EXCERPT = re.compile(r"(?:\[(?:\.\.\.|…)\]|\[\+\d+ chars\])$")
"""How feeds end what they cut."""

_CREDIT = re.compile(
    r"\bcontributed\s+to\s+this\s+(?:report|story|article)|\b(?:additional\s+)?reporting\s+by\b|\bedit(?:ed|ing)\s+by\b"
    r"|\breported\s+from\b|^\W*with\s+(?:files|inputs|reporting|additional)\b",
    re.IGNORECASE,
)
"""A credit ends as it likes."""

_END = re.compile(r"</(?:body|html)\b", re.IGNORECASE)
_BOX = re.compile(
    r"<(?P<end>/?)(?P<name>article|aside|div|main|script|section|style|table|ul)\b", re.IGNORECASE
)

_PAGE_PATH = re.compile(r"/(?:(?:page|seite|pagina|p)[/-]?)?\d{1,2}/?|[-_,]page-?\d{1,2}/?", re.IGNORECASE)
_PAGE_QUERY = re.compile(r"(?:^|&)(?:page|paged|pg|p|seite|pagina)=\d{1,2}(?:&|$)", re.IGNORECASE)

MIN_SENTENCE_WORDS = 12
"""A last line shorter than this is a credit or a name more often than half a sentence."""


def doubts(
    blocks: Sequence[Block],
    below: Sequence[str],
    told: Told,
    unread: Sequence[str] = (),
    headline: str = "",
) -> tuple[str, ...]:
    """What is doubtful about a body, as flags; `below` are the page's lines under it, `headline` is above it.

    `gate.charset` characters were lost in decoding, here or before the text came here,
    `gate.lost` words are missing against the page's own count, `gate.unread` against the prose beside the
    body (`unread`), `gate.paywall` and `gate.wall` a wall stands in the text, `gate.cut` it ends within a
    sentence.
    """
    return (*_doubts(blocks, below, told, headline), *_left_unread(blocks, unread))


def _doubts(blocks: Sequence[Block], below: Sequence[str], told: Told, headline: str) -> Iterator[str]:
    words = words_in(block.text for block in blocks)
    stated = _least_words(blocks, told)
    if words < stated:
        yield (
            f"gate.lost: body: saw {words} words; wanted at least {stated} by the page's own count; "
            f"look at the page"
        )
    near = [*(line for block in blocks[-3:] for line in block.text.split("\n")), *below[:NEAR_LINES]]
    closed = _closed(told)
    wall = next((line for line in near if len(line) < 400 and _PAYWALL.search(line)), None)
    if (wall and words < FEW_WORDS) or (closed and words < FEWEST_WORDS):
        seen = f'"{wall[:80]}"' if wall else "isAccessibleForFree: false"
        yield (
            f"gate.paywall: body: saw {words} words and {seen}; wanted the whole story; the page needs "
            f"a subscription"
        )
    if words < FEW_WORDS and (line := next((line for line in (headline, *near) if _WALL.search(line)), None)):
        yield (
            f'gate.wall: body: saw {words} words and "{line[:80]}";'
            " wanted a story, not a consent or robot page"
        )
    if (end := _open_end(blocks[-1], cut_short=bool(wall) or closed)) is not None:
        yield f'gate.cut: body: ends with "{end}", within a sentence; wanted its end; look at the page'
    lines = (headline, *(block.text for block in blocks))
    if broken := next((line for line in lines if _BROKEN in line), None):
        at, count = broken.index(_BROKEN), sum(line.count(_BROKEN) for line in lines)
        beside = broken[max(0, at - 20) : at + 20]
        yield (
            f'gate.charset: text: saw {count} characters that no charset has, as in "{beside}"; wanted none;'
            " look at the page"
        )


def truncation(page: str) -> Iterator[str]:
    """The flag `gate.truncated` of a page that stops before its end, as a broken connection leaves it.

    HTML lets a page leave out the end tags of html and body, and those of paragraphs, but not of its boxes.
    """
    if any(end in page for end in ("</body", "</html")) or _END.search(page):
        return
    opened: Counter[str] = Counter()
    for tag in _BOX.finditer(page):
        opened[tag["name"].lower()] += -1 if tag["end"] else 1
    if unclosed := next((name for name, count in opened.items() if count > 0), None):
        end = " ".join(page[-60:].split())
        yield (
            f'gate.truncated: page: ends with "{end}", with a <{unclosed}> open; wanted it up to </html>;'
            " fetch it again"
        )


def continuation(told: Told, url: str | None) -> Iterator[str]:
    """The flag `gate.pages` of a story that goes on: its next page is at its own address with a number."""
    for link in told.links.get("next", ()) if url else ():
        if _is_next_page(url or "", link):
            yield f"gate.pages: page: says that it goes on at {link[:200]}; wanted the story on one page"
            return


def _is_next_page(url: str, link: str) -> bool:
    try:
        own, following = urlsplit(url), urlsplit(urljoin(url, link))
    except ValueError:
        return False
    if own.hostname != following.hostname or not own.path.strip("/"):
        return False
    path = following.path.removeprefix(own.path.rstrip("/"))
    if path == following.path:
        return False
    return _PAGE_PATH.fullmatch(path) is not None or (
        path in ("", "/") and _PAGE_QUERY.search(following.query) is not None
    )


def _left_unread(blocks: Sequence[Block], unread: Sequence[str]) -> Iterator[str]:
    read, left = sum(len(block.text) for block in blocks), sum(map(len, unread))
    if left >= MIN_UNREAD_CHARS and left > MAX_UNREAD * (read + left):
        yield (
            f'gate.unread: body: saw {left} characters of prose beside it, built alike ("{unread[0][:60]}");'
            f" wanted them in its {read}, or named in the wire's `furniture`; look at the page"
        )


def wall_lines(lines: Sequence[str]) -> tuple[int, ...]:
    """The indexes of the body's last lines that ask to subscribe: the site's, and not the story's."""
    first = max(0, len(lines) - LAST_LINES)
    return tuple(
        i for i in range(first, len(lines)) if len(lines[i]) < MAX_WALL and _PAYWALL.search(lines[i])
    )


def _least_words(blocks: Sequence[Block], told: Told) -> int:
    """How many words the body must have at least, by what the page states; 0 where it states nothing."""
    stated = _stated_count(told)
    article = max(told.article_bodies, key=len, default="")
    if folded(article)[-ARTICLE_END:] not in folded("".join(block.text for block in blocks)):
        stated = max(stated, len(article.split()))
    return int(MIN_OF_STATED * stated)


def _stated_count(told: Told) -> int:
    counts = (text_of(node.get("wordCount")) or "" for node in told.stories)
    return next((int(n) for n in counts if n.isdecimal() and 0 < int(n) <= MAX_STATED_WORDS), 0)


def _closed(told: Told) -> bool:
    said = (
        text_of(node.get("isAccessibleForFree")) or str(node.get("isAccessibleForFree"))
        for node in told.stories
    )
    return any(value.lower() == "false" for value in said)


def _open_end(last: Block, *, cut_short: bool) -> str | None:
    """The body's last words if they are no end: a lower-case word or a comma, or dots before a wall."""
    if last.kind != "paragraph" or last.html.startswith("<p><em>"):
        return None  # a note on the author, in italics, ends as it likes
    line = last.text.split("\n")[-1]
    end = line[-40:]
    if _EXCERPT.search(line):
        return end
    if _ENDS_DOTS.search(line):
        return end if cut_short else None
    if len(line.split()) < MIN_SENTENCE_WORDS or _CREDIT.search(line) or not _ENDS_OPEN.search(line):
        return None
    word = _LAST_WORD.search(line)
    return end if word is None or word[1].islower() else None
