# Everything the project can do, one target each. `make help` lists them; CI calls these and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The day of the edition (make DATE=2025-06-09); without it, the newest day on which the dataset learned something.
DATE ?=
# More options for `reports build` (make ARGS='--strict') or for pytest (make test ARGS='-k wording').
ARGS ?=

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME
PARALLEL := -n auto --dist loadfile

.PHONY: all build png watch preview publish index serve send weekly test quick check format lint types layers bench bench-peers archive-check cluster-test lock clean help system

all: build ## Build the briefing as HTML and PDF and print where they are (DATE=YYYY-MM-DD)

build: $(VENV)/.installed
	@$(BIN)/reports build $(if $(DATE),--as-of $(DATE)) $(ARGS)

png: $(VENV)/.installed ## Draw every chart of the edition as a PNG for sharing
	@$(BIN)/reports build $(if $(DATE),--as-of $(DATE)) --format png $(ARGS)

watch: $(VENV)/.installed ## Build again at each change of dataset, editor's files or templates (DATE=YYYY-MM-DD)
	@$(BIN)/reports build --watch $(if $(DATE),--as-of $(DATE)) $(ARGS)

preview: $(VENV)/.installed ## Show the draft in a browser, anew at each change (DATE=YYYY-MM-DD)
	@$(BIN)/reports preview $(if $(DATE),--as-of $(DATE)) $(ARGS)

publish: $(VENV)/.installed ## Freeze the edition in the archive (DATE=YYYY-MM-DD, ARGS="--reason '...'" for a correction)
	@$(BIN)/reports publish $(if $(DATE),--as-of $(DATE)) $(ARGS)

index: $(VENV)/.installed ## Make the pages of the archive anew
	@$(BIN)/reports index $(ARGS)

serve: $(VENV)/.installed ## Show the archive in a browser of this machine (ARGS='--port 8001')
	@$(BIN)/reports serve $(ARGS)

send: $(VENV)/.installed ## Send the newest edition of the archive, or that of DATE, to everybody who has not got it
	@$(BIN)/reports send $(DATE) $(ARGS)

weekly: $(VENV)/.installed ## Check the data, build, publish and send the edition of DATE or the newest day
	@$(BIN)/reports check --strict
	@$(BIN)/reports build $(if $(DATE),--as-of $(DATE)) --strict
	@$(BIN)/reports publish $(if $(DATE),--as-of $(DATE))
	@$(BIN)/reports send $(DATE) $(ARGS)

# A process for each core; a test module stays in one of them.
test: $(VENV)/.installed-dev ## Run every test; those that need a browser or a PDF tool skip where it is missing
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

quick: $(VENV)/.installed-dev ## Run the tests that need no browser, validator or long run
	@$(BIN)/python -m pytest -m "not slow" $(PARALLEL) $(ARGS)

check: $(VENV)/.installed-dev ## Check format, lint, types and layers, then run every test
	@$(MAKE) lint types layers test

lint: $(VENV)/.installed-dev ## Check format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

format: $(VENV)/.installed-dev ## Put the code into the house format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

types: $(VENV)/.installed-dev ## Check types
	@$(BIN)/mypy

layers: $(VENV)/.installed-dev ## Check that a module imports only from the rows below its own
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/.installed-dev ## Measure speed and memory and write output/bench.md
	@$(BIN)/python -m tests.bench.bench

archive-check: $(VENV)/.installed-dev ## Publish the fifty weeks of 2025 as they are, spoil them, build all of them again (minutes)
	@WHOLE_ARCHIVE=1 $(BIN)/python -m pytest tests/archive/test_weeks.py $(ARGS)

# Its peers are installed into .peers, R by apt-get where that may install; `make clean` leaves them.
bench-peers: $(VENV)/.installed ## Build the same briefing with other tools, compare, and write output/bench-peers.md
	@$(BIN)/python -m tests.bench.peers

cluster-test: $(VENV)/.installed-dev ## Build 200 editions on a cluster of processes, kill a worker, compare with one process
	@$(BIN)/python -m tests.batch.cluster 200 3

lock: $(VENV)/.installed-dev ## Resolve the locked dependencies anew (UPGRADE=1 for the newest versions)
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --output-file requirements.lock requirements.in
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --override requirements-override.in \
		--output-file requirements-dev.lock requirements-dev.in

clean: ## Remove drafts and caches; keep .venv, the archive, the outbox and the delivery ledger
	@find output -mindepth 1 -maxdepth 1 ! -name README.md ! -name archive ! -name outbox ! -name state -exec rm -rf {} +
	@rm -rf dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find reports tests -name __pycache__ -prune -exec rm -rf {} +

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --universal: one lock for Python 3.11 to 3.13 on every platform, with one version of each package for all of them,
# since another numpy could mean other bytes. No index address goes into the file: a mirror serves as well.
LOCK_OPTIONS := --quiet --no-config --universal --fork-strategy fewest --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# pip compiles what it installs to bytecode, without which a first build takes twice as long.
$(VENV)/.installed: requirements.lock pyproject.toml | system
	@echo "Installing the locked packages into $(VENV)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the test tools into $(VENV)" >&2
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements-dev.lock
	@touch $@

# What no Python package brings: Python's own venv module, and Pango, which WeasyPrint sets text with.
# `$(error)` because it stops make with a single line.
PANGO_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
PANGO_LIBRARIES := libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0
has_venv = $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && echo yes)
has_pango = $(shell $(PYTHON) -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' $(PANGO_LIBRARIES) 2>/dev/null && echo yes)
as_root = $(shell command -v apt-get >/dev/null || exit 0; [ "$$(id -u)" = 0 ] && echo env || { sudo -n true 2>/dev/null && echo sudo -n; })
apt_install = echo "Installing $(1)" >&2; export DEBIAN_FRONTEND=noninteractive; log=$$(mktemp); \
	{ $(as_root) apt-get update -q && $(as_root) apt-get install -y -q --no-install-recommends $(1); } >"$$log" 2>&1 \
	|| { cat "$$log" >&2; exit 1; }

system:
	$(if $(PYTHON),,$(error Python 3.11 to 3.13 is missing; run: sudo apt-get install python3 python3-venv))
	$(if $(has_venv),,$(error The venv module of $(PYTHON) is missing; run: sudo apt-get install python3-venv))
	@$(if $(has_pango),:,$(if $(as_root),$(call apt_install,$(PANGO_PACKAGES)),$(error Pango is missing; run: sudo apt-get install $(PANGO_PACKAGES))))
