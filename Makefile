# Two commands: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.spark-ready
BENCH_READY := $(VENV)/.bench-ready
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export PYTHONUTF8 := 1

.PHONY: setup demo serve test check bench lock paper browser postgres spark java clean

setup: $(READY)

# venv → uv → the hash-locked packages → kaohe itself, editable.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# In another language: make demo LANGUAGE=zh-Hant (or zh-Hans, en). The environment's variable
# of that name means something else and is not looked at.
# Another scheme: make demo SCHEME=department-rating (see docs/schemes.md).
demo: setup paper
	$(BIN)/kaohe demo --into demo-shop $(if $(SCHEME),--scheme $(SCHEME)) $(if $(filter command,$(origin LANGUAGE)),--language $(LANGUAGE))

# The web application over the demo shop, until Ctrl-C; after make demo.
serve: setup paper
	@test -d demo-shop/web || $(MAKE) demo
	$(BIN)/kaohe serve --data demo-shop/web --demo

# What a file makes for its tests is made once: all of them go to one worker.
BY_FILE := -n 2 -q --dist loadfile --no-loadscope-reorder

test: check paper browser postgres java
	@set -ex; KAOHE_TEST_PLACE=$$(mktemp -d); export KAOHE_TEST_PLACE; trap 'rm -rf $$KAOHE_TEST_PLACE' EXIT; \
	$(BIN)/pytest $(BY_FILE) -m "not spark"; \
	$(BIN)/python tests/web/postgres.py $(BIN)/pytest $(BY_FILE) tests/web -m "not processes"; \
	$(BIN)/pytest $(BY_FILE) -m spark

# What PDF payslips are drawn with. Where it cannot be installed everything else works.
paper:
	@ldconfig -p 2>/dev/null | grep -q libpangoft2 && ldconfig -p | grep -q libharfbuzz-subset && fc-list :lang=zh 2>/dev/null | grep -q . || { \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fontconfig >/dev/null; } || \
	  echo "No PDF payslips here: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 or fonts-noto-cjk is missing." >&2

# Chromium and a Chinese font, for the tests that open the report in a browser.
browser:
	@command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . || { \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null; }

# PostgreSQL, for the tests of the web application on it: they run a server of their own.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; }

# Apache Spark, half a gigabyte: for --engine spark, its tests and types; the rest does without it.
spark: $(SPARK_READY) java

$(SPARK_READY): requirements-spark.lock | $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	@touch $@

# What benchmarks compare with, and nothing else needs.
$(BENCH_READY): requirements-bench.lock | $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-bench.lock
	@touch $@

java:
	@java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' || { \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null; }

check: setup $(SPARK_READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup spark $(BENCH_READY)
	$(BIN)/python benchmarks/run.py $(or $(SIZE),small)
	$(BIN)/python benchmarks/simulate.py
	$(BIN)/python benchmarks/people.py
	$(BIN)/python benchmarks/spark.py $(or $(SIZE),small)

lock: setup
	$(BIN)/uv pip compile --quiet pyproject.toml --extra web --group dev --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --output-file requirements.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --extra spark --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --constraint requirements.lock \
	  --output-file requirements-spark.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --group bench --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --constraint requirements.lock \
	  --output-file requirements-bench.lock

clean:
	rm -rf $(VENV) demo-shop .mypy_cache .ruff_cache .pytest_cache
