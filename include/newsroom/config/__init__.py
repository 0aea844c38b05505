"""Wires, partners, rights, checks and topics as people write them: YAML, reviewed like code.

One broken file never stops its neighbours: it is left out, and `Configuration.problems` says why.
"""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from newsroom.config.house import House
from newsroom.config.partner import Partner, Product
from newsroom.config.rights import Licence, Limits, Mining, Publishes, RightsProfile, Term
from newsroom.config.rules import Rule, RuleFile, RuleSet, resolve_all
from newsroom.config.topics import TopicMap
from newsroom.config.wire import Feed, FolderRules, FurnitureRule, Holder, Politeness, Rights, Wire
from newsroom.config.yaml_file import ConfigError, Problem, problem_at, read_yaml

__all__ = [
    "ConfigError",
    "Configuration",
    "Feed",
    "FolderRules",
    "FurnitureRule",
    "Holder",
    "House",
    "Licence",
    "Limits",
    "Mining",
    "Partner",
    "Politeness",
    "Problem",
    "Product",
    "Publishes",
    "Rights",
    "RightsProfile",
    "Rule",
    "RuleSet",
    "Term",
    "TopicMap",
    "Wire",
    "config_root",
    "load",
    "written_files",
]

FOLDERS = ("checks", "topics", "rights", "wires", "partners")
"""Where the files lie, beside `house.yaml`: each refers only to those before it."""

HOUSE_RULES = "house"
"""The rule set that every wire without its own gets."""

Part = TypeVar("Part", Wire, Partner, RightsProfile, RuleFile, TopicMap)


@dataclass(frozen=True)
class Configuration:
    """Everything that the files say, by id, and what is wrong with those that were left out.

    `rules` are the effective ones: what a file extends is in them.
    """

    root: Path
    house: House
    wires: dict[str, Wire] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    rules: dict[str, RuleSet] = field(default_factory=dict)
    topics: dict[str, TopicMap] = field(default_factory=dict)
    rights: dict[str, RightsProfile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def rules_of(self, wire: Wire) -> RuleSet:
        """The wire's rules."""
        return self.rules[wire.checks]

    def topics_of(self, wire: Wire) -> TopicMap:
        """The wire's topic map; an empty one where it names none."""
        return self.topics[wire.topics] if wire.topics else TopicMap(id="none", version="0")

    def profile_of(self, wire: Wire) -> RightsProfile | None:
        """The wire's rights profile; None where it names none, or one whose file is wrong."""
        return self.rights.get(wire.rights.profile) if wire.rights.profile else None


def config_root() -> Path:
    """The configuration folder: `NEWSROOM_CONFIG`, else `include/config` of this checkout."""
    named = os.environ.get("NEWSROOM_CONFIG")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "config"


def written_files(root: Path) -> list[Path]:
    """Every file of a configuration that is there, right or wrong."""
    house = root / "house.yaml"
    return [house] * house.is_file() + [path for name in FOLDERS for path in _files(root / name)]


def load(root: Path | None = None) -> Configuration:
    """Read every file under `root`, by default `config_root()`.

    Raises:
        ConfigError: `house.yaml` or the house rules are missing or wrong, so that nothing can be judged.
    """
    root = root or config_root()
    house = read_yaml(root / "house.yaml", House, shown=root)
    problems: list[Problem] = []
    rules = _rules(root, problems)
    if HOUSE_RULES not in rules:
        missing = Problem(f"checks/{HOUSE_RULES}.yaml", 1, "(file)", "nothing", "wanted the house rules")
        raise ConfigError([p for p in problems if p.file == missing.file] or [missing])
    topics = _folder(root, "topics", TopicMap, problems)
    rights = _folder(root, "rights", RightsProfile, problems)
    wires = _folder(root, "wires", Wire, problems)
    partners = _folder(root, "partners", Partner, problems)
    wires = _kept(wires, partial(_wire_references, rules=rules, topics=topics, root=root), problems)
    partners = _kept(partners, partial(_partner_references, rules=rules, rights=rights, root=root), problems)
    return Configuration(root, house, wires, partners, rules, topics, rights, tuple(problems))


def _folder(root: Path, name: str, model: type[Part], problems: list[Problem]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for path in _files(root / name):
        if path.suffix != ".yaml":
            wanted = f"wanted the ending .yaml: rename it {path.stem}.yaml"
            problems.append(Problem(f"{name}/{path.name}", 1, "(file)", repr(path.suffix), wanted))
            continue
        try:
            found[path.stem] = read_yaml(path, model, named=True, shown=root)
        except ConfigError as error:
            problems.extend(error.problems)
    return found


def _files(folder: Path) -> list[Path]:
    """The YAML files of a folder by name; an editor's hidden ones are not meant."""
    return sorted(p for p in folder.glob("*.y*ml") if not p.name.startswith("."))


def _rules(root: Path, problems: list[Problem]) -> dict[str, RuleSet]:
    def located(id_: str, field: Sequence[int | str], seen: str, wanted: str) -> Problem:
        return problem_at(root / "checks" / f"{id_}.yaml", field, seen, wanted, shown=root)

    rules, wrong = resolve_all(_folder(root, "checks", RuleFile, problems), located)
    problems.extend(wrong)
    return rules


def _kept(
    parts: dict[str, Part],
    references: Callable[[Part], Iterator[Problem]],
    problems: list[Problem],
) -> dict[str, Part]:
    """The parts all of whose references lead somewhere; the others' problems are added."""
    kept = {}
    for name, part in parts.items():
        wrong = list(references(part))
        problems.extend(wrong)
        if not wrong:
            kept[name] = part
    return kept


def _wire_references(
    wire: Wire, rules: dict[str, RuleSet], topics: dict[str, TopicMap], root: Path
) -> Iterator[Problem]:
    path = root / "wires" / f"{wire.id}.yaml"
    # A wire's rules may change the house's, never forget them: what is dropped is dropped by name.
    of_the_house = {name for name, of in rules.items() if HOUSE_RULES in of.lineage}
    yield from _reference(path, root, ("checks",), wire.checks, of_the_house, "with house rules in it")
    if wire.topics:
        yield from _reference(path, root, ("topics",), wire.topics, topics)
    if wire.rights.profile:
        yield from _reference(
            path, root, ("rights", "profile"), wire.rights.profile, _written(root, "rights")
        )
    yield from _doubled(path, root, "feeds", [feed.id for feed in wire.feeds])
    yield from _doubled_folders(wire, path, root)


def _doubled_folders(wire: Wire, path: Path, root: Path) -> Iterator[Problem]:
    taken: set[tuple[str, tuple[str, ...]]] = set()
    for at, feed in enumerate(wire.feeds):
        folder = (feed.url, feed.folder_rules.names)
        if feed.is_folder and folder in taken:
            wanted = "wanted another folder, or other `names`: an earlier feed of this wire takes these files"
            yield problem_at(path, ("feeds", at, "url"), repr(feed.url), wanted, shown=root)
        taken.add(folder)


def _partner_references(
    partner: Partner, rules: dict[str, RuleSet], rights: dict[str, RightsProfile], root: Path
) -> Iterator[Problem]:
    path = root / "partners" / f"{partner.id}.yaml"
    if partner.checks:
        yield from _reference(path, root, ("checks",), partner.checks, rules)
    for name in ("wires", "prefer"):
        for at, wire in enumerate(getattr(partner.product, name)):
            yield from _reference(path, root, ("product", name, at), wire, _written(root, "wires"))
    yield from _doubled(path, root, "push", [target.id for target in partner.push])
    for at, licence in enumerate(partner.licences):
        yield from _reference(
            path, root, ("licences", at, "profile"), licence.profile, _written(root, "rights")
        )
        profile = rights.get(licence.profile)
        if profile and licence.grant is None and len(profile.grants) > 1:
            wanted = f"wanted one that rights/{profile.id}.yaml has: {', '.join(sorted(profile.grants))}"
            yield problem_at(path, ("licences", at, "grant"), "nothing", wanted, shown=root)
        elif profile and licence.grant is not None:
            kind = f"a grant of rights/{profile.id}.yaml"
            yield from _reference(path, root, ("licences", at, "grant"), licence.grant, profile.grants, kind)


def _doubled(path: Path, root: Path, field: str, ids: Sequence[str]) -> Iterator[Problem]:
    for at, name in enumerate(ids):
        if name in ids[:at]:
            wanted = "wanted another id: an earlier one of this list has it"
            yield problem_at(path, (field, at, "id"), repr(name), wanted, shown=root)


def _written(root: Path, folder: str) -> set[str]:
    """The ids of a folder's files: one whose own file is broken still exists, its mistake is told there."""
    return {path.stem for path in _files(root / folder)}


def _reference(
    path: Path, root: Path, field: Sequence[int | str], value: str, known: Collection[str], kind: str = ""
) -> Iterator[Problem]:
    if value not in known:
        allowed = ", ".join(sorted(known)) or "none is there"
        wanted = f"wanted one that is there and right{kind and f', {kind}'}: {allowed}"
        yield problem_at(path, field, repr(value), wanted, shown=root)
