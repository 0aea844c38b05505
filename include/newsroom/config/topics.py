"""A topic map as data: a wire's labels to IPTC Media Topics."""

import re
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field

from newsroom.config.wire import Slug
from newsroom.config.yaml_file import Section


def _medtop(value: str) -> str:
    if not re.fullmatch(r"medtop:\d{8}", value):
        raise ValueError("wanted a Media Topics code such as medtop:16000000")
    return value


Medtop = Annotated[str, AfterValidator(_medtop)]


class TopicMap(Section):
    """The file `topics/{id}.yaml`: `labels` maps a wire's label to codes (see `codes`).

    `version` is a date or number that people raise with each change.
    """

    id: Slug
    version: str
    labels: dict[str, tuple[Medtop, ...]] = Field(default_factory=dict)

    def codes(self, label: str) -> tuple[str, ...]:
        """The codes that a wire's label leads to; none when it is not known.

        Case, spacing and the kind of dash do not count.
        """
        return self._folded.get(_folded(label), ())

    @cached_property
    def _folded(self) -> dict[str, tuple[str, ...]]:
        return {_folded(label): codes for label, codes in self.labels.items()}


_DASH = re.compile("[\u2010-\u2015]")
"""What sites set a label's hyphen as: `CNN – World`."""


def _folded(label: str) -> str:
    return _DASH.sub("-", " ".join(label.casefold().split()))
