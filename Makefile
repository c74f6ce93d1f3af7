# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := pyproject.toml constraints.txt CMakeLists.txt \
	$(wildcard src/softknee/language/*.py src/softknee/catalogue/*.py src/softknee/targets/c/*.py src/softknee/native/*/*)

APP := src/softknee/atlas/app/index.html
# Without npm all works but the atlas; its tests are skipped then (in CI they fail).
NPM := $(shell command -v npm)
IF_NPM = $(if $(NPM),$(1))
WEB := $(wildcard web/*.json web/*.html web/*.ts web/public/* web/src/* web/src/*/*)

.PHONY: demo quick test check bench coverage pure huge sanitize atlas docs accuracy-docs dist clean

demo: $(VENV)/with-compare ## compare the founding activations on real data; the report is reports/demo/report.html
	$(BIN)/softknee compare --out reports/demo

quick: $(VENV)/with-test ## what to run while working: some tests of every part, in less than a minute
	$(BIN)/python -m pytest -q -m quick -n 2 --dist worksteal

# What a file of tests sets up, the built documentation say, one process does once.
test: $(VENV)/with-test $(call IF_NPM,$(APP)) check ## all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/with-test $(call IF_NPM,web/node_modules) ## style, types, docstrings and the directions of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python tools/check_catalogue.py
	$(BIN)/lint-imports
	$(BIN)/python tools/check_docstrings.py
	$(call IF_NPM,cd web && npm run --silent check)

bench: $(VENV)/with-bench ## speed and memory next to other libraries: reports/bench, docs/speed.md, docs/memory.md
	$(BIN)/softknee bench --out reports/bench --docs docs
	$(BIN)/softknee bench --memory --out reports/bench --docs docs

coverage: $(VENV)/with-test ## tests with branch coverage
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report term

pure: $(VENV)/with-test ## the core of the tests, computed without the C module
	SOFTKNEE_PURE=1 $(BIN)/python -m pytest -n 2 tests/targets/test_contract.py tests/targets/test_plain.py \
		tests/language tests/functions

huge: $(VENV)/with-test ## arrays of 3e9 elements, where 14 GiB of memory are available
	$(BIN)/python -m pytest -m huge

sanitize: $(VENV)/with-test ## the C module under the address, undefined-behaviour and thread sanitizers
	$(BIN)/python tests/faults/sanitize.py address thread

atlas: $(VENV)/with-atlas $(APP) ## the atlas, in reports/atlas
	$(BIN)/softknee atlas build --out reports/atlas

docs: $(VENV)/with-docs $(APP) ## the documentation with the atlas, in site/
	$(BIN)/mkdocs build --strict

accuracy-docs: $(VENV)/with-test ## measure all functions here and in other libraries, and write docs/accuracy.md
	$(BIN)/softknee accuracy --peers torch,jax,scipy,onnxruntime,torch_activation --docs docs/accuracy.md

dist: $(VENV)/with-test $(APP) ## sdist and wheel, in dist/
	$(BIN)/python -m build

# An editable install: Python changes are live, changed definitions or C are compiled again here.
$(VENV)/with-%: $(VENV)/python $(SOURCES)
	$(PIP) install --constraint constraints.txt --editable '.[$*]'
	touch $@

# The program of the atlas; its packages are those of the lock file.
$(APP): $(WEB) web/node_modules
	cd web && npm run --silent build

web/node_modules: web/package-lock.json
	cd web && npm ci --silent --no-audit --no-fund
	touch $@

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

clean:
	rm -rf $(VENV) build dist site reports web/node_modules $(dir $(APP))
