# `make help` lists the targets. Everything is installed into .venv, and runs on this machine alone.

PYTHON ?= python3.11
OPTIONS ?=
BIN := .venv/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
LOCK := $(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11

NO_INSTALL = { echo "The installation did not succeed: is this machine online? What it said stands above; try again." >&2; exit 1; }

export UV_LINK_MODE ?= copy

# Compiled once, when installed: Airflow starts a process for each task, and may not write what it has compiled.
export UV_COMPILE_BYTECODE ?= 1
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-slow lint format migration bench lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/run  ## everything on this machine: S3 server, sample wire, Airflow; Ctrl-C ends all of it
	@exec $(BIN)/python -m standalone $(OPTIONS)

test: .venv/dev  ## the fast tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(OPTIONS)

test-slow: .venv/dev  ## the slow ones: a real Airflow, PostgreSQL, a whole desk
	@$(BIN)/python -m pytest -m slow --timeout 1200 $(OPTIONS)

lint: .venv/dev  ## ruff, mypy, hadolint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/hadolint docker/Dockerfile

format: .venv/dev  ## write the code as ruff would
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

migration: .venv/dev  ## write the catalogue's migration for a change in schema.py: WHAT="Add the …"
	@$(BIN)/python -m newsroom.store.migrations "$$WHAT"
	@$(BIN)/ruff format --quiet include/newsroom/store/migrations

bench: .venv/peers  ## measure speed and memory, against peers in the same run; PAGES=pages.jsonl reads real pages
	@$(BIN)/python -m bench --peers .venv/peers $(if $(PAGES),--manifest $(PAGES)) $(OPTIONS)

lock: .venv/uv  ## compile the locks after a change in pyproject.toml
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(LOCK) --group bench -c requirements.lock -o requirements-bench.lock
	@$(LOCK) --extra production -c requirements.lock pyproject.toml -o docker/requirements.lock
	@echo "uv==$$($(UV) --version | cut -d' ' -f2)" | $(LOCK) - -o requirements-uv.lock

clean:  ## delete the environment and all data of `make run`
	@rm -rf .venv .data build include/*.egg-info

# What is installed is marked by a file, so that a second `make run` starts at once.
.venv/run: requirements.lock pyproject.toml | .venv/uv
	@echo "Installing what the newsroom runs on: about 190 packages, a minute or two"
	@$(INSTALL) --require-hashes -r requirements.lock || $(NO_INSTALL)
	@$(INSTALL) --no-deps --no-build-isolation --editable . || $(NO_INSTALL)
	@touch $@

.venv/dev: requirements-dev.lock .venv/run
	@echo "Installing what its tests need"
	@$(INSTALL) --require-hashes -r requirements-dev.lock || $(NO_INSTALL)
	@touch $@

# The peers bring other releases' helpers (chardet, brotli) that requests would take up: a folder of their own.
.venv/peers: requirements-bench.lock .venv/dev
	@echo "Installing the extractors that ours is measured against"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --target $@ -r requirements-bench.lock || $(NO_INSTALL)
	@touch $@

.venv/uv: requirements-uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON): not found; wanted Python 3.11: install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON): is $$($(PYTHON) -V 2>&1); wanted Python 3.11: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null || { echo "$(PYTHON) can't make an environment; on Debian and Ubuntu: apt install python3.11-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock || $(NO_INSTALL)
	@touch $@

