"""Plugins as Airflow loads them: one file each, a top-level module."""

import importlib.util
from collections.abc import Callable
from types import ModuleType

import pytest

from newsroom.settings import CHECKOUT


@pytest.fixture(scope="session")
def load_plugin() -> Callable[[str], ModuleType]:
    """Load plugins/NAME.py anew."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, CHECKOUT / "plugins" / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
