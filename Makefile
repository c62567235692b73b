# Two commands matter: `make demo` and `make test`. Works with GNU make 3.81 (macOS) and needs only Python 3.11 or newer.
#
#   PORT=8000          where to serve
#   LILONG_HOME=./var  where the instance lives
#   DATABASE_URL=      a PostgreSQL of one's own instead of the embedded one

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MAPPING ?= src/lilong/project/mappings/boston_2011.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test docs lock bench replay clean

help: ## show what there is to call
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.run ## make .venv with the pinned packages and the command .venv/bin/lilong

demo: setup ## make a demo city and serve it on http://127.0.0.1:8000
	@$(BIN)/lilong demo

test: $(VENV)/.dev ## check layers, types and style, then run every test against a real PostgreSQL
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tests
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

docs: setup ## write the generated part of each page of docs/
	DJANGO_SETTINGS_MODULE=lilong.project.settings $(BIN)/python -m lilong.project.documents

lock: $(VENV)/.made ## compile requirements/*.in into locks with hashes
	$(PIP) install --quiet -r requirements/lock.in
	$(COMPILE) requirements/run.in --output-file requirements/run.lock
	$(COMPILE) requirements/dev.in --output-file requirements/dev.lock

bench: $(VENV)/.dev ## measure against raw PostgreSQL twins and print the ratios
	$(BIN)/python -m benchmarks

replay: setup ## import a file of real service requests: make replay FILE=requests.csv.gz
	@test -n "$(FILE)" || { echo "make replay needs FILE=the file of requests (and MAPPING= for another city)" >&2; exit 2; }
	$(BIN)/lilong init
	$(BIN)/lilong requests import "$(FILE)" --mapping "$(MAPPING)"

clean: ## remove the environment and caches; LILONG_HOME stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Lilong needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1 || echo missing`." >&2; \
		echo "Install one (https://www.python.org/downloads/) and name it: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The stamps are newer than what they were made from, so a second run has nothing to do.
$(VENV)/.run: $(VENV)/.made requirements/run.lock requirements/run.in pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/run.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	$(PIP) install --quiet --require-hashes -r requirements/dev.lock
	@touch $@
