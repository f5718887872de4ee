# Every target prepares what it needs: a fresh Debian needs make, python3 (3.11 or later) and python3-venv only.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin

# An environment that works is kept, whoever made it: two interpreters do not mix in one.
# A stamp is younger than the lock file it stands for, so that nothing is installed twice.
BOOTSTRAP := $(VENV)/bootstrap.stamp
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp

export DATASET SOURCE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export UV_PYTHON_DOWNLOADS := never
# Each new process would compile everything again, which takes seconds.
export PYTHONDONTWRITEBYTECODE :=
# A company's own certificate authority is in the system's store, where there is one.
export UV_SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

.DEFAULT_GOAL := help
.PHONY: help run test test-quick up lint docs migration screenshots bench chaos soak lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do \
		printf '  make %-11s %s\n' "$$name" "$$text"; done

run: $(RUNTIME) ## load data and build the warehouse: DATASET=file[,file...] SOURCE=name, or the example data
	@IFS=,; set -f; set -- $$DATASET; unset IFS; \
	exec $(BIN)/warehouse run $${SOURCE:+--source "$$SOURCE"} "$$@"

up: $(RUNTIME) ## serve Dagster's pages, its daemon and the dashboards
	@exec $(BIN)/warehouse up

test: $(DEV) ## run all tests; ARGS="-k name" is passed on to pytest
	@$(pytest) -n 3 $(ARGS)

test-quick: $(DEV) ## run the tests that need no database
	@$(pytest) -n 2 warehouse_assets_tests/unit $(ARGS)

lint: $(DEV) ## check style, types and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict warehouse_assets
	@$(BIN)/sqlfluff lint sql

docs: $(RUNTIME) ## generate the data dictionary and the other generated pages
	@$(BIN)/python -m warehouse_assets.documentation

migration: $(DEV) ## draft a migration of changed base tables: NAME=what_changed
	@$(BIN)/python -m warehouse_assets_tests.upgrade $(NAME)

screenshots: $(DEV) ## take the dashboard's pictures; ARGS="--all --to DIR" takes every page
	@$(BIN)/python -m warehouse_assets_tests.browser.screenshots $(ARGS)

bench: $(DEV) ## measure loading and transformation
	@$(BIN)/python benchmarks/bench.py $(ARGS)

chaos: $(DEV) ## kill what runs at random, and compare with a home that nothing disturbs: SEEDS=50
	@$(BIN)/python -W ignore -m warehouse_assets_tests.chaos --seeds $(or $(SEEDS),50) $(ARGS)

soak: $(DEV) ## 200 small files through a running `warehouse up` that is killed ten times
	@$(BIN)/python -W ignore -m warehouse_assets_tests.chaos.soak $(ARGS)

lock: $(BOOTSTRAP) ## choose the newest allowed versions of all packages again
	@rm -f requirements.lock requirements-dev.lock
	@printf 'setuptools>=75\n' | $(compile) - pyproject.toml --extra dev -o requirements-dev.lock
	@printf 'setuptools>=75\n' | $(compile) - pyproject.toml -c requirements-dev.lock -o requirements.lock
	@$(compile) --upgrade benchmarks/dlt_dbt/requirements.in -o benchmarks/dlt_dbt/requirements.lock

# In our own order: pytest-xdist's begins with the files of most tests, which are not the longest.
pytest = $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder --durations=20

compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

as_it_is := --no-deps --no-build-isolation --editable .

# uv where there is one (seconds), else pip; both refuse a package whose hash is not in the lock.
define install
	@echo "Installing $(1), once ..."
	@{ test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode \
		--require-hashes -r $(1); } \
	|| $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(1)
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install --quiet --python $(BIN)/python $(as_it_is); \
	else $(BIN)/python -m pip install --quiet $(as_it_is); fi
endef

$(RUNTIME): requirements.lock pyproject.toml $(BOOTSTRAP)
	$(call install,requirements.lock)
	@touch $@

# The development set holds the same versions of the runtime set.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml $(BOOTSTRAP)
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

$(BOOTSTRAP): requirements-bootstrap.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed and $(PYTHON) is not: install it, or name it with PYTHON=..." >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module: on Debian or Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	@{ $(BIN)/python -m pip --version || $(BIN)/python -m ensurepip; } >/dev/null 2>&1 \
		|| "$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bootstrap.lock \
		|| echo "uv could not be installed: going on with pip, which is slower" >&2
	@touch $@
