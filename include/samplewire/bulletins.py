"""Short bulletins without end, from the templates of `bulletins.yaml`."""

import random
from functools import cache, lru_cache
from pathlib import Path

from newsroom.config.yaml_file import Section, read_yaml
from samplewire.sites import Shape
from samplewire.stories import Expected, Sample

ROTATION = ("river", "air", "embalses", "road")
"""The kinds in the order in which they take turns."""

ON_RESTART = "air"
"""The kind that comes at once when the sample is started again: the wire that most partners take."""

Range = tuple[int, int]


class Template(Section):
    """One kind of bulletin; see the file's head for how its open places are filled."""

    wire: str
    feed: str
    shape: Shape
    section: str
    language: str = "en"
    label: str
    subject: str
    headline: str
    byline: str
    author: str
    source: str | None = None
    choose: dict[str, tuple[str, ...]]
    numbers: dict[str, Range]
    tenths: dict[str, Range]
    body: tuple[str, ...]


class Templates(Section):
    """The file `bulletins.yaml`."""

    river: Template
    air: Template
    embalses: Template
    road: Template


@cache
def _templates() -> Templates:
    return read_yaml(Path(__file__).with_name("bulletins.yaml"), Templates)


@lru_cache(maxsize=4096)
def bulletin(kind: str, number: int) -> Sample:
    """Bulletin `number` (from 1) of a kind of `ROTATION`: the same number gives the same text."""
    template: Template = getattr(_templates(), kind)
    figures = _figures(template, kind, number)
    expect = Expected(
        outcome="passed",
        byline=template.byline.removeprefix("By ").removeprefix("Por "),
        authors=(template.author,),
        source=template.source,
        subject=(template.subject,),
        paragraphs=len(template.body),
    )
    return Sample(
        id=f"{kind}_{number}",
        wire=template.wire,
        feed=template.feed,
        shape=template.shape,
        section=template.section,
        language=template.language,
        label=template.label,
        headline=template.headline.format_map(figures),
        byline=template.byline,
        authors=(template.author,),
        body=tuple(text.format_map(figures) for text in template.body),
        expect=expect,
    )


def _figures(template: Template, kind: str, number: int) -> dict[str, str]:
    # Not for secrets: a seed that gives the same figures again is the point.
    dice = random.Random(f"{kind} {number}")  # noqa: S311
    mark = "," if template.language == "es" else "."
    figures = {"number": str(number)}
    figures |= {name: dice.choice(words) for name, words in template.choose.items()}
    figures |= {name: str(dice.randint(*bounds)) for name, bounds in template.numbers.items()}
    for name, bounds in template.tenths.items():
        figures[name] = f"{dice.randint(*bounds) / 10:.1f}".replace(".", mark)
    return figures
