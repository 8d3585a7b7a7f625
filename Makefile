# Needs Python 3.11 or newer with venv; everything else goes into .venv. `make run PORT=8001` serves on another port.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
INSTALLED := .venv/installed
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po locale/packages/*/LC_MESSAGES/*.po))

.PHONY: run test test-sqlite test-postgresql check bench lock messages clean

run: $(INSTALLED) messages
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_areas
	$(MANAGE) load_catalogues
	$(MANAGE) demo
	@exec $(MANAGE) serve --port $(PORT)

test: test-sqlite test-postgresql

test-sqlite: $(INSTALLED) messages
	TEST_ENGINE=sqlite $(BIN)/python -m pytest --numprocesses auto --dist loadgroup

test-postgresql: $(INSTALLED) messages
	TEST_ENGINE=postgresql $(BIN)/python -m pytest --numprocesses auto --dist loadgroup

check: $(INSTALLED) messages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	DEBUG=true $(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=false ALLOWED_HOSTS=ledger.example SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  $(MANAGE) check --deploy --fail-level WARNING
	@! grep -nE '://|--[a-z-]*(index|find-links|host)' constraints.txt || { echo 'constraints.txt names a host: run make lock'; exit 1; }
	@! git ls-files --error-unmatch uv.lock 2>/dev/null || { echo 'uv.lock names a host for each package: git rm it'; exit 1; }

bench: $(INSTALLED) messages
	$(BIN)/python bench/run.py

# `make lock UPGRADE=--upgrade` also moves the pins that may move.
lock: $(INSTALLED)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --no-emit-index-url $(UPGRADE) \
	  --custom-compile-command 'make lock' --quiet -o constraints.txt

messages: $(MESSAGES)

%.mo: %.po | $(INSTALLED)
	$(BIN)/pybabel -q compile -i $< -o $@

$(INSTALLED): constraints.txt
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Thiếu Python 3.11 trở lên có venv. Trên Debian, Ubuntu: sudo apt install python3-venv'; \
	  echo 'Python 3.11 or newer with venv is missing. On Debian, Ubuntu: sudo apt install python3-venv'; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement constraints.txt
	@touch $@

# var/ holds the data and stays.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(MESSAGES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
