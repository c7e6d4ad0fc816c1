# `make` alone prints the verbs. Everything happens in .venv, which the verbs make and fill by themselves.
.DEFAULT_GOAL := help
.PHONY: help up demo test check lint types imports sentences bench load oracles docs messages lock format release screenshots clean

bin := .venv/bin
pip := $(bin)/python -m pip --disable-pip-version-check --quiet
install := $(pip) install --require-hashes --requirement
catalogues := $(wildcard src/klardesk/locale/*/LC_MESSAGES/*.po src/klardesk/*/locale/*/LC_MESSAGES/*.po)

# Settings for tools that only read the code: they must not make a data directory.
reading := KLARDESK_DATA=$${TMPDIR:-/tmp} KLARDESK_SECRET_KEY=only-for-reading-code KLARDESK_DATABASE_URL=

help: ## the verbs
	@echo "Klardesk. The verbs:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

up: $(bin)/run.stamp $(bin)/messages.stamp ## start the desk (ARGS="--port 8080")
	@$(bin)/klardesk up $(ARGS)

demo: $(bin)/run.stamp $(bin)/messages.stamp ## start a desk with a believable world in it
	@KLARDESK_DATA=$${KLARDESK_DATA:-./klardesk-demo} $(bin)/klardesk up --demo $(ARGS)

test: $(bin)/dev.stamp $(bin)/messages.stamp ## all tests, on SQLite and PostgreSQL (ARGS="tests/mail -x")
	@$(bin)/python tools/test $(ARGS)

check: lint types imports sentences test ## everything that must hold before a change is handed in

lint: $(bin)/dev.stamp ## ruff: style and likely mistakes
	@$(bin)/ruff check src tests tools

types: $(bin)/dev.stamp ## mypy, strict
	@$(reading) $(bin)/mypy

imports: $(bin)/dev.stamp ## who may import whom
	@$(bin)/lint-imports --no-cache

sentences: $(bin)/dev.stamp ## every sentence is there in both languages
	@$(bin)/python -m klardesk.base.i18n check

bench: $(bin)/dev.stamp $(bin)/messages.stamp ## measure against the design's budgets, one JSON line each
	@$(bin)/python -m tests.bench $(ARGS)

load: $(bin)/dev.stamp $(bin)/messages.stamp ## 5,000 mails while everything breaks, counted (ARGS="--engine sqlite --seed 2")
	@$(bin)/python -m tests.load $(ARGS)

oracles: $(bin)/dev.stamp $(bin)/messages.stamp ## compare with the cases in ../shared/oracles
	@$(bin)/python -m tests.oracles $(ARGS)

docs: $(bin)/dev.stamp ## write the reference pages that are made from the code
	@$(reading) $(bin)/python tools/docs.py

messages: $(bin)/dev.stamp ## add new sentences to the catalogues, to be translated (ARGS="mail")
	@$(bin)/python -m klardesk.base.i18n messages $(ARGS)

lock: $(bin)/dev.stamp ## pin the newest allowed versions with their hashes
	@tools/lock

format: $(bin)/dev.stamp ## ruff's formatting
	@$(bin)/ruff check --fix --quiet src tests tools; $(bin)/ruff format src tests tools

release: $(bin)/dev.stamp ## build the wheel and the source archive in dist/ and check what is in them
	@$(bin)/python tools/release.py

screenshots: $(bin)/dev.stamp $(bin)/messages.stamp ## the README's picture, from the running desk
	@$(bin)/python tools/screenshots.py

clean: ## remove what can be made again; the data directory stays
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete

$(bin)/python:
	@tools/venv

$(bin)/run.stamp: requirements/run.txt pyproject.toml | $(bin)/python
	@echo "Installing what the desk runs on, as pinned in $<."
	@$(install) $<
	@$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

$(bin)/dev.stamp: requirements/dev.txt $(bin)/run.stamp
	@echo "Installing the developers' tools, as pinned in $<."
	@$(install) $<
	@touch $@

$(bin)/messages.stamp: $(catalogues) | $(bin)/run.stamp
	@$(bin)/python -m klardesk.base.i18n
	@touch $@
