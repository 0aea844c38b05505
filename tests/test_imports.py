"""Imports run one way, as the README says; the library never imports Airflow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsroom.settings import CHECKOUT

INCLUDE = CHECKOUT / "include"

LAYERS = [
    {"newsroom.text", "newsroom.story", "newsroom.settings", "newsroom.web_address", "newsroom.local_time"},
    {"newsroom.config"},
    {"newsroom.match", "newsroom.revise"},
    {"newsroom.store"},
    {"newsroom.connections"},
    {"newsroom.airflow_connections"},
    {"newsroom.ssh"},
    {"newsroom.wireformat"},
    {"newsroom.fetch", "newsroom.extract"},
    {"newsroom.folder"},
    {"newsroom.check"},
    {"newsroom.clear"},
    {"newsroom.deliver"},
    {"newsroom.push"},
    {"newsroom.stages"},
    {"newsroom.cli"},
]
"""Each may import what stands above it, and itself."""

MODULES = sorted(INCLUDE.glob("newsroom/**/*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    name = ".".join(module.split(".")[:2])
    return next((place for place, layer in enumerate(LAYERS) if name in layer), None)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(INCLUDE).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_imports_run_one_way(path):
    own = module_of(path)
    here = layer_of(own)
    for name in imported(path):
        assert not name.startswith(("airflow", "wiring", "samplewire", "standalone", "bench")), name
        there = layer_of(name)
        if here is not None and there is not None:
            same = own.split(".")[:2] == name.split(".")[:2]
            assert same or there < here, f"{own} imports {name}"


def test_every_part_of_the_library_has_its_layer():
    parts = {module_of(path) for path in MODULES} - {"newsroom.__init__"}
    assert [part for part in parts if layer_of(part) is None] == []
