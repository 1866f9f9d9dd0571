# Everything a newcomer needs: `make demo` and `make test`. Both set up their own .venv first.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
# GPU=1 takes PyTorch's newest release as pip is configured to find it; without it a pinned build, which is
# the CPU one wherever pip knows one. TORCH_INDEX adds the index address that PyTorch's install page shows.
TORCH ?= $(if $(GPU),torch>=2.13$(comma)<3,torch==2.13.0)
TORCH_INDEX ?=
comma := ,
BIN := .venv/bin
# What the JupyterLab extension is built from; pip builds it, with a Node.js from PyPI (hatch_build.py).
EXTENSION := $(wildcard hatch_build.py labextension/*.json labextension/src/* labextension/src/*/* labextension/style/*)
# Generations that hear a Stop in different ways: 6 not while the cell runs, 7 in a thread, 7.4 by another rule.
KERNELS ?= 6.31.0 7.1.0 7.3.0 7.4.0
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix quick test-slow test-browser test-kernels wheel clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.ready ## make .venv with everything in it

.venv/.ready: pyproject.toml $(EXTENSION)
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "kumo-magic needs Python 3.11 or newer; '$(or $(PYTHON),python3)' here is $$($(or $(PYTHON),python3) --version 2>&1)."; \
	  echo "Install one, or name it: make setup PYTHON=python3.12"; exit 1; fi
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$(TORCH)"
	$(BIN)/pip install --quiet --editable ".[dev]"
	touch $@

demo: setup ## run the quickstart notebook on real data, print its predictions, write notebooks/01_first_prediction.html
	$(BIN)/python -m notebooks.run_demo

check: setup ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

quick: setup ## the inner loop: unmarked tests, stop at the first failure
	$(BIN)/pytest -q -x -m "not slow and not browser and not gpu"

test: check ## checks, every unmarked test, a small case of each slow suite, the browser's small case where a Chromium is
	$(BIN)/pytest -q -m "(not slow and not browser and not gpu) or (small and not browser)"
	@if [ -n "$(CHROMIUM)" ]; then CHROMIUM=$(CHROMIUM) $(BIN)/pytest -q -m "browser and small"; \
	else echo "No Chromium on this machine: the browser tests did not run (install chromium, then make test-browser)."; fi

test-slow: setup ## the slow suites in full
	$(BIN)/pytest -q -m "slow and not browser and not gpu"

test-browser: setup ## the notebook face in a real JupyterLab and Chromium
	@if [ -z "$(CHROMIUM)" ]; then echo "Install chromium first, or name it: make test-browser CHROMIUM=/path"; exit 1; fi
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -q -m browser

test-kernels: setup ## Stop and the notebook's own interrupt in a real JupyterLab, for several versions of ipykernel
	@for version in $(KERNELS); do \
	  place=$(CURDIR)/build/kernels/$$version; echo "ipykernel $$version"; \
	  [ -d $$place ] || $(BIN)/pip install --quiet --no-deps --target $$place ipykernel==$$version nest-asyncio || exit 1; \
	  PYTHONPATH=$$place CHROMIUM=$(CHROMIUM) $(BIN)/pytest -q -m browser -k "stop or interrupt" tests/browser/test_notebook_face.py || exit 1; \
	done

wheel: setup ## build the wheel into dist/ and find the JupyterLab extension and the packaged data in it
	rm -rf dist
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	$(BIN)/python -m zipfile --list dist/*.whl | grep -q labextensions/kumo-magic/static/remoteEntry
	$(BIN)/python -m zipfile --list dist/*.whl | grep -q kumo_magic/report/static/view.js
	cd dist && PYTHONPATH=$$(ls *.whl) ../$(BIN)/python -c "import kumo_magic as km; assert '.whl' in km.__file__; print({name: len(frame) for name, frame in km.datasets.online_retail().items()})"

fix: setup ## repair format and what lint can repair
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what make made
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache dist build labextension/dist labextension/lib labextension/node_modules kumo_magic/report/static/view.*
