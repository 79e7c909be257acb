# One command each. Everything lives in .venv; set-up runs once, and again when the packaging changes.
# Needs make and Python 3.11 or later with venv; another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_FOR_TESTS := .venv/.ready-for-tests
SERVERS := .venv/.servers
PLUGINS := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
TYPED := src tests $(wildcard bench) $(wildcard docs/*.py) $(wildcard plugins/*/src)
# The tests of plugins are checked one plugin after another: their modules have the same names.
PLUGIN_TESTS := $(wildcard plugins/*/tests)

.PHONY: help demo test lint fmt docs bench nightly clean
.DELETE_ON_ERROR:

help:
	@echo "make demo     score a made-up department and show the results (in demo/)"
	@echo "make test     style, types, architecture and tests"
	@echo "make lint     style, types and architecture alone"
	@echo "make fmt      put the code into the house style"
	@echo "make docs     write the reference of the language from its declarations (in docs/)"
	@echo "make bench    measure speed against the alternatives"
	@echo "make nightly  the tests with thousands of generated examples each"
	@echo "make clean    remove everything made here"

demo: $(READY)
	$(BIN)/kpirules demo demo

test: lint $(SERVERS)
	$(BIN)/python -m pytest -n auto

lint: $(READY_FOR_TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(TYPED)
	set -e; for tests in $(PLUGIN_TESTS); do $(BIN)/mypy --strict $$tests; done
	$(BIN)/lint-imports

fmt: $(READY_FOR_TESTS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY_FOR_TESTS)
	$(BIN)/python -m docs.generate

bench: $(READY_FOR_TESTS)
	$(BIN)/python -m bench

nightly: $(READY_FOR_TESTS)
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto

clean:
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache src/*.egg-info

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

# The plugins are installed as users install them; without isolation, since setuptools is there already.
$(READY_FOR_TESTS): $(READY) $(wildcard plugins/*/pyproject.toml)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,dev,pdf,sign]'
	$(if $(PLUGINS),$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation $(addprefix --editable ./,$(PLUGINS)))
	touch $@

# Databases, a ticket system and a browser, from Debian's packages where we may install them.
$(SERVERS): tests/servers/install.sh | $(BIN)/python
	bash tests/servers/install.sh
	touch $@
