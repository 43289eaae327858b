# All set-up on a machine with Python >= 3.11 and cargo is `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV   ?= .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
DIST   := dist
STAMPS := $(VENV)/.stamps
# Cargo must look at the same Python that runs the tests.
export PYO3_PYTHON = $(abspath $(PY))
export PIP_DISABLE_PIP_VERSION_CHECK = 1
PIP    := $(PY) -m pip --quiet

RUST   := Cargo.toml Cargo.lock $(shell find src -name '*.rs' 2>/dev/null)
PYTHON_FILES := $(shell find python -type f \( -name '*.py' -o -name '*.pyi' -o -name '*.toml' -o -name 'py.typed' \) 2>/dev/null)
PACKAGE := $(RUST) $(PYTHON_FILES) pyproject.toml README.md

.PHONY: help
help: ## Show this list
	@echo "Usage: make TARGET    (needs Python >= 3.11 and cargo, nothing else)"
	@echo
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'
	@echo
	@echo "PYTHON=/path/to/python chooses the interpreter, VENV=dir the virtual environment."

# --- set-up: each stamp is renewed only when what it depends on changes ---

$(PY):
	@python=; for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	test -n "$$python" || { echo "no Python >= 3.11 found; say PYTHON=/path/to/python" >&2; exit 1; }; \
	command -v cargo >/dev/null || { echo "cargo not found; install Rust >= 1.88 (https://rustup.rs)" >&2; exit 1; }; \
	echo "creating $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV) || { echo "could not create $(VENV); on Debian: apt-get install python3-venv" >&2; exit 1; }

# The recipe asks for one version of pip: an older one may not know what pyproject.toml says.
$(STAMPS)/maturin: pyproject.toml | $(PY)
	@mkdir -p $(STAMPS)
	$(PIP) install --upgrade 'pip>=24' 'maturin>=1.9,<2'
	@touch $@

# One release wheel serves demo, tests, benchmarks and the wheel check.
$(STAMPS)/wheel: $(PACKAGE) | $(STAMPS)/maturin
	@rm -rf $(DIST)/*.whl
	$(BIN)/maturin build --quiet --release --locked --out $(DIST) --interpreter $(PY)
	@touch $@

$(STAMPS)/package: $(STAMPS)/wheel
	$(PIP) install --force-reinstall --no-deps $(DIST)/*.whl
	$(PIP) install $(DIST)/*.whl
	@rm -f $(STAMPS)/develop
	@touch $@

$(STAMPS)/tools: pyproject.toml $(STAMPS)/package
	$(PIP) install "$$(echo $(DIST)/*.whl)[dev]"
	@touch $@

$(STAMPS)/docs: pyproject.toml $(STAMPS)/package
	$(PIP) install "$$(echo $(DIST)/*.whl)[docs]"
	@touch $@

# --- what people call ---

.PHONY: demo
demo: $(STAMPS)/package ## Build the package and score firms and countries with it
	$(BIN)/indicia demo

.PHONY: test
test: lint test-rust test-python test-wheel ## Everything that must pass before a change lands
	@echo "all checks passed"

.PHONY: lint
lint: lint-rust lint-python ## Formats, lints and types of both languages

.PHONY: lint-rust
lint-rust: | $(PY)
	cargo fmt --check
	cargo clippy --quiet --locked --all-targets -- -D warnings
	cargo clippy --quiet --locked --all-targets --features python -- -D warnings

.PHONY: lint-python
lint-python: $(STAMPS)/tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd $(VENV) && bin/python -m mypy.stubtest indicia._core --allowlist $(abspath tests/stubtest.allow)

# With the bindings a test program links libpython, where the interpreter comes with it.
LIBPYTHON = import sysconfig as s, pathlib as p; d = s.get_config_var("LIBDIR"); \
    print(d if d and s.get_config_var("LDLIBRARY") and (p.Path(d) / s.get_config_var("LDLIBRARY")).exists() else "")

.PHONY: test-rust
test-rust: | $(PY)
	cargo test --quiet --locked
	@lib=$$($(PY) -c '$(LIBPYTHON)'); \
	if [ -n "$$lib" ]; then \
	    echo "cargo test --quiet --locked --features python"; \
	    LD_LIBRARY_PATH="$$lib$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH}" cargo test --quiet --locked --features python; \
	else \
	    echo "this Python has no libpython to link: the bindings are checked, and tested from Python"; \
	    cargo check --quiet --locked --features python --all-targets; \
	fi

.PHONY: test-python
test-python: $(STAMPS)/tools
	$(PY) -m pytest -p no:cacheprovider

.PHONY: test-wheel
test-wheel: $(STAMPS)/wheel
	$(PY) tests/wheel/check.py $(DIST)

.PHONY: develop
develop: | $(STAMPS)/maturin ## Install an editable debug build with all tools, for work on the code
	$(BIN)/maturin develop --locked --extras dev
	@rm -f $(STAMPS)/package $(STAMPS)/tools

.PHONY: bench
bench: $(STAMPS)/tools ## Print ratios against numpy and polars by hand (ARGS="--rows 100000 --only fit")
	$(PY) benches/run.py $(ARGS)

.PHONY: docs
docs: $(STAMPS)/docs ## Build the documentation into docs/_build
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build

.PHONY: wheel
wheel: $(STAMPS)/wheel ## Build the release wheel into dist
	@ls $(DIST)/*.whl

.PHONY: clean
clean: ## Remove everything that was built, and the virtual environment
	rm -rf target $(DIST) docs/_build $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find python -name '*.so' -delete
