# Two commands for newcomers: `make demo` and `make test`. Each does all its own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYWB := .venv-pywb

.PHONY: demo test check quality benchmark fuzz clean

demo: $(VENV)/installed
	@$(BIN)/portal demo

test: $(VENV)/installed $(PYWB)/installed check
	$(BIN)/pytest -n 4

check: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# What cleaning makes of saved pages, beside other extractors; fails below the floors. OPTIONS=--help
quality: $(VENV)/installed
	@$(BIN)/python -m benchmarks.quality $(OPTIONS)

benchmark: $(VENV)/installed
	$(BIN)/python -m benchmarks.crawl
	$(BIN)/python -m benchmarks.writing
	$(BIN)/python -m benchmarks.rebuild
	$(BIN)/python -m benchmarks.growth

# An hour or so of one processor; what it finds is a test of its own afterwards.
fuzz: $(VENV)/installed
	nice $(BIN)/pytest -n 0 --hypothesis-profile=fuzz tests/cleaning/test_fuzz.py \
		tests/cleaning/test_properties.py tests/cleaning/test_text.py tests/cleaning/test_charset.py

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# pywb pins an old redis, so it lives apart; only tests use it, as another program that reads our files.
$(PYWB)/installed: requirements-pywb.lock
	$(PYTHON) -m venv $(PYWB)
	$(PYWB)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-pywb.lock
	@touch $@

clean:
	rm -rf $(VENV) $(PYWB) demo-archive .pytest_cache .ruff_cache .mypy_cache .hypothesis
