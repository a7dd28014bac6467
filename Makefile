# The two commands of the README: `make run`, `make test`. Needs Python 3.11+ and make.

PYTHON ?= python3
PORT ?= 8050
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed

.PHONY: run test test-all lint bench soak shots words clean browser

run: $(INSTALLED)
	@exec $(BIN)/medtown serve --demo --port $(PORT)

test: $(TEST_INSTALLED) browser lint
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-all: $(TEST_INSTALLED) browser lint
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(TEST_INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(TEST_INSTALLED) browser
	$(BIN)/python -m benchmarks

# Readers and partners at once, hostile files among theirs, then a soak of five minutes.
soak: $(TEST_INSTALLED)
	$(BIN)/python -m benchmarks.load

# A picture of every page, wide and on a phone, in English, in Arabic and dark: in shots/.
shots: $(TEST_INSTALLED) browser
	$(BIN)/python -m benchmarks.shots $(PAGES)

words: $(INSTALLED)
	$(BIN)/python -m schemas.catalogues

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis medtown.egg-info

# The browser tests drive Debian's Chromium; CHROMIUM names another one.
browser:
	@command -v $${CHROMIUM:-chromium} >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "The browser tests need Chromium: sudo apt-get install chromium (or set CHROMIUM)"; exit 1; fi; }

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

# The lock file pins both the application and its tools; `make run` installs the first part only.
$(INSTALLED): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(TEST_INSTALLED): requirements-test.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-test.lock
	@touch $@
