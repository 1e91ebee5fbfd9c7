# Everything a newcomer and a pipeline need: `make start` runs the platform, `make test` proves it.

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup start stop test check format soak bench clean

help:
	@echo 'make start   run the platform on this machine and take the tour through it'
	@echo 'make stop    stop it; its state and the environment stay'
	@echo 'make test    the whole test suite, with what it needs'
	@echo 'make check   format, lint, types and import contracts'
	@echo 'make format  let ruff format and fix what it can'
	@echo 'make soak    a quarter of an hour of mixed load, and what the platform holds at its end'
	@echo 'make bench   the benchmarks: a report with plots; BENCH_ARGS=--quick takes three minutes'
	@echo 'make setup   only the environment in $(VENV)'
	@echo 'make clean   stop, then remove the environment, the state and everything built'

setup: $(STAMP)
	@:

# The stamp is older than either file exactly when the environment may be out of date.
$(STAMP): pyproject.toml constraints.txt .ci/venv
	@.ci/venv $(VENV)

start: setup
	@started=$$($(BIN)/wsk platform start) && printf '%s\n' "$$started" && \
	eval "$$(printf '%s\n' "$$started" | sed -n '/^export WSK_CONFIG_FILE=/p')" && \
	unset WHISK_AUTH WHISK_APIHOST WHISK_APIVERSION WSK_CONTEXT && \
	PATH="$(CURDIR)/$(BIN):$$PATH" examples/tour.sh && \
	printf '  Put wsk on your path:          %s\n' 'export PATH="$(CURDIR)/$(BIN):$$PATH"' && \
	printf '%s\n' "$$started" | sed -n 's/^export WSK/  Let it use this platform:      &/p'

stop:
	@if [ -x $(BIN)/wsk ]; then $(BIN)/wsk platform stop; fi

test: setup
	@tests/setup.sh
	@$(BIN)/pytest -n auto $(PYTEST_ARGS)

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy -p whisk_cli -p whisk_platform -p whisk_runtimes -p tests
	@$(BIN)/lint-imports

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

soak: setup
	@$(BIN)/python -m tests.soak $(SOAK_ARGS)

bench: setup
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

# The state directory is the default one; a platform with --state-dir keeps its own.
clean: stop
	@rm -rf "$${XDG_STATE_HOME:-$$HOME/.local/state}/whisk"
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -rf dist build bench-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
