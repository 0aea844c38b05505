"""A byline that was seen on a page or in a feed, and whose it is: a person's, the site's or the wire's."""

from dataclasses import dataclass

from newsroom.extract.byline import Byline, byline_of, is_desk
from newsroom.extract.material import Material
from newsroom.extract.structured import types_of


@dataclass(frozen=True)
class Sighting:
    """A byline and where it was found; `lines` are the indexes of the body's lines that are it."""

    byline: Byline
    where: str
    lines: tuple[int, ...] = ()


def is_provider(byline: Byline, material: Material) -> bool:
    """Whether a byline names nobody but the wire."""
    if byline.people:
        return all(material.is_own(name) for name in byline.people)
    names = (byline.text, byline.organisation, byline.source)
    return any(material.is_own(name) for name in names)


def is_site(byline: Byline, material: Material) -> bool:
    """Whether a byline names nobody but the site that shows it, or a desk without a name."""
    names = byline.people or (byline.organisation or byline.text,)
    return all(material.names_site(name) or is_desk(name) for name in names)


def without_site(byline: Byline, material: Material) -> Byline:
    """The byline with the site's own name as no person, and as its organisation only for want of another.

    Where the site is a person's, it is left as it is.
    """
    sites = [name for name in (*byline.people, byline.organisation or "") if material.names_site(name)]
    if not sites or _is_personal(material):
        return byline
    people = (name for name in byline.people if name not in sites)
    organisations = (name for name in (byline.organisation, *byline.others) if name and name not in sites)
    written = (_as_written(site, byline.text) for site in sites)
    return byline_of(byline.text, people, (*organisations, *written))


def _as_written(name: str, text: str) -> str:
    """The name as it stands in a byline's text, where a person's would not be in capitals."""
    at = text.casefold().find(name.casefold())
    return text[at : at + len(name)] if at >= 0 else name


def _is_personal(material: Material) -> bool:
    publishers = (node.get("publisher") for node in material.told.stories)
    return any(isinstance(one, dict) and "Person" in types_of(one) for one in publishers)
