# Everything about Assay that is done from a shell. `make` alone lists it.
# Needs Python 3.11 or newer and make; `make env` sees to the rest (packaging/README.md).

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
ENV := .venv/.stamp
PROGRAM := dist/assay/.stamp
LOCKS := packaging/requirements
SETUP := pyproject.toml packaging/env.sh packaging/system_packages.py packaging/system-packages.txt \
         $(LOCKS)/uv.txt
COMPILE := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header

# Tests need no screen. Slow ones that measure or build are asked for by name.
OFFSCREEN := QT_QPA_PLATFORM=offscreen
PYTEST := $(BIN)/python -m pytest
QUICK := -m "not bench and not packaging and not servers"

.PHONY: help env demo run test gui-test docs check format lint types contracts tidy bench servers-test \
        lock package package-test screenshots clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## +/\1|/' \
	  | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

env: $(ENV)  ## .venv with everything the lock names, and Assay itself

$(ENV): $(LOCKS)/dev.txt $(SETUP)
	@bash packaging/env.sh .venv $(LOCKS)/dev.txt
	@$(BIN)/python packaging/system_packages.py
	@touch $@

demo: $(ENV)  ## a whole day on synthetic traces, then the window where there is a screen
	$(BIN)/assay demo $(ARGS)

run: $(ENV)  ## the window
	$(BIN)/assay $(ARGS)

test: $(ENV)  ## every quick test, without a screen
	$(OFFSCREEN) $(PYTEST) $(QUICK) $(ARGS)

gui-test: $(ENV)  ## the window's tests on a real X server
	env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24" \
	  $(PYTEST) tests/gui $(QUICK) $(ARGS)

docs: $(ENV)  ## whether the documents still tell the truth
	$(OFFSCREEN) $(PYTEST) -q tests/unit/test_docs.py

check: format lint types contracts test  ## all that must hold before a change lands; the tests include docs

format: $(ENV)
	$(BIN)/ruff format --check .

lint: $(ENV)
	$(BIN)/ruff check .

types: $(ENV)
	$(BIN)/mypy

contracts: $(ENV)
	$(BIN)/lint-imports

tidy: $(ENV)  ## rewrites the code in the house format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

servers-test: $(ENV)  ## live sources against real Phoenix and MLflow servers, which are installed into build/servers
	$(OFFSCREEN) $(PYTEST) -m servers tests/real_servers $(ARGS)

bench: $(ENV)  ## speeds and sizes, as ratios taken in one run
	$(OFFSCREEN) $(PYTEST) -m bench -s $(ARGS)

lock:  ## pins every dependency anew, with hashes
	$(COMPILE) pyproject.toml $(UPGRADE) -o $(LOCKS)/app.txt
	$(COMPILE) pyproject.toml $(UPGRADE) --extra dev -o $(LOCKS)/dev.txt
	$(COMPILE) pyproject.toml $(UPGRADE) --extra packaging -o $(LOCKS)/packaging.txt
	echo uv | $(COMPILE) - $(UPGRADE) --no-annotate -o $(LOCKS)/uv.txt

$(PROGRAM): $(LOCKS)/packaging.txt $(SETUP) packaging/assay.spec \
            $(shell find src resources -type f -not -name '*.pyc')
	@bash packaging/env.sh build/packaging $(LOCKS)/packaging.txt copy
	build/packaging/bin/python -m PyInstaller --noconfirm --log-level WARN \
	  --distpath dist --workpath build/frozen packaging/assay.spec
	@touch $@

package: $(PROGRAM)  ## the program as a folder that needs no Python: dist/assay

package-test: $(ENV)  ## builds that folder and starts what is in it
	$(OFFSCREEN) $(PYTEST) -m packaging tests/packaging $(ARGS)

screenshots: $(ENV)  ## the pictures of the guide
	$(OFFSCREEN) $(BIN)/python tests/screenshots.py docs/pictures

clean:  ## forgets what was built, but not .venv
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
