"""Check rules as data: what a story must have before it is passed on."""

from pydantic import Field

from newsroom.config.wire import Slug
from newsroom.config.yaml_file import Section
from newsroom.story import Severity


class Rule(Section):
    """One rule: `field` must be as `expect` says."""

    field: str
    expect: str
    severity: Severity = "critical"


class RuleSet(Section):
    """The file `checks/{id}.yaml`: rules by name."""

    id: Slug
    title: str
    rules: dict[str, Rule] = Field(default_factory=dict)
