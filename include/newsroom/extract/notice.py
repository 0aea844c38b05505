"""Copyright notices: found in a line, kept verbatim, split into year, holder and terms.

A notice is a mark (©, (c), Copyright), a year or a holder after it, and what follows. The sign © is sure by
itself; the word and `(c)` are prose as often as not, and need a notice's form around them.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from newsroom.extract.license import read_license
from newsroom.extract.sources import known_source

FIRST_YEAR = 1900
MAX_LINE = 3_000
"""Characters: a longer line is prose; a notice at its end is still found."""

MAX_NAME_WORDS = 6
"""Words of a name that is told by its place alone."""

MAX_HOLDER = 160
"""Characters: what is longer is not a name."""

_SIGN = r"(?:©|Ⓒ|🄫|&copy;?)\ufe0f?"
_LETTER = r"\(\s?[cC]\s?\)"
_WORD = r"(?:[Cc]opyrights?|COPYRIGHTS?|[Cc]opyrighted|[Cc]opr\.|저작권자|版权所有|版權所有|著作権)"
_SYNDICATED = r"(?<![\w.])c\.(?=\s?(?:19|20)\d\d\b)"
"""How the New York Times News Service writes it: `c.2024 The New York Times Company`."""

_RESERVED = (
    r"(?:all\s*rights?\s*(?:are\s+)?(?:reserved|res\b\.?)|alle\s+rechte\s+(?:vorbehalten|voorbehouden)"
    r"|(?:todos\s+(?:los|os)\s+)?(?:derechos|direitos)\s+reservados|tous\s+(?:les\s+)?droits\s+(?:réservés|reserves)"
    r"|tutti\s+i\s+diritti\s+(?:sono\s+)?riservati|riproduzione\s+riservata|wszelkie\s+prawa\s+zastrzeżone"
    r"|alla\s+rättigheter\s+förbehållna|все\s+права\s+защищены|tots\s+els\s+drets\s+reservats)"
)
_RESERVED_SIGN = rf"(?i:{_RESERVED}\s*[-–—,.:]*\s*)"
_MARK = re.compile(
    rf"(?:{_RESERVED_SIGN}|(?i:all\s+contents?|contents?|text|story|article)\s+)?"
    rf"(?:(?:™|\(?TM\)?|®|℗|\(?SM\)?)\s*(?:&|and|et|y|&amp;)\s*)?"
    rf"(?P<mark>(?:{_SIGN}|{_LETTER}|{_WORD})(?:[\s:.,-]{{0,3}}(?:{_SIGN}|{_LETTER}|{_WORD}))*|{_SYNDICATED})",
)
"""The run of marks that a notice begins with; `(?i:…)` covers the words only."""

_MAY_BE_MARKED = re.compile(
    r"[©Ⓒ🄫]|&copy|\(\s?[cC]\s?\)|[cC](?:opy|OPY|opr)|c\.\s?[12]|저작권자|版权所有|版權所有|著作権"
)
"""What every mark has in it: a quick look, as nearly every line has none."""

_YEAR = r"(?:19|20)\d\d"
_YEARS = re.compile(
    rf"(?P<first>{_YEAR})(?!\d)(?P<more>(?:\s*(?:-|–|—|/|,|;|&|to|bis|and|al?|à)\s*(?:{_YEAR}|\d\d(?=[\s,.;:/]|$)|present|heute|today|now|presente|actualidad))*)"
    r"(?![\w%])",
    re.IGNORECASE,
)
_AGAIN = re.compile(rf"[\s,:.-]*(?:{_SIGN}|{_LETTER}|{_WORD})(?!\w)")
"""A mark that is said again behind the year: `© 2024 Copyright Reuters`."""

_YEARS_AFTER = re.compile(rf"[\s,(]*(?P<years>{_YEARS.pattern})[\s).,/]*$", re.IGNORECASE)
_ANY_YEAR = re.compile(r"^\d{4}(?!\d)[\s,.:;-]*")
_DAY = re.compile(
    r"^(?:\d{1,2}\.?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zé]*\.?\s+(?:\d{1,2},?\s+)?(?=(?:19|20)\d\d)",
    re.IGNORECASE,
)

_OPEN = frozenset({"present", "heute", "today", "now", "presente", "actualidad"})
"""How a range ends that goes on."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:inc|co|corp|ltd|bros|st|dr|mr|mrs|ms|jr|sr|no|cía|cia|dept|univ|assoc|assn|intl|ga|fla|calif|mass|minn"
    r"|l\.l\.c|l\.p|s\.a|s\.l|s\.p\.a|s\.r\.l|n\.v|b\.v|a\.g|p\.l\.c|e\.v|u\.s|u\.k|d\.c)|\b[A-Z])$",
    re.IGNORECASE,
)
"""What a full stop may follow within a name."""

_TERMS = re.compile(
    r"may\s+not\s+be|may\s+be\s+(?:used|(?:re)?(?:published|produced|printed|distributed))|not\s+be\s+(?:published|reproduced|copied|used|redistributed)|without\s+(?:\w+\s+){0,3}(?:permission|consent|authori[sz]ation)"
    r"|restrictions|personal(?:,?\s+non-?commercial)?\s+use|editorial\s+use|clearances|permission|prohibited|forbidden|unauthori[sz]ed"
    r"|terms\s+(?:of|and)|see\s+our|no\s+(?:re)?(?:use|publication|resale|distribution)\b|not\s+for\s+(?:re)?(?:sale|publication|use)|embargo"
    r"|prohibits|forbids|prohibid[ao]|proibid[ao]|vietat[ao]|reproduç|sem\s+(?:\w+\s+){0,3}(?:autorização|permissão)|reproducci[óo]n|redistribuci[óo]n|interdit|reproduction|riproduzione|vietata|verboten|untersagt|nachdruck|vervielfältigung|\brechte\s+am\b|toestemming|무단|금지|转载|轉載|転載|genehmigung|zustimmung|nutzung"
    r"|verwendung|weitergabe|autorizaci[óo]n|autorisation|consentimiento|licen[sc]|creative\s+commons|"
    r"\bCC[ -]BY|public\s+domain|redistributed|republish|reprint|property\s+rights|\bcredit\b",
    re.IGNORECASE,
)
_USAGE = re.compile(
    r"(?:all\s+rights\s+reserved[.,]?\s+)?(?:"
    r"(?:this|these)\s+(?:material|content|story|article|report|text|work)s?\s+(?:(?:may|must|can|shall)\s*not|may\s+(?:only\s+)?be)\b"
    r"|no\s+part\s+of\b|any\s+(?:use|reproduction|copying|redistribution|republication)\b"
    r"|(?:unauthori[sz]ed\s+)?(?:reproduction|redistribution|republication|distribution)\b(?:\s+\w+){0,12}\s+(?:prohibited|forbidden|not\s+permitted)"
    r"|not\s+for\s+(?:re)?(?:sale|publication|use|distribution)\b|for\s+(?:personal|editorial|internal)\b[^.]*\buse\b"
    r"|(?:used|reprinted|republished)\s+with\s+(?:the\s+)?permission|click\s+for\s+restrictions"
    r"|(?:queda\s+|está\s+(?:expresamente\s+)?|se\s+)?proh[ií]b(?:id[ao]|e)\b|toute\s+(?:reproduction|utilisation)\b"
    r"|reproduction\s+(?:interdite|même\s+partielle)|nachdruck\b|jede\s+(?:nutzung|verwendung|weitergabe|vervielfältigung)"
    r"|(?:è\s+)?vietata\b|(?:é\s+)?proibida\b)",
    re.IGNORECASE,
)
"""How a line begins that tells of use alone."""

_NOT_TERMS = re.compile(
    r"^(?:visit\b(?!.*\b(?:terms|permissions?)\b)|distributed\s+by|to\s+(?:see|read)\s+more|for\s+more\b|read\s+more)",
    re.IGNORECASE,
)

_END = re.compile(
    rf"""
      \s*[,;.|–—-]*\s*(?i:{_RESERVED})
    | (?:[,.;]\s*|\s[–—-]\s*)\b(?:An?|The|[Uu]na?|[Uu]ne|[Ee]in[e]?|a
        |an)\s+(?:[\w&.'’!+-]+\s+){{1,6}}(?:Company|company|Station|station|Newspaper|newspaper|Publication
        |publication|subsidiary|brand|Brand|property|Property)\b
    | \s+(?:prohibits|forbids)\b | ,\s*(?=무단)
    | [,;]\s+(?:[Ff]otos?|[Pp]hotos?|[Bb]ild(?:er)?):
    | [,;]\s+(?:though|see|part\ of|a\ (?:division|subsidiary|unit|member|part)\ of|ein\ |una\ |une\ |visit
        |www\.|https?://)
    | \s*[,.;(–—|-]*\s*\b(?:Distributed\ by|distributed\ by|Dist\.\ by|Visit\ |Click\ |Open\ For
        |This\ (?:material|content|article|story|report|work|text|page|site|website|program|information)
        |These\ materials|For\ (?:personal|Personal|more|other|the|restrictions|editorial)|Reproduction
            |Reproducing|Reprinted|Republished|Republi[sc]|Unauthori[sz]ed|Provided\ by|Used\ (?:with|by
            |under)
        |Licensed\ under|licensed\ under|Published\ under|[Uu]nder\ (?:a\ |the\ )?(?:Creative|CC)
            |To\ see\ more|to\ see\ more|No\ part|Not\ for|[Oo]n\ behalf\ of|may\ not\ be|Material\ from
            |Contact\ |Powered\ by|Designed\ by
        |Terms\ (?:of|and)|Terms\b|Privacy|Cookie|Read\ more|Permission|All\ Rights|All\ right
            |Est[áa]\ expresamente|Queda\ |Prohibid[ao]|Se\ prohíbe|Toute\ |Reproduction|Jede\ |Die\
            |Nutzung|Weiterverwendung|Verwendung
        |È\ vietata|Vietata|Nessuna|Any\ (?:use|reproduction|copying|redistribution)|via\ |Via\
            |from\ https?|Source:|All\ market|Market\ data|Creative\ Commons|Except\ |Some\ rights|Follow\
            |Subscribe)
    | \s*(?:\||•|·|\u2022|»|\s//\s|\s/\s*$)
    | \s+[–—-]\s+(?=For\b|All\b|Rechte\b|[Uu]se\b|No\b|CC\b|Click|Terms|Todos|Tous|Alle|Tutti|an?\s|AP\b
        |https?:|www\.)
    | \s*\((?=https?:|www\.|[\w.-]+\.(?:com|org|net|de|fr|es|it|co\.uk)\b)
    | \s+{_SIGN} | \s+(?:™|®)
    | \s+[0-9a-f]{{20,}}\b
    | \s+(?=https?://|www\.)
    | [,;]\s+[a-z]{{2,6}}:\d
    """,
    re.VERBOSE,
)
"""Where a holder's name ends at the latest."""

_SENTENCE = re.compile(r"[.!?]['”\")]*(?=\s|[A-Z])")
_URL_HOLDER = re.compile(r"^(?:https?://|www\.)\S+")
_HASH = re.compile(r"\s+[0-9a-f]{20,}\s*$")
_STARTS_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ]|\d|https?:|www\.|[a-z]+[A-Z]|[\"“«']")
_PARTICLES = re.compile(
    r"^(?:by|von|par|por|di|de|da|del|with|held\s+by|owned\s+by|belongs\s+to|to|of|bei|beim)\s+",
    re.IGNORECASE,
)
_EDGES = ' \t\u00a0,;:|/•·–—-*_~"“”«»'


@dataclass(frozen=True)
class Notice:
    """A copyright notice. `text` is verbatim, a part of the line it was found in.

    `year` is the work's: the end of a range, the first of several notices in one line. `usageterms` are the
    sentences on what may be done; a bare `All rights reserved` is none. `license` is its address or name.
    """

    text: str
    holder: str | None = None
    year: int | None = None
    usageterms: str | None = None
    license: str | None = None


def read_notice(line: str, latest_year: int) -> Notice | None:
    """The first copyright notice in `line`, or None; years outside 1900 to `latest_year` are none.

    Never raises, whatever the line.
    """
    line = line[-MAX_LINE:]
    if not _MAY_BE_MARKED.search(line):
        return None
    for match in _MARK.finditer(line):
        if (notice := _notice_at(line, match, latest_year)) is not None:
            return notice
    return None


def read_usage(line: str) -> str | None:
    """The terms that `line` tells, where it tells nothing else: `This material may not be published …`."""
    line = " ".join(line.split()).strip(" ()")
    if len(line) > MAX_LINE or _USAGE.match(line) is None:
        return None
    sentences = [
        one for one in _sentences(line) if not re.fullmatch(rf"\W*{_RESERVED}\W*", one, re.IGNORECASE)
    ]
    return " ".join(sentences) or None if all(map(_TERMS.search, sentences)) else None


def _notice_at(line: str, match: re.Match[str], latest: int) -> Notice | None:
    rest = line[match.end() :]
    years, after = _leading_years(rest, latest)
    holder, tail = _holder(after)
    if holder and not years.seen:
        years, holder = _trailing_years(holder, latest)
    if holder and not years.seen:
        years = _years_after_reserved(tail, latest)
    start = _start(line, match.start())
    if holder is None and years.seen and (before := _holder_before(line[: match.start()], tail)):
        holder, start = before, 0
    elif not _is_notice(line, match, years.seen, holder, tail):
        return None
    text = _closed(_HASH.sub("", line[start:]).strip())
    terms = _usage_terms(line[start : match.start()], _closed(tail))
    licence = read_license(text)
    return Notice(text, holder, years.year, terms, licence.address if licence else None)


def _closed(text: str) -> str:
    """The text without a bracket at its end that closes one before it."""
    text = text.rstrip()
    return text[:-1].rstrip() if text.endswith((")", "]", ">")) and not _is_paired(text) else text


def _is_paired(text: str) -> bool:
    opening = {")": "(", "]": "[", ">": "<"}[text[-1]]
    return text.count(opening) >= text.count(text[-1])


def _holder_before(before: str, tail: str) -> str | None:
    """The holder's name where a line is that, the mark and a year: `Reuters © 2024`."""
    name = _cleaned(before)
    alone = not re.sub(_RESERVED, "", tail, flags=re.IGNORECASE).strip(" .,;|–—-/")
    if name is None or not alone or len(name.split()) > MAX_NAME_WORDS or re.search(r"[.:!?]\s", before):
        return None
    return name if known_source(name) or _STARTS_NAME.match(name) else None


@dataclass(frozen=True)
class _Years:
    seen: bool = False
    year: int | None = None


def _leading_years(rest: str, latest: int) -> tuple[_Years, str]:
    """The years right after the mark, and what follows them."""
    skipped = re.match(r"[\s,:.;|@–—-]*(?:by\s+)?", rest)
    body = rest[skipped.end() :] if skipped else rest
    body = _DAY.sub("", body)
    if match := _YEARS.match(body):
        after = body[match.end() :]
        again = _AGAIN.match(after)
        return _Years(True, _last_year(match[0], latest)), after[again.end() :] if again else after
    if match := _ANY_YEAR.match(body):
        return _Years(True, None), body[match.end() :]
    return _Years(), body


def _trailing_years(holder: str, latest: int) -> tuple[_Years, str | None]:
    """The years that stand behind the holder, and the holder without them."""
    if match := _YEARS_AFTER.search(holder):
        return _Years(True, _last_year(match["years"], latest)), _cleaned(holder[: match.start()])
    return _Years(), holder


def _years_after_reserved(tail: str, latest: int) -> _Years:
    """The years of `All Rights Reserved 2018`."""
    after = re.match(rf"[\s,;.|–—-]*{_RESERVED}[\s,:.]*", tail, re.IGNORECASE)
    if after and (match := _YEARS.match(tail[after.end() :])):
        return _Years(True, _last_year(match[0], latest))
    return _Years()


def _last_year(text: str, latest: int) -> int | None:
    """The end of a range or list of years; a range that is still open has none."""
    first = int(text[:4])
    parts = re.findall(r"\d+|[a-z]+", text[4:].lower())
    if any(part in _OPEN for part in parts):
        return None
    year = max([first, *(_full_year(part, first) for part in parts if part.isdigit())])
    return year if FIRST_YEAR <= year <= latest else None


def _full_year(digits: str, first: int) -> int:
    """`24` after 1998 is 2024."""
    if len(digits) == 4:
        return int(digits)
    year = first // 100 * 100 + int(digits)
    return year if year >= first else year + 100


def _holder(text: str) -> tuple[str | None, str]:
    """The holder's name at the start of `text`, and what follows it."""
    skipped = len(text) - len(text.lstrip(" \t\u00a0,:.;|–—-/*"))
    text = text[skipped:]
    if match := _PARTICLES.match(text):
        text = text[match.end() :]
    if match := _URL_HOLDER.match(text):
        return match[0].rstrip(".,;)") or None, text[match.end() :]
    end = _END.search(text)
    stop = end.start() if end else len(text)
    stop = min(stop, _first_stop(text))
    if text[stop : stop + 1] == "." and _ABBREVIATION.search(text[:stop]):
        stop += 1
    return _cleaned(text[:stop]), text[stop:]


def _first_stop(text: str) -> int:
    """Where the sentence of the holder's name ends; a full stop of an abbreviation does not end it."""
    for match in _SENTENCE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        glued = after[:1].isupper() and not re.search(r"(?:^|[\s.])\w{1,2}$", before)
        if _ABBREVIATION.search(before):
            continue
        if glued and re.match(r"[A-Z]+\b", after) and re.search(r"[A-Z]{2,}$", before):
            continue  # CREATORS.COM
        return match.start()
    return len(text)


def _cleaned(name: str) -> str | None:
    name = " ".join(name.split()).strip(_EDGES)
    while name.endswith(".") and not _ABBREVIATION.search(name[:-1]):
        name = name[:-1].rstrip(_EDGES)
    name = re.sub(r"\s+copyright$", "", name, flags=re.IGNORECASE)
    for opening, closing in ("«»", "“”"):
        if name.count(opening) > name.count(closing):
            name += closing
    if name.count("(") > name.count(")"):
        name = name[: name.rindex("(")].rstrip(_EDGES)
    if name.endswith(")") and name.count(")") > name.count("("):
        name = name[:-1].rstrip(_EDGES)
    return name if name and len(name) <= MAX_HOLDER and any(c.isalpha() for c in name) else None


def _is_notice(line: str, match: re.Match[str], dated: bool, holder: str | None, tail: str) -> bool:
    """Whether the mark, with what follows, has a notice's form."""
    mark = match["mark"]
    named = holder is not None and (
        _STARTS_NAME.match(holder) is not None
        or known_source(re.split(r"\s*[/,]", holder)[0]) is not None
        or _is_small_name(line[: match.start()], mark, holder, tail)
    )
    if holder is not None and not named:
        return False
    reserved = re.match(rf"[\s,;.|–—-]*{_RESERVED}", tail, re.IGNORECASE) is not None or re.search(
        _RESERVED, match[0], re.IGNORECASE
    )
    if re.search(_SIGN, mark):
        return named or dated or bool(reserved)
    several = re.search(_LETTER, mark) and re.search(_WORD, mark)
    if not several and not _begins_sentence(line, match.start()):
        return False
    if several or dated:
        return named or dated
    return bool(
        named
        and (reserved or (holder and known_source(holder)) or ":" in line[match.end() : match.end() + 2])
    )


def _is_small_name(before: str, mark: str, holder: str, tail: str) -> bool:
    """Whether a name in small letters is all that the line has beside the sign: `© picture alliance`."""
    alone = not before.strip() and not re.sub(_RESERVED, "", tail, flags=re.IGNORECASE).strip(" .,;|–—-/")
    return alone and re.fullmatch(_SIGN, mark) is not None and len(holder.split()) <= MAX_NAME_WORDS // 2


def _begins_sentence(line: str, at: int) -> bool:
    """Whether what stands at `at` begins the line, a sentence, or comes after a divider or the wire's tag."""
    before = line[:at].rstrip()
    return (
        not before
        or before[-1] in ".!?…”\"'()[]<|/•·–—-*:;"
        or re.search(r"(?:-Wire|^\W*\w{2,12})$", before) is not None
    )


def _start(line: str, at: int) -> int:
    """Where the notice begins: terms that stand before the mark belong to it."""
    before = line[:at]
    match = re.search(
        r"(?:^|(?<=[.!?”]))\s*(This (?:material|content|story)\b[^.]*\.(?:[^.]*\.)?\s*)$", before
    )
    return match.start(1) if match and _TERMS.search(match[1]) else at


def _usage_terms(before: str, tail: str) -> str | None:
    """The sentences on use, before the mark and after the holder, as one text."""
    tail = _HASH.sub("", tail)
    sentences = [part for text in (before, tail) for part in _sentences(text)]
    kept = [
        sentence
        for sentence in sentences
        if _TERMS.search(sentence)
        and not _NOT_TERMS.match(sentence)
        and not re.fullmatch(rf"\W*{_RESERVED}\W*", sentence, re.IGNORECASE)
    ]
    return " ".join(kept) or None


def _sentences(text: str) -> list[str]:
    text = " ".join(text.split())
    cuts = [
        match.end()
        for match in re.finditer(r"[.!?](?=\s+[A-ZÀ-Ý¡¿])|reserved[.,](?=\s*\S)", text)
        if match[0] != "." or not _ABBREVIATION.search(text[: match.start()])
    ]
    parts = (text[a:b] for a, b in pairwise((0, *cuts, len(text))))
    return [part.strip(" ,;|–—-/") for part in parts if part.strip(" ,;|–—-/.")]
