# Everything runs from .venv, which `make install` fills from the hashed lock. `make PYTHON=python3.12 install` picks another Python.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help install up demo test check replay scenarios crash faults fmt lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*##/ { printf "%-9s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## Install into .venv, with the command .venv/bin/aftercart

up: $(INSTALLED) ## Run the whole system until Ctrl-C
	@$(BIN)/aftercart up

demo: $(INSTALLED) ## Run the whole system and walk three returns and an exchange through it
	@$(BIN)/aftercart demo

# A file stays on one core, since its tests share what they started; each core that runs workflows has a Temporal server
# of its own, so there is a limit.
test: $(INSTALLED) ## Run the tests, replays of recorded histories included
	$(BIN)/pytest -m "not crash" --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(INSTALLED) ## Format, lint, types, import contracts, migrations in step, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	AFTERCART_DATABASE_URL=sqlite:///$$(mktemp -d)/check.db $(BIN)/aftercart migrate --check
	$(BIN)/pytest -q tests/docs tests/layout

scenarios: $(INSTALLED) ## Play the 128 cases drawn from other systems, and list those answered otherwise or later
	@$(BIN)/python -m tests.scenarios

crash: $(INSTALLED) ## Kill every process at every step of a return and compare the outcome
	$(BIN)/pytest -m crash -s

SEED ?= 1
REFUNDS ?= 300
faults: $(INSTALLED) ## Refund 300 times while answers get lost, webhooks come late and workers die: make faults SEED=1
	@$(BIN)/python -m tests.faults --seed "$(SEED)" --refunds "$(REFUNDS)"

LIMIT ?= 500
replay: $(INSTALLED) ## Replay real credit notes in a throw-away system: make replay ORDERS=FILE RETURNS=FILE LIMIT=500
	@[ -n "$(ORDERS)" ] && [ -n "$(RETURNS)" ] || { echo "make replay ORDERS=FILE RETURNS=FILE LIMIT=500"; exit 1; }
	@$(BIN)/aftercart returns replay "$(RETURNS)" --orders "$(ORDERS)" --limit "$(LIMIT)"

fmt: $(INSTALLED) ## Format and sort imports
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: $(INSTALLED) ## Resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --extra dev --quiet \
		--output-file requirements.lock pyproject.toml

$(INSTALLED): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here. Aftercart needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version), Aftercart needs 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing into .venv (a minute the first time)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
# uv installs in seconds what takes pip a minute. It does not read pip's own settings, so pip takes over where it fails.
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)
