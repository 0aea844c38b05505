"""Bylines: who wrote a story, as people and organisations.

`Story by Reuters`, `By Jane Roe and John Poe, CNN`, `Von Anna Muster`, `Reuters Staff`: the words around the
names are taken away, names in capitals are written as names, the organisation is told from the people.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from newsroom.extract.sources import is_station, known_source

MAX_LINE = 200
"""Characters: a longer line is prose."""

MAX_NAME_WORDS = 6

_KIND = (
    r"(?:story|analysis|article|text|words|report(?:ed|ing)?|written|review|opinion|commentary|interview|column|essay|posted|published|updated|compiled|edited|produced"
    r"|photos?|photographs?|photography|video|illustrations?|graphics?|perspective|exclusive|feature|contributed|authored|created|submitted)"
)
_LEAD = re.compile(
    rf"^\W*(?:(?:(?:an?|the|news)\s+)?(?P<kind>{_KIND})(?:\s+(?:and|&)\s+{_KIND})*\s+)?(?:written\s+)?by(?:\b|(?-i:(?=[A-Z])))[\s:]*|^\W*(?:story|author|authors?|reporter|writer|autor(?:in|es|a)?|auteur|redactor|text(?:\s*(?:und|and|&|\+|/)\s*(?:fotos?|photos?|bild(?:er)?))?|texto|tekst|penulis|reporter|verfasst|текст|автор|作者|记者|記者|撰文)\s*[:：]\s*(?:(?:by|von|por|par)\s+)?"
    r"|^\W*(?:(?:ein(?:e)?\s+)?(?:kommentar|analyse|interview|bericht|artikel|reportage|kolumne|gastbeitrag|text|porträt|glosse|erstellt|geschrieben|verfasst)\s+)?von\s+(?=\S)"
    r"|^\W*(?:(?:un\s+)?(?:análisis|escrito|texto|artículo|publicado|columna)\s+)?por:?\s+(?=\S)|^\W*(?:(?:propos\s+recueillis|article|publié|écrit|texte)\s+)?par:?\s+(?=\S)|^\W*(?-i:[Dd]i\s+(?=[A-ZÀ-Ý]\S*\s+\S))|^\W*(?:a\s+cura\s+di|scritto\s+da|articolo\s+di|(?:skrevet|skriven|skrivet)\s+av|geschreven\s+door|(?-i:[Aa][vf])|przez|oleh|от)\s+(?-i:(?=[^\W\d_a-z]\S*\s+\S))",
    re.IGNORECASE,
)
_OTHER_CRAFT = re.compile(
    r"\s*(?:[|;•·]|,|\band\b|\bwith\b)?\s*\b(?:photo(?:graph(?:s|y|ed))?s?|video|illustrat(?:ion|ed)s?|"
    r"graphics?|visuals?|fotos?|bilder|infographics?|design|additional reporting|edit(?:ed|ing)|"
    r"produced)\s+(?:by|von|por)\b.*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:;|\||•|·|、|\s/\s|\band\b|&|\bund\b|\bet\b|\by\b|\be\b(?=\s+[A-ZÀ-Ý])|\boch\b|\bog\b|\ben\b(?=\s+[A-ZÀ-Ý])|,\s*(?:and|und|et|y)\b|,)\s*",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\b(?:staff(?:\s+(?:writers?|reporters?|and wire(?: reports?)?))?|newsroom|reporters?|"
    r"correspondents?|desk|wires?|wire\s+(?:services?|reports?)|news\s+services?|contributors?|editors?|"
    r"writers?|team|redaktion|redacción|rédaction|redazione|redaktionen|redactie|redakcja|redaksjonen|redaksi|agencies|agencias|agences)\b",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"(?:(?:staff|senior|political|chief|special|foreign|sports?|science)\s+)?(?:writer|reporter|correspondent|columnist|editor|journalist)\s+"
    r"|(?:rechts|fach)anw[aä]lt(?:in)?\s+|(?:redakt(?:eu|o)r|reporter|journalist|korrespondent)(?:in)?\s+"
    r"|(?:periodista|redactora?|corresponsal|journaliste)\s+",
    re.IGNORECASE,
)
"""What a person does, before the name."""

_TITLE = re.compile(
    r"(?:\b(?:writer|reporter|correspondent|editor|columnist|contributor|producer|anchor|meteorologist|chief|bureau|staff|special\s+to|director|professor|fellow|author|analyst|journalist|intern|critic|host|redakteur(?:in)?|korrespondent(?:in)?|reporterin|enviad[oa]|corresponsal|redactora?|envoyée?|correspondante?|journaliste|photographer|president|cofounder|founder|manager|specialist|secretary|senator|expert|lecturer|scientist|researcher|scholar|opinion|digital|senior|political|economics|technology|national|foreign|business|health|science|sports?|entertainment|freelance)\b)",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:news(?:room|paper|wire|desk|service|source)?|press|agency|agence|agencia|agentur|times|post|herald|tribune|journal|gazette|media|network|magazine|wire|staff|desk|team|editors?|editorial|reports?|reporters|correspondents|redaktion|redacción|rédaction|redazione|redactie|redakcja|redaksjonen|redaksi|"
    r"company|inc|llc|gmbh|features|syndicate|group|corporation|association|university|institute|foundation|office|department|bureau|radio|tv|television|channel|online|\.com|\.org|\.net|\.de|\.fr|zeitung|tagblatt|board|contributors?|center|centre|council|project|today|daily|weekly|broadcasting|verlag|sport|politics|studio|partner|sponsored|admin|administrator|webmaster|guest)\b",
    re.IGNORECASE,
)
_WITH = re.compile(r"\s*\(\s*(?:with|avec|mit|con|com|met)\s+([^()]*)\)", re.IGNORECASE)
"""Helpers named in parentheses: `Jane Roe (with John Poe)`."""

_JOINED = re.compile(r"\s+(?:with|avec|con|mit)\s+(?=[^\W\d_a-z])")
_WRITER = re.compile(
    r"\s+(?=(?:AP|AFP|CNN|PA|UPI|dpa)\s+(?:[\w&]+\s+){0,3}(?:Writer|Correspondent|Editor|Reporter|WRITER)\b)"
)
"""Before an agency and the title of its writer: `JANE ROE AP Business Writer`."""

_FROM = re.compile(
    r"\s+(?:in|en|à)\s+[^\W\d_a-z][\w.'’-]*(?:\s(?:[^\W\d_a-z][\w.'’-]*|de|del|la)){0,3}?"
    r"(?=\s*(?:,|;|$|(?:and|und|et|y|&)\s))"
)
"""Where somebody wrote from: `Jane Roe in Washington and John Poe in London`."""

_NAME = re.compile(r"[^\W\d_][\w.'’‘ʼ´`-]*\.?", re.UNICODE)
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]{2,8}")
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "des",
        "la",
        "le",
        "los",
        "las",
        "van",
        "von",
        "der",
        "den",
        "dem",
        "ten",
        "ter",
        "te",
        "zu",
        "zum",
        "zur",
        "af",
        "av",
        "al",
        "el",
        "bin",
        "ben",
        "ibn",
        "y",
        "e",
        "i",
        "d'",
        "d’",
        "o'",
        "st",
        "st.",
        "dos",
        "vom",
        "und",
        "ul",
        "ur",
        "abu",
        "op",
        "'t",
        "dal",
        "delle",
        "degli",
        "lo",
    ]
)
_MIXED = re.compile(r"^(?:Mc|Mac(?=[A-Z]{3})|O['’]|D['’]|Fitz)")
_SURNAME = re.compile(r"[^\W\d_a-zß-öø-ÿ]{3,}(?:-[^\W\d_a-zß-öø-ÿ]+)*")
_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "md", "m.d.", "phd", "ph.d.", "esq", "esq."}
_DEGREES = frozenset(
    {"BA", "BSc", "DDS", "DO", "JD", "LLM", "MA", "MBA", "MPH", "MS", "MSc", "RD", "RDN", "RN"}
)
"""Left out behind a name, as titles are: alone they look like the initials of an organisation."""

_TAIL = re.compile(
    r"\s*(?:=+|\s[-–—|]\s.*|[|·•]\s*\d.*|\b\d+\s+comments?\b.*|"
    r"\(\s*(?:@|https?:).*|@\w+.*|\b(?:updated|published|posted|last updated|"
    r"modified|aktualisiert|veröffentlicht|actualizado|publié|mis à jour)\b.*|\b\d{1,2}[:.]\d\d\b.*|"
    r"\bon\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:january|february|march|april|may|june|"
    r"july|august|september|october|november|december)\s+\d.*|"
    r"(?<!\bon )\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|"
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d.*|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{4}.*)$",
    re.IGNORECASE,
)


_DESKS = frozenset({"editorial", "redakcja", "admin", "administrator", "webmaster", "guest"})


@dataclass(frozen=True)
class Byline:
    """A byline. `text` is it without its lead-in; `people` are names, `organisation` is as written.

    `source` is the house's name of the organisation, or the organisation as written when the house has none;
    `others` are more organisations, as written.
    """

    text: str
    people: tuple[str, ...] = ()
    organisation: str | None = None
    source: str | None = None
    others: tuple[str, ...] = ()

    @property
    def authors(self) -> tuple[str, ...]:
        """The people, or the organisation where no person is named."""
        return self.people or ((self.organisation,) if self.organisation else ())


def read_byline(line: str) -> Byline | None:
    """The byline that `line` is, or None; a bare name or organisation is one too. Never raises."""
    line = " ".join(line.split())
    if not line or len(line) > MAX_LINE:
        return None
    lead = _LEAD.match(line)
    text = _with_agency(line[lead.end() :] if lead else line)
    text = _TAIL.sub("", text).strip(" ,;:|=–—-")
    text = _OTHER_CRAFT.sub("", text).strip(" ,;:|")
    if not text:
        return None
    text = _undoubled(text)
    people, organisations = _parted(_spelled(text))
    if not people and not organisations:
        return None
    if lead is None and not _stands_alone(text, people, organisations):
        return None
    return byline_of(text, people, organisations)


def _with_agency(text: str) -> str:
    """The text with the agency behind a bar as one of its names: `Jane Roe | The Canadian Press`."""
    before, bar, after = text.rpartition(" | ")
    return f"{before}, {after}" if bar and known_source(after) else text


def _spelled(text: str) -> str:
    """The text with commas for what parts its names in other ways, and without the places they wrote from."""
    text = _JOINED.sub(", ", _WITH.sub(r", \1", text))
    return _FROM.sub("", _WRITER.sub(", ", text))


def byline_of(text: str, people: Iterable[str], organisations: Iterable[str]) -> Byline:
    """The byline of these names; the first of the organisations is the one that wrote it."""
    named = tuple(organisations)
    if not named:
        return Byline(text, tuple(people))
    return Byline(text, tuple(people), named[0], known_source(named[0]) or named[0], named[1:])


def has_lead(line: str) -> bool:
    """Whether `line` says that it is a byline: `By`, `Story by`, `Von`, `Por`, `Par`."""
    return _LEAD.match(line) is not None


def name_of(text: str) -> str | None:
    """A person's name as it is written in print, or None when `text` is no name.

    Capitals become a name's own: `CHET BROKAW` is Chet Brokaw, `FRANCES d'EMILIO` Frances d'Emilio.
    """
    words = (
        text.replace("\u00a0", " ").strip(" ,.;:|").split()
        if not text.rstrip().endswith((".", "r."))
        else text.strip(" ,;:|").split()
    )
    if not 1 <= len(words) <= MAX_NAME_WORDS:
        return None
    if not all(_NAME.fullmatch(word.strip('"“”()')) for word in words):
        return None
    if not any(word[0].isupper() or not word[0].islower() for word in words):
        return None
    small = [word for word in words if word[0].islower()]
    if any(
        word.lower() not in _PARTICLES and word[:2] not in ("d'", "d’", "l'", "l’", "al", "el")
        for word in small
    ):
        return None
    if (
        all(
            _MIXED.sub("", word).isupper() or word.lower() in _PARTICLES or word[:2] in ("d'", "d’")
            for word in words
        )
        and len(words) > 1
    ):
        words = [_cased(word, first=at == 0) for at, word in enumerate(words)]
    elif len(words) > 1 and _SURNAME.fullmatch(words[-1]) and not words[0].isupper():
        words[-1] = _cased(words[-1], first=False)  # Jane ROE, as AFP writes it
    return " ".join(words)


def is_desk(name: str) -> bool:
    """Whether `name` is only that of a newsroom's desk or staff: Redaktion, Staff, Editorial."""
    return name.strip().casefold() in _DESKS or not _STAFF.sub("", name).strip(" ,.-")


def is_organisation(name: str) -> bool:
    """Whether `name` is an organisation's, as far as its form tells."""
    return (
        known_source(name) is not None
        or is_station(name)
        or _ORGANISATION.search(name) is not None
        or (name.isupper() and " " not in name.strip())
    )


def _cased(word: str, *, first: bool) -> str:
    """A word of a name in capitals, as a name writes it."""
    if not first and word.lower() in _PARTICLES and not word.isupper():
        return word
    if re.fullmatch(r"(?:[A-Z]\.?){1,3}", word) and (len(word) <= 2 or "." in word):
        return word
    if word.lower() in ("ii", "iii", "iv"):
        return word.upper()
    lower = re.match(r"[a-z]['’]", word)
    if lower:
        return word[:2] + word[2:].capitalize()
    made = "-".join(part.capitalize() for part in word.split("-"))
    return re.sub(r"^(Mc|O['’]|D['’])(\w)", lambda m: m[1] + m[2].upper(), made)


def _parted(text: str) -> tuple[list[str], list[str]]:
    """The people and the organisations that a byline names; titles and places are left out."""
    whole = text.strip(" .")
    if known_source(whole) or known_source(_without_staff(whole)):
        return [], [_without_staff(whole)]
    people: list[str] = []
    organisations: list[str] = []
    parts = [part for one in _SEPARATOR.split(text) for part in map(_trimmed, _slashed(one)) if part]
    for part in parts:
        if part.lower() in _SUFFIXES and people:
            people[-1] += f", {part}"
        elif part in _DEGREES and people:
            continue
        elif people and part.isupper() and " " in part and not parts[0].isupper():
            _add(organisations, part)  # David Straub, MDR THÜRINGEN
        else:
            _sort(part, people, organisations)
    return people, organisations


def _slashed(part: str) -> list[str]:
    """`Jane Roe/John Poe` is two people, `CBS/AP` and `hosb/kesm` are one name."""
    names = part.split("/")
    full = (name_of(name) and len(name.split()) > 1 and not is_organisation(name) for name in names)
    return names if all(full) else [part]


def _trimmed(part: str) -> str:
    bare = part.strip()
    job = _JOB.match(bare)
    if job and len(bare[job.end() :].split()) > 1:
        bare = bare[job.end() :]
    return bare if bare.lower() in _SUFFIXES else bare.strip(" .,;:|=()")


def _sort(part: str, people: list[str], organisations: list[str]) -> None:
    match = re.match(
        r"(?P<name>.+?)\s*(?:\((?P<inside>[^)]+)\)?|\b(?i:for)\s+(?P<for>.+)|\bof\s+(?:the\s+)?(?P<of>.+))$",
        part,
    )
    if match and name_of(match["name"]) and not is_organisation(match["name"]):
        people.append(name_of(match["name"]) or "")
        other = match["inside"] or match["for"] or match["of"]
        if other and is_organisation(other):
            organisations.append(other.strip())
        return
    bare = _without_staff(part)
    if bare and (known_source(bare) or is_station(bare)):
        _add(organisations, _undoubled(bare))
    elif is_organisation(part):
        if not _TITLE.search(part) or not people:
            _add(organisations, part)
    elif _TITLE.search(part) and people:
        _add(organisations, _agency_before(part))
    elif (name := name_of(part)) and (_is_whole(name) or not (people or organisations)):
        _add(people, name)


def _is_whole(name: str) -> bool:
    """Whether it has two words, or is of a script that writes names in one: 田中全."""
    return " " in name or _EAST_ASIAN.fullmatch(name) is not None


def _agency_before(title: str) -> str:
    """The agency that a writer's title begins with: `PA Political Correspondent`."""
    first = title.split(maxsplit=1)[0]
    return first if known_source(first) else ""


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)


def _undoubled(name: str) -> str:
    """`Afp Afp` is Afp."""
    words = name.split()
    half = len(words) // 2
    return (
        " ".join(words[:half])
        if len(words) > 1 and len(words) % 2 == 0 and words[:half] == words[half:]
        else name
    )


def _without_staff(name: str) -> str:
    bare = " ".join(_STAFF.sub("", name).split()).strip(" ,.")
    return _undoubled(bare) if bare else name


def _stands_alone(text: str, people: list[str], organisations: list[str]) -> bool:
    """Whether a line with no lead-in is a byline: names of two words or more, or a known source."""
    if re.search(r"[.!?:]$", text) and not re.search(r"\b(?:[A-Z]|Jr|Sr|Inc)\.$", text):
        return False
    named = sum(len(name.replace(",", "").split()) for name in (*people, *organisations))
    written = len(
        [
            word
            for word in re.split(r"[\s,;|/]+", text)
            if word and word.lower() not in ("and", "und", "et", "y", "&", "staff")
        ]
    )
    if organisations and not all(known_source(one) or is_station(one) for one in organisations):
        return False
    return named >= written and all(2 <= len(name.split()) <= 5 for name in people)
