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

_URL = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/"
    r"(?:licen[cs]es/(?P<elements>[a-z-]{2,8})(?:/(?P<version>\d\.\d))?(?:/(?P<port>[a-z]{2}))?"
    r"|publicdomain/(?P<domain>zero|mark)(?:/\d\.\d)?)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\bCC[ -](?P<elements>BY(?:[ -](?:NC|ND|SA)){0,2})\b(?:[ -]*(?:v\.? ?)?(?P<version>[1-4]\.\d))?"
    r"|\bCC[ -]?(?P<zero>0|Zero)\b(?:[ -]1\.0)?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"Creative[ -]Commons(?:[ ,:-]+(?:an?|the|International|licen[cs]e|under|Lizenz|licencia|"
    r"licence))*[ ,:(-]*"
    r"(?P<named>(?:(?:Attribution|Atribución|Attribuzione|Namensnennung|Paternité|Non-?Commercial|"
    r"No[ -]?Comercial"
    r"|Nicht[ -]?kommerziell|Pas d.Utilisation Commerciale|No ?Deriv(?:ative|ate|ados|ate works)?s?|"
    r"Sin ?Derivadas?"
    r"|Keine Bearbeitung(?:en)?|Pas de Modification|Share ?-?Alike|Compartir ?Igual|BY|NC|ND|SA)[ ./,–-]*)+)"
    r"(?:(?:licen[cs]e|International|Unported)[ ,]*)*(?P<version>[1-4]\.\d)?",
    re.IGNORECASE,
)
_ELEMENT_WORDS = (
    ("nc", re.compile(r"commer|comerc|kommerz|\bNC\b", re.IGNORECASE)),
    ("nd", re.compile(r"deriv|bearbeitung|modification|\bND\b", re.IGNORECASE)),
    ("sa", re.compile(r"alike|igual|\bSA\b", re.IGNORECASE)),
)
_PUBLIC_DOMAIN = re.compile(
    r"\b(?:is|are|remains?|lies?|falls?|placed|works?|material|content|text|story|stories)\b[^.]{0,60}\b(?:in|into)\s+the\s+public\s+domain\b"
    r"|^(?:\W*(?:licen[cs]e|copyright|rights?)\s*[:–-]?\s*)?public\s+domain\b"
    r"|\b(?:no|not)\s+(?:subject\s+to\s+)?copyright(?:ed)?\s+(?:protection\s+)?(?:in|within)\s+the\s+United\s+States"
    r"|\bnot\s+(?:protected\s+by|subject\s+to)\s+copyright\b|\bwork\s+of\s+the\s+(?:U\.?S\.?|United\s+States)\s+(?:federal\s+)?government\b"
    r"|\b(?:dominio\s+público|domaine\s+public|gemeinfrei|domínio\s+público|pubblico\s+dominio)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\bnot\s+(?:\w+\s+){0,2}(?:in|into)\s+the\s+public\s+domain", re.IGNORECASE)


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
        return re.sub(r" \d\.\d$", "", self.name)

    @property
    def elements(self) -> frozenset[str]:
        """Which of `by`, `nc`, `nd` and `sa` it is made of; none for the public domain."""
        return frozenset(self.kind.removeprefix("CC ").lower().split("-")) & _ELEMENTS.keys()

    @property
    def terms(self) -> str:
        """The duties as one sentence; empty when there are none."""
        return f"{self.name}: {'; '.join(self.duties)}." if self.duties else ""


def read_license(text: str) -> License | None:  # noqa: PLR0911  (one for each form)
    """The first licence that `text` (a line or an address) names, or None. Never raises."""
    if match := _URL.search(text):
        if domain := match["domain"]:
            return _public(domain.lower())
        return _commons(match["elements"].lower().split("-"), match["version"], match["port"])
    if match := _CODE.search(text):
        if match["zero"]:
            return _public("zero")
        return _commons(re.split(r"[ -]", match["elements"].lower()), match["version"], None)
    if match := _WORDS.search(text):
        return _commons(["by", *_elements_in(match["named"])], match["version"], None)
    if _PUBLIC_DOMAIN.search(text) and not _NEGATED.search(text):
        return License("public domain", None)
    return None


def _elements_in(words: str) -> list[str]:
    return [element for element, pattern in _ELEMENT_WORDS if pattern.search(words)]


def _public(kind: str) -> License:
    if kind == "zero":
        return License("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
    return License("public domain", "https://creativecommons.org/publicdomain/mark/1.0/")


def _commons(elements: list[str], version: str | None, port: str | None) -> License | None:
    known = [element for element in ("by", "nc", "nd", "sa") if element in elements]
    if "by" not in known:
        return None
    code = "-".join(known)
    name = f"CC {code.upper()}{f' {version}' if version else ''}"
    url = (
        f"https://creativecommons.org/licenses/{code}/{version}/{f'{port}/' if port else ''}"
        if version
        else None
    )
    return License(name, url, tuple(_ELEMENTS[element] for element in known))
