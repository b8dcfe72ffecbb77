# Every command of a developer; CI calls the same ones. `make help` lists them.

PYTHON ?= python3
export PYTHON

DEV := .venv
RUN := .venv-run
BENCH := .venv-bench
BIN := $(DEV)/bin
# A worker a core; neighbours stay together, so that what they share is made once.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
# The tests of the web application once more, with a PostgreSQL server of their own.
ON_POSTGRESQL := $(BIN)/python -m tests.worlds.with_server $(PYTEST) tests/web
MATTERS_THERE := not soak and not no_database and not either_database
# Where Chromium is. It is looked whether it is there: another machine may have left the file.
BROWSER := $(DEV)/.browser

# An environment is made again only when one of these changes.
SETUP := .ci/environment pyproject.toml CHANGELOG.md

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 12

.PHONY: setup
setup: $(DEV)/.stamp ## Make .venv with everything that development and tests need

PORT := 8000

.PHONY: run
run: $(RUN)/.stamp ## Start the web application with a demonstration town (data in build/demo)
	$(RUN)/bin/kaohe demo --port $(PORT) --data build/demo

.PHONY: example
example: $(RUN)/.stamp ## Make a town of 31 areas as files, score it and show the result (into build/)
	rm -rf build/town build/result
	$(RUN)/bin/kaohe generate --areas 31 --seed 2024 --out build/town
	@# 3: scored, but something bars it from being final. It is provisional, not a failure.
	$(RUN)/bin/kaohe score build/town --scheme gaojing-2024 --out build/result || test $$? -eq 3

.PHONY: check
check: export KAOHE_SECRET_KEY := check
check: $(DEV)/.stamp ## Lint, formatting, types and walls: seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: browser
browser: $(DEV)/.stamp ## Find Chromium for the tests of pages, or bring it
	@test -x "$$(cat $(BROWSER) 2>/dev/null)" || $(BIN)/python -m tests.worlds.browsers >$(BROWSER)

# Tests start many processes: none compiles anew what another has, whatever the machine asks for.
test test-web test-core soak: export PYTHONDONTWRITEBYTECODE :=
test test-web test-core soak: export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode

# Without a browser its tests fail and say what to run; the others still have their say.
.PHONY: test
test: check ## The checks, then every test: what CI runs
	-@$(MAKE) --no-print-directory browser
	$(PYTEST)
	$(ON_POSTGRESQL) -m "$(MATTERS_THERE)"

.PHONY: test-web
test-web: $(DEV)/.stamp ## Only the tests of the web application, on SQLite and on PostgreSQL
	$(PYTEST) tests/web
	$(ON_POSTGRESQL) -m "$(MATTERS_THERE)"

.PHONY: test-core
test-core: $(DEV)/.stamp ## Only the tests of the core: unit, spec, property, oracle
	$(PYTEST) $(wildcard tests/unit tests/spec tests/property tests/oracle)

.PHONY: soak
soak: $(DEV)/.stamp ## Every test with thousands of examples a law, and the long ones
	-@$(MAKE) --no-print-directory browser
	$(PYTEST) -m "" --hypothesis-profile=soak
	$(ON_POSTGRESQL) -m "not no_database" --hypothesis-profile=soak

.PHONY: docs
docs: $(DEV)/.stamp ## Write docs/reference from the code and the spec cases
	$(BIN)/python -m tests.spec.manual
	$(BIN)/python -m tests.repo.messages
	$(BIN)/python -m tests.repo.web_reference

.PHONY: bench
bench: $(BENCH)/.stamp ## Measure against others, in an environment of its own
	$(BENCH)/bin/python -m benchmarks

.PHONY: format
format: $(DEV)/.stamp ## Sort imports and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: ## Resolve the newest versions that pyproject.toml admits into the lock files
	.ci/environment
	$(COMPILE) --extra postgres --extra web --group dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --constraints requirements.lock --extra web --group build \
		--output-file requirements-run.lock pyproject.toml
	$(COMPILE) --no-config --constraints requirements-run.lock --group bench \
		--output-file requirements-bench.lock pyproject.toml

# No addresses in it, for every platform and Python that the project supports.
COMPILE := .venv-uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --annotation-style line

.PHONY: clean
clean: ## Remove environments, results and caches
	rm -rf .venv .venv-run .venv-bench .venv-uv build dist .coverage
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(DEV)/.stamp: requirements.lock $(SETUP)
	.ci/environment $(DEV) $<
	@touch $@

$(RUN)/.stamp: requirements-run.lock $(SETUP)
	.ci/environment $(RUN) $<
	@touch $@

$(BENCH)/.stamp: requirements-bench.lock $(SETUP)
	.ci/environment $(BENCH) $<
	@touch $@
