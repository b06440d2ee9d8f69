# Everything a developer or a user runs. Each target makes .venv and installs what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Tests against processes as fast as life: on a busy machine one of a thousand may miss a deadline.
# What fails is run once more, alone, and fails if it fails again.
PROCESSES := tests/faults tests/system -m "not needs_system and not soak"
AGAIN := { test $$? -eq 1 && echo "Failed above: run once more, alone." && \
	$(BIN)/python -m pytest $(PROCESSES) --last-failed --last-failed-no-failures none; }

.PHONY: demo test test-system soak lint bench validate docs clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(VENV)/bin/python
	$(PIP) install -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) install -e '.[dev]'
	@touch $@ $(VENV)/.base

demo: $(VENV)/.base ## run a real experiment on the virtual beamline
	$(BIN)/blueline demo

test: $(VENV)/.dev ## pass the tests that need no system package
	$(BIN)/python -m pytest tests/unit -m "not soak" --numprocesses 2
	$(BIN)/python -m pytest $(PROCESSES) --numprocesses 3 --dist worksteal || $(AGAIN)

test-system: $(VENV)/.dev ## pass the tests that need tmux, a browser or a server
	$(BIN)/python -m pytest tests/system -m "needs_system"

soak: $(VENV)/.dev ## pass the tests that take minutes to hours
	$(BIN)/python -m pytest tests -m soak --timeout 7200

lint: $(VENV)/.dev ## ruff and pyright
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: $(VENV)/.dev ## measure, as ratios in one run
	$(BIN)/python -m benchmarks

validate: $(VENV)/.dev ## have independent readers judge the files of a folder: DATA=folder
	$(BIN)/python -m tools.validate $(DATA)

docs: $(VENV)/.dev ## build the documentation, warnings are errors
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

clean: ## forget everything that was built or recorded here
	rm -rf $(VENV) docs/_build build dist .pytest_cache .ruff_cache blueline-demo
