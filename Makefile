# ree-lca: common tasks. `make help` lists them. Plain GNU make and a POSIX shell; Linux and macOS.

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Overridable: make report STUDY=my-study, make test ARGS="-k chemistry", make report PYTHON=/opt/python3.12/bin/python3
STUDY  ?=
ARGS   ?=
PYTHON ?=

# Nothing is installed twice: each stamp says when its step was last done.
CREATED := $(VENV)/.created
INSTALL := $(VENV)/.installed
DEVELOP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test lint typecheck wheel docs data-sets clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

report: $(INSTALL) ## compute the default study (or STUDY=...): headline table, out/<study>/report.html
	@$(BIN)/ree-lca run $(STUDY)

test: $(DEVELOP) ## run all tests (or ARGS="-k name")
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(DEVELOP) ## check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

typecheck: $(DEVELOP) ## check types
	@$(BIN)/mypy

wheel: $(DEVELOP) ## build sdist and wheel into dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist .

docs: $(DEVELOP) ## build the documentation: out/site/index.html, which opens as a file and loads nothing from elsewhere
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

data-sets: $(DEVELOP) ## make docs/data-sets.md anew from the inventory
	@$(BIN)/python -c "from pathlib import Path; from lca.errors import Problems; from lca.inventory.loading import load; \
	from lca.report.data_sets import render_data_sets; \
	Path('docs/data-sets.md').write_text(render_data_sets(load(Path.cwd(), Problems())), encoding='utf-8')"

clean: ## remove what this file made: environment, builds, caches (out/ stays)
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An interpreter is tried by running it: a name on the path may be a shim of a version that is not there.
$(CREATED):
	@for python in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14; do \
	  [ -n "$$python" ] || continue; \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$("$$python" --version)"; \
	    rm -rf $(VENV); \
	    if "$$python" -m venv $(VENV); then touch $@; exit 0; fi; \
	    echo "$$python cannot make a virtual environment; on Debian and Ubuntu install python3-venv." >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "ree-lca needs Python 3.11 or newer, and found none. Install one (https://www.python.org/downloads/)" >&2; \
	echo "or name it: make report PYTHON=/path/to/python3" >&2; \
	exit 1

$(INSTALL): pyproject.toml constraints.txt $(CREATED)
	@echo "Installing ree-lca and what it needs into $(VENV)"
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

# After the plain installation, so that parallel targets never install at the same time.
$(DEVELOP): $(INSTALL)
	@echo "Installing the development tools into $(VENV)"
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@
