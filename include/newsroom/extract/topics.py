"""Topics: the wire's own labels, kept as received, and the Media Topics that its map leads to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsroom.config import TopicMap
from newsroom.extract.material import Found, Material
from newsroom.extract.media_topics import Vocabulary, medtop, subject_code, vocabulary
from newsroom.extract.structured import texts_of
from newsroom.story import Subject
from newsroom.text import clean_line, quoted
from newsroom.wireformat.document import Concept

MAX_LABELS = 20
MAX_LABEL = 120
"""Characters: what is longer is a sentence."""

_LINE = re.compile(
    r"^\W*(?:article\s+topics?\s+follows?|topics?\s+follows?|filed\s+under|posted\s+in)\s*:\s*(?P<labels>\S.*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Topics:
    """A story's topics: the labels as received, the subjects they lead to, and those that lead nowhere."""

    labels: tuple[str, ...]
    subject: tuple[Subject, ...]
    unmapped: tuple[str, ...]

    def flags(self, topics: TopicMap) -> tuple[str, ...]:
        """The unmapped labels as flags of the reader: `topic.unmapped: …`."""
        return tuple(
            f"topic.unmapped: saw {quoted(label)}; wanted a label of topics/{topics.id}.yaml"
            f" (version {topics.version}): add it there"
            for label in self.unmapped
        )


def topic_label(line: str, after: str = "") -> str | None:
    """The wire's label in a station's line `Article Topic Follows: CNN - World`, or None. Never raises.

    `after` is the next line, where the label may stand apart.
    """
    match = _LINE.match(line[: MAX_LABEL + 60])
    if match is None:
        return None
    label = " ".join((match["labels"] or after[: MAX_LABEL + 1]).split()).strip(" .,;:")
    return label if 0 < len(label) <= MAX_LABEL else None


def read_labels(material: Material) -> Found[tuple[str, ...]]:
    """The story's labels: of the first place that has one which the wire's map knows, else of the first.

    A keyword is a label where the map knows it and no other place has one that it knows. Only where the story
    names none does its address count, and then the label of its feed.
    """
    topics = material.document.topics
    told = [(_parted(labels, topics), where) for labels, where in _labels(material) if labels]
    known = [one for one in told if any(topics.codes(label) for label in one[0])]
    if known:
        return Found(*known[0])
    if words := [one for one in read_keywords(material) if topics.codes(one) or _as_code(one, vocabulary())]:
        labels = told[0][0] if told else ()
        return Found(_unique((*labels, *words)), "the page's keywords, those that the wire's map knows")
    if told:
        return Found(*told[0])
    if label := _in_address(material):
        return Found((label,), "the story's address")
    if material.feed and material.feed.topic:
        return Found((material.feed.topic,), f"wires/{material.wire.id}.yaml")
    return Found((), _places(material))


def read_keywords(material: Material) -> tuple[str, ...]:
    """The keywords that the page gives, as received."""
    told = material.told
    texts = [text for node in told.stories for text in texts_of(node.get("keywords"))]
    texts = texts or [*told.meta.get("news_keywords", ()), *told.meta.get("article:tag", ())]
    texts = texts or list(told.meta.get("keywords", ()))
    return _unique(part for text in texts for part in re.split(r"[,;]", text))


def _parted(labels: Sequence[str], topics: TopicMap) -> tuple[str, ...]:
    """The labels, one that the map does not know but in parts taken apart: `World, Politics`."""
    parted: list[str] = []
    for label in labels:
        parts = [part.strip() for part in label.split(",")]
        several = not topics.codes(label) and any(map(topics.codes, parts))
        parted += parts if several else [label]
    return _unique(parted)


def _places(material: Material) -> str:
    if not material.is_page:
        return "the lines below the story, the feed entry's categories and the address"
    return "the lines below the story, the page's metadata, the feed entry's categories and the address"


def _labels(material: Material) -> Iterator[tuple[tuple[str, ...], str]]:
    told, item = material.told, material.item
    lines = (*material.body.tail_lines, *material.lines[-3:], *material.body.foot_lines)
    pairs = zip(lines, (*lines[1:], ""), strict=True)
    label = next((label for line, after in pairs if (label := topic_label(line, after))), None)
    yield (label,) if label else (), "the line of topics below the story"
    for node in told.stories:
        yield _unique(texts_of(node.get("articleSection"))), "the page's structured data (articleSection)"
    yield _unique(told.meta.get("article:section", ())), "the page's article:section element"
    yield _unique(item.categories) if item else (), "the feed entry's categories"


def _in_address(material: Material) -> str | None:
    """The label of the wire's map that a folder of the address is made of: /cnn-world/ is CNN - World."""
    url = material.document.url or (material.item.url if material.item else None) or ""
    try:
        folders = urlsplit(url).path.casefold().split("/")
    except ValueError:
        return None
    slugs = {_slug(label): label for label in material.document.topics.labels}
    return next((slugs[folder] for folder in folders[:-1] if folder and folder in slugs), None)


def _slug(label: str) -> str:
    return re.sub(r"[\W_]+", "-", label.casefold()).strip("-")


def map_labels(labels: Iterable[str], topics: TopicMap, vocabulary: Vocabulary) -> Topics:
    """Labels to subjects: by the wire's map, else the Media Topics code that the label is itself."""
    kept = _unique(labels)
    subject: dict[str, Subject] = {}
    unmapped = []
    for label in kept:
        codes = topics.codes(label) or _as_code(label, vocabulary)
        if not codes:
            unmapped.append(label)
        for code in codes:
            subject.setdefault(code, Subject(code=code, name=vocabulary.name(code) or label, label=label))
    return Topics(kept, tuple(subject.values()), tuple(unmapped))


def map_concepts(concepts: Iterable[Concept], topics: TopicMap, vocabulary: Vocabulary) -> Topics:
    """A wire's own concepts to subjects: Media Topics as they are, others by the wire's map.

    The map may know one by its name or by its code, as written (`subj:11002002`) or bare.
    """
    subject: dict[str, Subject] = {}
    labels, unmapped = [], []
    for concept in concepts:
        label = concept.name or clean_line(concept.code or "")
        labels.append(label)
        told = _told_code(concept, vocabulary)
        codes = (told,) if told else _mapped(concept, topics)
        if told:
            concept.take()
        if not codes:
            unmapped.append(label)
        for code in codes:
            name = vocabulary.name(code) or concept.name or code
            subject.setdefault(code, Subject(code=code, name=name, label=label))
    kept = _unique(labels)
    known = {(each.label or "").casefold() for each in subject.values()}
    unknown = (label for label in _unique(unmapped) if label in kept and label.casefold() not in known)
    return Topics(kept, tuple(subject.values()), tuple(unknown))


def _told_code(concept: Concept, vocabulary: Vocabulary) -> str | None:
    """The Media Topics code that a concept is; bare digits are one only where the vocabulary has it."""
    code = medtop(concept.code or "") or subject_code(concept.code or "")
    known = code and (vocabulary.name(code) or not (concept.code or "").strip().isdigit())
    return code if known else None


def _mapped(concept: Concept, topics: TopicMap) -> tuple[str, ...]:
    if codes := topics.codes(concept.name or ""):
        return codes
    bare = re.split(r"[:/]", concept.code or "")[-1]
    codes = topics.codes(concept.code or "") or topics.codes(bare)
    if codes:
        concept.take()
    return codes


def _unique(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels without blanks and repeats, case and spacing aside."""
    found: dict[str, str] = {}
    for label in labels:
        text = " ".join(label.split())
        if text and len(text) <= MAX_LABEL:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())[:MAX_LABELS]


def _as_code(label: str, vocabulary: Vocabulary) -> Sequence[str]:
    code = medtop(label) or subject_code(label)
    return (code,) if code and vocabulary.name(code) else ()
