# What one does with this repository. `make` alone lists it. After the first installation no network is needed.

PYTHON  ?= python3
WORKERS ?= 2
ARGS    ?=

BIN       := .venv/bin
INSTALLED := .venv/.installed
PEERS     := .venv/.peers

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs pictures clean system

help: ## list what can be made
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile

demo: $(INSTALLED) ## open a made-up clinic in the browser; kept in build/demo, so that a later start is quick
	@$(BIN)/dermograph demo --data build/demo $(ARGS)

test: $(INSTALLED) ## run the tests (WORKERS=2, ARGS='-k spacing'); ALL=1 also what takes minutes each
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(if $(ALL),--all) $(ARGS)

check: $(INSTALLED) ## lint, types, layers and protocols; runs all of them and counts the failures
	@$(BIN)/python tools/check.py

bench: $(PEERS) ## measure, as ratios within one run, beside the peers of bench/peers.txt
	@$(BIN)/python bench/run.py $(ARGS)

docs: $(INSTALLED) ## build the documentation into site/
	@$(BIN)/python docs/build.py && $(BIN)/mkdocs build --strict

pictures: $(INSTALLED) ## take the pictures of the clinic that the documentation shows
	@$(BIN)/python tools/screenshots.py

# Node trusts only the authorities that it brings along; this one trusts those of the machine too.
system: TRUSTED := $(or $(NODE_EXTRA_CA_CERTS),/etc/ssl/certs/ca-certificates.crt)
system: ## install system-packages.txt (Debian's) and node-packages.txt, where that is allowed; what needs them is skipped without
	@while read -r package _; do \
	  dpkg -s "$$package" >/dev/null 2>&1 || missing="$$missing $$package"; \
	done < system-packages.txt; \
	test -z "$$missing" || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends $$missing >/dev/null; } || echo "Not installed:$$missing. What needs them will be skipped." >&2
	@while read -r package _; do \
	  grep -qs "\"version\": \"$$(echo "$$package" | sed 's/.*@//')\"" \
	    "build/judges/node_modules/$${package%@*}/package.json" || missing="$$missing $$package"; \
	done < node-packages.txt; \
	test -z "$$missing" || { command -v npm >/dev/null && NODE_EXTRA_CA_CERTS=$(TRUSTED) npm install --prefix build/judges --no-save --no-package-lock \
	  --no-audit --no-fund --loglevel error $$missing >/dev/null; } || \
	  echo "Not installed:$$missing. What needs them will be skipped." >&2

clean: ## remove what was built and cached; .venv stays
	@rm -rf site build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests tools bench docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# One pin for each package, the build backend's included: both variables reach the isolated build, where -c does not.
$(INSTALLED): export PIP_CONSTRAINT := constraints.txt
$(INSTALLED): export PIP_BUILD_CONSTRAINT := constraints.txt
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dermograph needs Python 3.11 or later. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Installing Dermograph and its tools into .venv; again only when pyproject.toml or constraints.txt change."
	@log=$$( { test -x $(BIN)/pip || $(PYTHON) -m venv .venv; } 2>&1 && { \
	    { command -v uv >/dev/null && \
	      uv pip install --python $(BIN)/python -c constraints.txt -b constraints.txt -e '.[dev]'; } || \
	    $(BIN)/pip install -c constraints.txt -e '.[dev]'; } 2>&1 ) || { printf '%s\n' "$$log" >&2; exit 1; }
	@touch $@

$(PEERS): bench/peers.txt $(INSTALLED)
	@echo "Installing the peers that the benchmark measures against (bench/peers.txt)."
	@log=$$( $(BIN)/python -m pip install -c constraints.txt -r bench/peers.txt 2>&1 ) || { printf '%s\n' "$$log" >&2; exit 1; }
	@touch $@
