# Two commands for newcomers: `make demo` and `make test`. Each does all its own set-up.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYWB := .venv-pywb
VIEWER := .viewer

PURE := tests/archive tests/cleaning tests/learning tests/portals tests/run tests/showing \
	tests/test_layers.py tests/test_fields_guide.py

.PHONY: help demo quick test install-test long check fix quality bench bench-search pictures clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/installed ## crawl, archive and search two portals that ship with the project, offline
	@$(BIN)/portal demo

quick: check ## format, lint, types and the pure tests, in a minute and a half
	$(BIN)/pytest -q -n 2 $(PURE)

# Four processes on two cores: tests wait for crawls more than they compute.
test: $(PYWB)/installed $(VIEWER)/ui.js .bench/datasette/installed check ## check, then run the whole suite, as CI does
	@TIMEFORMAT='%R s of wall time, %U s of CPU and %S s in the kernel'; \
	time $(BIN)/pytest -n 4 --dist worksteal

install-test: $(VENV)/installed ## install the wheel into fresh environments, with the oldest pip, on each Python
	$(BIN)/pytest -n 0 tests/install

# Each input that fuzzing finds becomes a test of its own.
long: $(VENV)/installed ## run for hours: a thousand kills, months of crawls, hostile pages, fuzzing
	nice $(BIN)/pytest -n 0 tests/long
	nice $(BIN)/pytest -n 0 --hypothesis-profile=fuzz tests/cleaning/test_fuzz.py \
		tests/cleaning/test_properties.py tests/cleaning/test_text.py tests/cleaning/test_charset.py

check: $(VENV)/installed ## format, lint and types; all three report, also when the first fails
	@failed=; for tool in "ruff format --check ." "ruff check ." mypy; do \
		echo "$$tool"; $(BIN)/$$tool || failed="$$failed; $$tool"; \
	done; [ -z "$$failed" ] || { echo "failed: $${failed#; }"; exit 1; }

fix: $(VENV)/installed ## format, and apply the safe fixes of lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

quality: $(VENV)/installed ## measure how exact the text of saved pages is, beside other extractors
	@$(BIN)/python -m benchmarks.quality $(OPTIONS)

# Others, each a command: benchmarks.writing, importing, exporting, replay, growth, disk, idle, memory, overhead, scale (docs/FIGURES.md).
bench: $(VENV)/installed ## measure the speed beside other tools; OPTIONS=--write writes README.md
	@$(BIN)/python -m benchmarks.table $(OPTIONS)

bench-search: $(VENV)/installed ## measure search in a million articles beside Datasette's, in an hour; OPTIONS=--articles N
	@$(BIN)/python -m benchmarks.search $(OPTIONS)

pictures: $(VENV)/installed ## draw the pictures of README.md and docs/REPLAY.md again; needs Chromium
	@$(BIN)/python -m benchmarks.terminal_picture
	@$(BIN)/python -m benchmarks.replay_pictures

clean: ## remove the files that the other targets made
	rm -rf $(VENV) $(PYWB) $(VIEWER) .bench demo-archive .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(VENV)/installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q archive portal_crawler  # as pip does for files that it copies
	@touch $@

# pywb pins an old redis, so it lives apart; only tests use it, as another program that reads our files.
$(PYWB)/installed: requirements-pywb.lock
	$(PYTHON) -m venv $(PYWB)
	$(PYWB)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-pywb.lock
	@touch $@

# As pywb, another program that reads our files; tests of it are skipped if it cannot be fetched.
.bench/datasette/installed: benchmarks/requirements-datasette.lock $(VENV)/installed
	-@$(BIN)/python -c "from benchmarks.peers import Package; Package('datasette').python()"

# ReplayWeb.page is AGPL, and never shipped; the tests that need it are skipped if it cannot be fetched.
$(VIEWER)/ui.js: portal_crawler/replay/viewer.py $(VENV)/installed
	@mkdir -p $(VIEWER)
	-@$(BIN)/python -c "from pathlib import Path; from portal_crawler.replay.viewer import ViewerPackage; \
		[Path('$(VIEWER)', name).write_bytes(data) for name, data in ViewerPackage().files().items()]"
