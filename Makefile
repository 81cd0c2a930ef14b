# Two commands do everything on a fresh clone: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location
PYTEST := $(BIN)/python -m pytest -p tests.left_out
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--build-deps-for editable --extra charts --extra playground --extra postgres --extra scale

# Compiled once, not anew by each of the hundred processes that a test run starts.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test tests bench peers research chaos fuzz check format lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## make .venv with the assistant in it
	@$(BIN)/python -m compileall -q -x '/\.venv/' . # whoever runs it may not be allowed to write beside it
	@echo "Ready: $(BIN)/sejawat --help"

run: $(VENV)/.ready ## start: the playground, or Telegram when BOT_TOKEN is set
	@$(BIN)/sejawat run

test: $(VENV)/.ready-dev ## format, lint, types and every test; fetches Chromium and PostgreSQL where it may
	@$(BIN)/python -m tests.services
	@$(MAKE) --no-print-directory -j 2 check tests

tests: $(VENV)/.ready-dev
	@# All read once by one process, while types are checked: three would compile every test three times.
	@$(PYTEST) --collect-only -q > /dev/null || true # what does not collect is told below
	$(PYTEST) -m "not chaos" -n 3 --dist loadscope --no-loadscope-reorder $(ARGS)

check: $(VENV)/.ready-dev ## format, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

chaos: $(VENV)/.ready-dev ## the big counts: killed at every point, thousands of odd updates
	@$(BIN)/python -m tests.services
	$(PYTEST) -m chaos $(ARGS)

fuzz: $(VENV)/.ready-dev ## what strangers can hand in, tried by a fuzzer that sees which lines are reached (Linux on x86-64)
	$(PIP) --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz $(ARGS)

research: $(VENV)/.ready ## fetch what `sejawat evaluate` and training the tagger need (SciPy, scikit-learn)
	@$(PIP) --require-hashes -r requirements/research.txt

peers: $(VENV)/.ready-dev ## fetch the peers that some benchmarks are measured beside
	@$(PIP) --require-hashes -r requirements/bench.txt

bench: $(VENV)/.ready-dev ## the figures of docs/performance.md
	$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/.ready-dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.ready-dev ## pin anew after a change of pyproject.toml (ARGS=--upgrade: newest versions)
	$(PIP) "pip-tools>=7.5"
	$(COMPILE) $(ARGS) --output-file requirements/run.txt pyproject.toml
	$(COMPILE) $(ARGS) --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml
	for more in research bench; do $(COMPILE) $(ARGS) --extra $$more --constraint requirements/dev.txt \
		--output-file requirements/$$more.txt pyproject.toml || exit 1; done

setup-dev: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Sejawat needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python could not make $(VENV). On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Fetching what the assistant is made of (a minute or two, only now and when it changes) …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.ready
	@echo "Fetching what the tests need …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
