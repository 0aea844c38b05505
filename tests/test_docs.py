"""README and docs: every link leads somewhere, every command is one, every example of configuration holds."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer.main

from newsroom.cli import app
from newsroom.config import config_root, load

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]+`")
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^(?P<level>#{1,6}) (?P<title>.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?<![\w./])(?:\.venv/bin/)?newsroom(?P<words>(?: +(?:[^\s`|#]+|\"[^\"`]*\"))+)")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def headings(page: Path, level: int | None = None) -> list[str]:
    found = _HEADING.finditer(_FENCE.sub("", read(page)))
    return [each["title"] for each in found if level in (None, len(each["level"]))]


def anchor(title: str) -> str:
    """As GitHub makes it of a heading: letters, digits, hyphens and underscores stay, a space is a hyphen."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def links(page: Path) -> list[str]:
    return [each["target"] for each in _LINK.finditer(_CODE.sub("", _FENCE.sub("", read(page))))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page):
    broken = []
    for target in links(page):
        if re.match(r"https?://", target):
            continue
        path, _, fragment = target.partition("#")
        there = page.parent / path if path else page
        if not there.exists() or (fragment and fragment not in map(anchor, headings(there))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_two_headings_of_a_page_have_the_same_anchor(page):
    anchors = [anchor(title) for title in headings(page)]
    assert sorted(set(anchors)) == sorted(anchors)


def test_the_readmes_contents_name_each_section_in_order():
    contents = [target.removeprefix("#") for target in links(PAGES[0]) if target.startswith("#")]
    assert contents == [anchor(title) for title in headings(PAGES[0], level=2)]


def commands(page: Path) -> list[list[str]]:
    """The command lines of the page, in its fences and between backticks, each without its comment."""
    text = read(page)
    code = [*_FENCE.findall(text), *_CODE.findall(_FENCE.sub("", text))]
    return [each["words"].split() for piece in code for each in _COMMAND.finditer(piece)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_one_with_its_options(page):
    unknown = [" ".join(words) for words in commands(page) if not is_known(words)]
    assert unknown == []


NEWSROOM = typer.main.get_group(app)


def is_known(words: list[str]) -> bool:
    command: Any = NEWSROOM
    if words[0] == "…":
        return True
    for word in words:
        subcommands = getattr(command, "commands", {})
        if word in subcommands:
            command = subcommands[word]
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    named = {word.partition("=")[0] for word in words if word.startswith("--")}
    return (words[0] in NEWSROOM.commands or words[0] == "--help") and named <= options


def test_the_commands_are_found_that_a_page_names(tmp_path):
    page = tmp_path / "page.md"
    page.write_text('Run `newsroom lift URI --reason "…"`.\n\n```\n.venv/bin/newsroom held  # why\n```\n')
    assert commands(page) == [["held"], ["lift", "URI", "--reason", '"…"']]
    assert not is_known(["lift", "URI", "--because"])
    assert not is_known(["hold"])


def examples(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", read(ROOT / page), re.MULTILINE | re.DOTALL)


def test_the_examples_of_configuration_hold_together(tmp_path):
    root = tmp_path / "config"
    shutil.copytree(config_root(), root)
    wire, api, folder, partner, push, rights = examples("README.md")
    (mesa_tv,) = examples("docs/desk.md")
    one_feed = re.compile(r"^feeds:\n(?: .*\n)+", re.MULTILINE)
    files = {
        "wires/north_wire.yaml": wire,
        "wires/ap.yaml": one_feed.sub(api, wire),
        "wires/inbox.yaml": one_feed.sub(folder, wire),
        "rights/north_wire.yaml": rights,
        "topics/north_wire.yaml": 'version: "1"\nlabels: {World: ["medtop:20000638"]}\n',
        "partners/krdo.yaml": partner + push,
        "partners/mesa_tv.yaml": mesa_tv,
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    told = load(root)
    assert told.problems == ()
    assert {"north_wire", "ap", "inbox"} <= told.wires.keys()
    held = {each.profile for each in told.partners["krdo"].licences}
    profiles = [told.profile_of(told.wires[name]) for name in told.partners["krdo"].product.wires]
    assert {each.id for each in profiles if each and not each.open} <= held
