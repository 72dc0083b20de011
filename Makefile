# Two commands: `make run` and `make test`. Everything they need is installed into this folder.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .make
CATALOGUE := translations/zh/LC_MESSAGES/messages.mo

.PHONY: run test test-fast lint soak bench bench-users guide assets translations lock clean

run: $(STAMPS)/python assets translations
	@exec $(BIN)/ucc serve --demo

test: $(STAMPS)/dev assets translations $(STAMPS)/browser lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(STAMPS)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m app.tenancy.lint
	$(BIN)/ucc check

# Hard use: a million rows imported, 100,000 records changed, by workers that are killed. ROWS=100000 KILLS=5: a short one.
soak: $(STAMPS)/dev assets translations
	$(BIN)/python -m tests.soak.import_file
	$(BIN)/python -m tests.soak.all_found

# A million customers in the company; UCC_BENCH_ROWS=20000 for a quick look. The data stays in .bench.
bench: $(STAMPS)/dev $(STAMPS)/bench assets translations
	$(BIN)/python -m bench
	$(BIN)/python -m bench.transfer

bench-users: $(STAMPS)/dev assets translations
	$(BIN)/python -m bench.users

# The walk of the user guide, which keeps its pictures: docs/guide/images.
guide: $(STAMPS)/dev assets translations $(STAMPS)/browser
	GUIDE_IMAGES=keep $(BIN)/pytest -q --database=sqlite tests/browser/test_guide.py tests/browser/test_guide_company.py tests/browser/test_guide_customers.py

assets: $(STAMPS)/python
	@$(BIN)/python tools/assets.py

translations: $(CATALOGUE)

# A catalogue is compiled where its text is newer.
$(CATALOGUE): $(CATALOGUE:.mo=.po) | $(STAMPS)/python
	@$(BIN)/python tools/translations.py

lock:
	$(BIN)/pip-compile -q --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .venv-bench .bench node_modules $(STAMPS) app/web/static/vendor

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed. Say which with: make PYTHON=python3.12 run')"
	$(PYTHON) -m venv .venv
	@touch $@

$(STAMPS)/python: $(STAMPS)/venv requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/python requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/bench: bench/venv.sh bench/requirements.txt
	@mkdir -p $(STAMPS)
	@sh bench/venv.sh
	@touch $@

$(STAMPS)/browser: tools/browser.sh
	@sh tools/browser.sh
	@touch $@
