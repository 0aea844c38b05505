"""Licences that allow use: Creative Commons with version and duties, and the public domain."""

import re
from dataclasses import dataclass

_ELEMENTS = {
    "by": "credit the author and link the licence",
    "nc": "no commercial use",
    "nd": "no changes",
    "sa": "share changes under the same licence",
}
"""The four elements of the Creative Commons licences, and what each asks."""

_PORTS = (
    "ar|at|au|az|be|bg|br|ca|ch|cl|cn|co|cr|cz|de|dk|ec|ee|eg|es|fi|fr|ge|gr|gt|hk|hr|hu|ie|igo|il|in|it|jo|jp|kr|lu|mk|mt"
    "|mx|my|nl|no|nz|pe|ph|pl|pr|pt|ro|rs|scotland|se|sg|si|th|tw|ua|ug|uk|us|ve|vn|za"
)
"""Where licences up to 3.0 were written anew; IGO is for intergovernmental organisations."""

_URL = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/"
    r"(?:licen[cs]es/(?:(?P<old>publicdomain)|(?P<elements>[a-z-]{2,8}))"
    rf"(?:/(?P<version>\d\.\d)(?:/(?P<port>{_PORTS})(?![a-z.]))?)?"
    r"|publicdomain/(?P<domain>zero|mark)(?:/\d\.\d)?)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\bCC[ -]?(?P<elements>BY(?:[ -](?:NC|ND|SA)){0,2})\b"
    rf"(?:[ -]*(?:v\.? ?)?(?P<version>[1-4]\.\d)(?:[ -](?-i:(?P<port>{_PORTS.upper()}))\b)?)?"
    r"|\bCC[ -]?(?P<zero>0|Zero)\b(?:[ -]1\.0)?|\bCreative Commons (?P<words>Zero)\b",
    re.IGNORECASE,
)
_PROSE_CODE = re.compile(r"[Cc][Cc] by")
"""Two words of prose: without a version, and in small letters."""

_NC = (
    r"Non-? ?Commercial|No[ -]?Comercial|N[ãa]o[ -]?Comercial|Uso N[ãa]o[ -]?Comercial|Nicht[ -]?kommerziell"
    r"|Keine kommerzielle Nutzung|Pas d.Utilisation Commerciale|Utilisation non commerciale|Non commerciale"
    r"|NietCommercieel"
)
_ND = (
    r"No ?Deriv(?:ative works|ate works|atives|ative|ate|ados|s)?|Sin ?(?:Obra ?)?Derivad[ao]s?"
    r"|Keine Bearbeitung(?:en)?|Pas d(?:e |['’])(?:Modification|(?:Œ|Oe)uvre D[ée]riv[ée]e)"
    r"|Non opere derivate|Sem ?Deriva(?:ções|dos)|GeenAfgeleideWerken"
)
_SA = (
    r"Share ?-?Alike|Compartir ?Igual|Compart[ie]lha ?Igual|Partilha ?Igual|Condividi allo stesso modo"
    r"|Weitergabe unter gleichen Bedingungen|GelijkDelen"
    r"|Partage (?:à l.identique|dans les mêmes conditions|des conditions initiales à l.identique)"
)
_BY = r"Attribution|Atribución|Reconocimiento|Attribuzione|Atribuição|Namensnennung|Paternité|Naamsvermelding"
_COUNTRIES = {
    "Argentina": "ar", "Australia": "au", "Brasil": "br", "Deutschland": "de", "España": "es", "France": "fr",
    "Germany": "de", "IGO": "igo", "Italia": "it", "Italy": "it", "New Zealand": "nz", "Spain": "es",
    "United States": "us",
}  # fmt: skip
_WORDS = re.compile(
    r"Creative[ -]Commons(?:[ ,:-]+(?:an?|the|International|licen[cs]e|under|Lizenz|licencia|licença))*"
    rf"[ ,:(-]*(?P<named>(?:(?:{_BY}|{_NC}|{_ND}|{_SA}|BY|NC|ND|SA)(?![^\W\d_])[ ./,–-]*)+)"
    r"(?P<rest>[^\W\d_]*)(?:[ ,]*(?:licen[cs]e|International|Internacional|Unported))*"
    rf"(?:[ ,]*(?P<version>[1-4]\.\d)(?: (?P<country>{'|'.join(_COUNTRIES)})\b)?)?",
    re.IGNORECASE,
)
_ELEMENT_WORDS = (
    ("nc", re.compile(rf"{_NC}|\bNC\b", re.IGNORECASE)),
    ("nd", re.compile(rf"{_ND}|\bND\b", re.IGNORECASE)),
    ("sa", re.compile(rf"{_SA}|\bSA\b", re.IGNORECASE)),
)
_UNNAMED = re.compile(
    r"\bCreative[ -]Commons[ -](?:licen[cs]e|Lizenz)|\blicen(?:c|s|ci|ç|z)\w{1,2}\s+Creative[ -]Commons\b",
    re.IGNORECASE,
)
"""A licence of Creative Commons without its name."""

_PUBLIC_DOMAIN = re.compile(
    r"\b(?:is|are|remains?|lies?|falls?|placed|works?|material|content|text|story|stories)\b[^.]{0,60}\b(?:in|into)\s+the\s+public\s+domain\b(?!\s+of\b)"
    r"|\b(?:works?|material|content|texts?|story|stories|programming)\b[^.]{0,80}\b(?:is|are)\s+public\s+domain\b"
    r"|^(?:\W*(?:licen[cs]e|copyright|rights?)\s*[:–-]?\s*)?public\s+domain\b"
    r"|\b(?:no|not)\s+(?:subject\s+to\s+)?copyright(?:ed)?\s+(?:protection\s+)?(?:in|within)\s+the\s+United\s+States"
    r"|\bnot\s+(?:protected\s+by|subject\s+to)\s+copyright\b|\bwork\s+of\s+the\s+(?:U\.?S\.?|United\s+States)\s+(?:federal\s+)?government\b"
    r"|\b(?:dominio\s+público|domaine\s+public|gemeinfrei|domínio\s+público|pubblico\s+dominio)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\bnot?\b|n[’']t\b|\bnever\b|\bnicht\b)\s+(?:\w+\s+){0,2}(?:(?:(?:in|into)\s+the\s+)?public\s+domain|gemeinfrei)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class License:
    """A licence: its short name (`CC BY-ND 4.0`, `public domain`), address, and what it asks of a user."""

    name: str
    url: str | None
    duties: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The licence's address, or its name where a notice leaves the version out."""
        return self.url or self.name

    @property
    def kind(self) -> str:
        """Its name without a version: `CC BY-ND`."""
        return re.sub(r" \d\.\d(?: [A-Z]+)?$", "", self.name)

    @property
    def elements(self) -> frozenset[str]:
        """Which of `by`, `nc`, `nd` and `sa` it is made of; none for the public domain."""
        return frozenset(self.kind.removeprefix("CC ").lower().split("-")) & _ELEMENTS.keys()

    @property
    def terms(self) -> str:
        """The duties as one sentence; empty when there are none."""
        return f"{self.name}: {'; '.join(self.duties)}." if self.duties else ""


def read_license(text: str) -> License | None:
    """The first licence that `text` (a line or an address) names, or None. Never raises.

    Of one whose elements are not all understood nobody knows what it allows: it is `Creative Commons`.
    """
    return _by_address(text) or _by_code(text) or _by_words(text)


def _by_address(text: str) -> License | None:
    match = _URL.search(text)
    if match is None:
        return None
    if match["old"] or match["domain"]:
        return _public((match["domain"] or "mark").lower())
    return _commons(match["elements"].lower().split("-"), match["version"], match["port"])


def _by_code(text: str) -> License | None:
    match = _CODE.search(text)
    if match is None or (_PROSE_CODE.fullmatch(match[0]) and match["version"] is None):
        return None
    if match["elements"] is None:
        return _public("zero")
    return _commons(re.split(r"[ -]", match["elements"].lower()), match["version"], match["port"])


def _by_words(text: str) -> License | None:
    if match := _WORDS.search(text):
        joined = match["named"].endswith(("-", "–", "/"))
        if joined and match["rest"] and not match["rest"].casefold().startswith("licen"):
            return UNNAMED
        country = (match["country"] or "").casefold()
        port = next((port for name, port in _COUNTRIES.items() if name.casefold() == country), None)
        return _commons(["by", *_elements_in(match["named"])], match["version"], port)
    if _UNNAMED.search(text):
        return UNNAMED
    if _PUBLIC_DOMAIN.search(text) and not _NEGATED.search(text):
        return License("public domain", None)
    return None


UNNAMED = License("Creative Commons", None)
"""What a line names that leaves out which of Creative Commons' licences it means."""


def _elements_in(words: str) -> list[str]:
    return [element for element, pattern in _ELEMENT_WORDS if pattern.search(words)]


def _public(kind: str) -> License:
    if kind == "zero":
        return License("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
    return License("public domain", "https://creativecommons.org/publicdomain/mark/1.0/")


def _commons(elements: list[str], version: str | None, port: str | None) -> License | None:
    known = [element for element in ("by", "nc", "nd", "sa") if element in elements]
    if not known or len(known) != len(elements):
        return None
    code = "-".join(known)
    port = port.lower() if port and version and version < "4" else None
    edition = " ".join(filter(None, (version, port.upper() if port else None)))
    name = f"CC {code.upper()} {edition}".rstrip()
    url = (
        f"https://creativecommons.org/licenses/{code}/{version}/{f'{port}/' if port else ''}"
        if version
        else None
    )
    return License(name, url, tuple(_ELEMENTS[element] for element in known))
