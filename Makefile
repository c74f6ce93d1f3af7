# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := pyproject.toml constraints.txt CMakeLists.txt \
	$(wildcard src/softknee/language/*.py src/softknee/catalogue/*.py src/softknee/printers/*.py src/softknee/native/*)

.PHONY: demo test check bench coverage huge sanitize docs dist clean

demo: $(VENV)/with-compare ## compare the founding activations on real data; the report is reports/demo/report.html
	$(BIN)/softknee compare --out reports/demo

test: $(VENV)/with-test check ## all tests
	$(BIN)/python -m pytest -n 2

check: $(VENV)/with-test ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/with-bench ## speed and memory next to other libraries: reports/bench, docs/speed.md, docs/memory.md
	$(BIN)/softknee bench --out reports/bench --docs docs
	$(BIN)/softknee bench --memory --out reports/bench --docs docs

coverage: $(VENV)/with-test ## tests with branch coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report term

huge: $(VENV)/with-test ## arrays of 3e9 elements, where 14 GiB of memory are available
	$(BIN)/python -m pytest -m huge

sanitize: $(VENV)/with-test ## the C module under the address, undefined-behaviour and thread sanitizers
	$(BIN)/python tests/faults/sanitize.py address thread

docs: $(VENV)/with-docs ## the documentation, in site/
	$(BIN)/mkdocs build --strict

dist: $(VENV)/with-test ## sdist and wheel, in dist/
	$(BIN)/python -m build

# An editable install: Python changes are live, changed definitions or C are compiled again here.
$(VENV)/with-%: $(VENV)/python $(SOURCES)
	$(PIP) install --constraint constraints.txt --editable '.[$*]'
	touch $@

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

clean:
	rm -rf $(VENV) build dist site reports
