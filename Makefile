# newsdesk: `make demo` and `make test` each work from a fresh clone.

PYTHON ?= python3
# cpu, or gpu for the package index's own torch build.
TORCH ?= cpu

VENV := .venv
BIN := $(VENV)/bin
# Everything that install reads: a change in one of them installs again.
SET_UP := pyproject.toml scripts/install_torch.py
# What the tests and the demo need is installed; nothing below may reach out for a model.
OFFLINE := HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 ANONYMIZED_TELEMETRY=False

# Tests at a time, each file in one process.
JOBS ?= 2
# Extractive, whatever language model the environment names.
GOLDEN_RUN := $(OFFLINE) $(BIN)/newsdesk --home .newsdesk-gate eval run --set mode=extractive

.DEFAULT_GOAL := help
.PHONY: help install demo test browser gate baseline lint format clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## put newsdesk and what it needs into .venv (TORCH=gpu for a GPU build)

$(VENV)/.installed: $(SET_UP) | $(VENV)/.made
	$(BIN)/python scripts/install_torch.py $(TORCH)
	@echo "installing newsdesk and what it needs (minutes, the first time)"
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "newsdesk needs Python 3.11 or later as '$(PYTHON)'; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' can't make virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25'
	@touch $@

demo: install ## read sample pages, ask two questions, print a briefing (offline, no key)
	@$(OFFLINE) $(BIN)/newsdesk demo --folder .newsdesk-demo

test: browser lint gate ## every check: ruff, mypy, the accuracy gate and pytest
	$(OFFLINE) $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

gate: install ## ask the sample questions; fail where answers are worse than eval/golden/baseline.json
	@rm -rf .newsdesk-gate
	@$(GOLDEN_RUN) >/dev/null
	@$(OFFLINE) $(BIN)/newsdesk --home .newsdesk-gate eval gate eval/golden/baseline.json

baseline: install ## ask the sample questions and keep the answers as the baseline of the gate
	@rm -rf .newsdesk-gate
	@$(GOLDEN_RUN) -o eval/golden/baseline.json

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { echo "the tests need a browser, Chromium; on Debian: apt-get install chromium" >&2; exit 1; }

lint: install ## ruff and mypy alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: install ## put the code into ruff's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove what make made: .venv, caches, the demo's archive
	rm -rf $(VENV) .newsdesk-demo .newsdesk-gate build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
