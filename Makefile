# The two commands: `make demo` (a month of generated exports, end to end) and `make test`.
# Everything runs from .venv, which is built from requirements.lock by venv and pip alone.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
PACKAGES := expectations transforms forecasts flows

# One BLAS thread, set before numpy is imported: work is spread over series, and with BLAS's own threads on
# top the same fits take three times the CPU. It also keeps sums in one order, so results stay bit-identical.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
# Nothing reports home: police networks are closed, and each attempt would wait for its time-out.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := False
# A command, its server and its workers each import a thousand modules: where nothing compiled may be written, each
# compiles chian's own anew, and the tests start some hundred processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo serve test test-quick lint lock dictionary rooms clean

help: ## what can be made here
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: .venv/.chian-installed ## .venv from requirements.lock, with chian installed in it

demo: setup ## write demonstration exports, run their month, say where to look
	$(BIN)/chian demo

serve: setup ## Prefect's server, the deployments and a worker, until Ctrl-C (docs/scheduling.md)
	$(BIN)/chian serve

# One more process than cores: tests that wait for a server, a browser or a kill leave theirs to another.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

test: setup ## all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 25

test-quick: setup ## the tests that take a minute together
	$(BIN)/python -m pytest --numprocesses $(shell getconf _NPROCESSORS_ONLN) --dist loadfile --no-loadscope-reorder -m "not slow"

lint: setup ## ruff, mypy, and the one-way imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Empty first, then moved: a module that fails must not leave half a page behind.
dictionary: setup ## the data dictionaries and the pages of example queries in docs/, from the contracts
	$(BIN)/python -m expectations.contracts.dictionary > .venv/page.md && mv .venv/page.md docs/data-dictionary.md
	$(BIN)/python -m expectations.contracts.dictionary ko > .venv/page.md && mv .venv/page.md docs/ko/data-dictionary.md
	$(BIN)/python -m expectations.contracts.examples en > .venv/page.md && mv .venv/page.md docs/queries.md
	$(BIN)/python -m expectations.contracts.examples ko > .venv/page.md && mv .venv/page.md docs/ko/queries.md

rooms: setup ## the drawing of the rooms in docs/architecture.md, from the code
	$(BIN)/python -m tests.docs.rooms

# The versions already in the lock stay unless pyproject.toml forbids them; `make lock LOCK=--upgrade` renews
# them all, LOCK="--upgrade-package NAME" one. No index is written down, so any mirror can serve the files.
LOCK ?=
lock: ## requirements.lock from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv, which is not on the PATH; say where it is: make lock UV=…" >&2; exit 1; }
	$(UV) pip compile pyproject.toml --extra dask --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header $(LOCK) --output-file requirements.lock --quiet
	@{ printf '%s\n' \
		'# Every package chian runs and is tested with: Python 3.11-3.13 on Linux, each file by its hash.' \
		'# Made by `make lock` from pyproject.toml; do not edit. `make setup` installs it.'; \
		cat requirements.lock; } > requirements.lock.new && mv requirements.lock.new requirements.lock

clean: ## remove .venv and what tools left; chian-data and chian-demo stay
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Finds the first suitable Python. A missing or too old one is the likeliest fault on a new machine.
define FIND_PYTHON
for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.platform != "linux" or not (3, 11) <= sys.version_info < (3, 14))' \
		2>/dev/null && break; \
	python=; \
done; \
if [ -z "$$python" ]; then \
	found=$$("$(PYTHON)" -V 2>/dev/null); \
	echo "chian needs Python 3.11, 3.12 or 3.13 on Linux; $(PYTHON) is $${found:-not there}:" \
		"install one of them or name it, as in: make setup PYTHON=/path/to/python3.12" >&2; exit 1; \
fi; \
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	echo "$$python cannot make virtual environments; on Debian or Ubuntu install its python3-venv package" >&2; exit 1; \
fi
endef

# Rebuilt from nothing whenever the lock changes, so that no package of an earlier lock stays behind; the stamp
# comes last, so an interrupted installation starts again. --no-deps: the lock is complete, and pip would
# otherwise ask for a hash of `sqlalchemy[asyncio]`, which no lock can give. Byte-compiling on all cores takes half of
# pip's own time for it; without any, Prefect's server would compile itself while its start is being waited for.
# Packages' own tests, a fifth of all modules, are left out. (`|| true`: some carry templates that are no Python.)
.venv/.lock-installed: requirements.lock
	@$(FIND_PYTHON); echo "Building .venv with $$("$$python" -V) (a minute or two) …"; "$$python" -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-compile --require-hashes \
		-r requirements.lock
	@$(BIN)/python -m compileall -qq -j 0 -x '/tests/' .venv/lib || true
	@touch $@

# Editable and without isolation: the build backend is in the lock, nothing more is fetched. Prefect's empty database is
# made with it, once for all homes.
.venv/.chian-installed: .venv/.lock-installed pyproject.toml
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m flows.serving.records
	@touch $@
