# The words of hechang: demo, test, journeys, check, bench, docs, serve, ui, lock, sbom, screens, nightly, coverage, mutants, clean.
# Every word does its own set-up, in .venv of this checkout; a second call does no set-up again.
.DEFAULT_GOAL := help
.PHONY: help demo test journeys check check-python check-pages bench docs serve ui lock sbom screens nightly coverage mutants clean
SHELL := /bin/sh
SERVE ?= 1
PORT ?= 8765
REGION ?= region.hc
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
PAGES := src/hechang/web/static/assets/workbench.js
MADE := ui/src/made/schema.ts
export HECHANG_REGION := $(REGION)

help:  ## the words
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: $(VENV)/.base $(PAGES)  ## build the demo region, run the main job, print the summary, serve (SERVE=0: do not serve)
	$(BIN)/hechang demo $(REGION) --port $(PORT) $(if $(filter 0 no,$(SERVE)),--no-serve,--serve)

serve: $(VENV)/.base $(PAGES)  ## serve the region of `make demo`
	$(BIN)/hechang serve --port $(PORT)

test: $(VENV)/.dev $(PAGES)  ## all tests
	@sh tools/setup packages
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore=tests/journeys $(ARGS)

journeys: $(VENV)/.dev $(PAGES)  ## a planner's ways through the workbench, in the browser
	@sh tools/setup packages
	$(BIN)/python -m pytest -n auto --dist loadfile tests/journeys $(ARGS)

check: check-python check-pages  ## format, lint, types, imports

check-python: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-pages: $(MADE)
	cd ui && npm run --silent check

bench: $(VENV)/.dev $(PAGES)  ## the figures of speed and size
	@sh tools/setup packages
	$(BIN)/python -m benchmarks register --json
	$(BIN)/python -m benchmarks maps --json
	$(BIN)/python -m benchmarks web --json
	$(BIN)/python -m benchmarks reading --json
	$(BIN)/python -m benchmarks duplicates --json

docs: $(VENV)/.base  ## reference pages from the table specifications and the cards, in build/reference
	$(BIN)/python -m tools.reference build/reference

screens: $(VENV)/.dev $(PAGES)  ## the pictures in docs/screens
	@sh tools/setup packages
	$(BIN)/python tools/screens.py

# how much of each: the CI column of the goals of trust (docs/trust.md)
nightly: export HECHANG_KILLS=300 HECHANG_IMAGES=1000 HECHANG_EVERY=1 HECHANG_FLIPS=200
nightly: export PYTEST_ADDOPTS=-o faulthandler_timeout=14400
nightly: export HECHANG_LANGUAGES=both HECHANG_TURNS=1 HECHANG_SEEDS=100
nightly: export HECHANG_FUZZ=600 HECHANG_SCHEMA=900 HECHANG_CORPUS=4000 HECHANG_INJECTIONS=100
nightly: coverage journeys bench mutants sbom  ## what is too slow for every change, the tests with more of everything

coverage: $(VENV)/.dev $(PAGES)  ## which lines and branches the tests take; what holds a bound of time runs by itself
	@sh tools/setup packages
	$(BIN)/python -m pytest --ignore=tests/journeys -m measured
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore=tests/journeys -m "not measured" --cov=hechang --cov-branch \
	  --cov-report=json:build/coverage.json $(ARGS)
	$(BIN)/python -m tools.covered build/coverage.json

mutants: $(VENV)/.dev  ## break the rule engine in every way; at least 80 % of the breaks must fail a test
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2 > /dev/null
	$(BIN)/mutmut export-cicd-stats > /dev/null
	$(BIN)/python -m tools.killed mutants/mutmut-cicd-stats.json 80
	rm -rf mutants

ui: $(PAGES)  ## the pages

lock: $(VENV)/.dev  ## new versions into the lock files
	$(PIP) install 'uv>=0.13,<0.14'
	sh tools/lock $(BIN)/uv
	cd ui && npm run --silent lock

sbom: $(VENV)/.made ui/node_modules/.made  ## what everything is made of, as CycloneDX, in build/sbom
	@test -x build/sbom/env/bin/cyclonedx-py || ($(BIN)/python -m venv build/sbom/env && \
	  build/sbom/env/bin/pip --disable-pip-version-check --quiet install 'cyclonedx-bom>=7.5,<8')
	build/sbom/env/bin/cyclonedx-py requirements requirements-server.lock --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file build/sbom/python.cdx.json 2> /dev/null
	cd ui && npm sbom --silent --sbom-format cyclonedx --omit dev > ../build/sbom/pages.cdx.json

clean:  ## all that was made here, the environment too
	rm -rf $(VENV) ui/node_modules ui/src/made $(dir $(PAGES)) build dist .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache

# --- set-up, once each
$(VENV)/.made:
	@sh tools/setup python
	@touch $@

# the checkout itself is put in without looking at any dependency: those come from the lock
$(VENV)/.base: $(VENV)/.made requirements.lock requirements-build.lock pyproject.toml
	@echo "Python packages / 安装 Python 包 …" >&2
	$(PIP) install --require-hashes --no-deps -r requirements-build.lock
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	@echo "Compiling the travel engine / 编译出行时间引擎 …" >&2
	$(BIN)/python -m hechang.engines.travel.warm
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.lock
	@echo "Python packages for tests / 安装测试所需 Python 包 …" >&2
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

ui/node_modules/.made: ui/package-lock.json ui/package.json
	@sh tools/setup node
	@echo "Packages of the pages / 安装页面所需的包 …" >&2
	cd ui && npm ci --silent --no-fund --no-audit
	@touch $@

# what the pages know of the program: routes, words, tables, codes
$(MADE): ui/node_modules/.made $(VENV)/.base tools/contract.py $(shell find src/hechang/terms src/hechang/web -name '*.py' -o -name '*.csv')
	$(BIN)/python -m tools.contract ui/src/made
	cd ui && npm run --silent made
	@touch $@

$(PAGES): $(MADE) $(shell find ui -path ui/node_modules -prune -o -path ui/src/made -prune -o -type f -print 2>/dev/null)
	@echo "Building the pages / 构建页面 …" >&2
	cd ui && npm run --silent build
	@touch $@
