# Everything a developer does, one target each. `make help` lists them.
UV_VERSION := 0.13.9
UV := $(shell command -v uv || echo .vitals/bootstrap/bin/uv)
RUN := $(UV) run --frozen
PYTEST := $(RUN) pytest -q
UNIT := not rules and not live and not engine and not cluster and not charts and not bench and not nightly
export UV_NO_PROGRESS ?= 1
# Every test that starts a program would compile all of its modules again: 2 of the 3 s that `vitals up` takes to begin.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup up test test-beside test-stacks check check-types check-files test-quick test-slow test-unit test-rules test-live test-engine test-cluster test-charts test-types lint coverage nightly drill mutate render format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: setup ## Run the whole stack on this machine until Ctrl-C
	$(RUN) vitals up

test: check test-slow ## Everything that must hold before a merge
	@$(MAKE) --no-print-directory --jobs=2 test-beside test-stacks

# Stacks wait most of their time, the engine half of it, promtool never: the two take the processor time that stacks
# leave. The progress of stacks is shown as it comes, that of what runs beside them when it is through.
test-beside: programs
	@mkdir -p .vitals
	@nice -n 19 $(MAKE) --no-print-directory --keep-going --jobs=1 test-engine test-rules > .vitals/test-beside.log 2>&1; \
	passed=$$?; cat .vitals/test-beside.log; exit $$passed

test-stacks: programs
	@$(MAKE) --no-print-directory test-live
	@$(MAKE) --no-print-directory test-cluster

check: setup ## Format, lint, types, drift and defects of rendered files, unit tests of what is edited every day
	@$(MAKE) --no-print-directory --jobs=2 check-types check-files
	@$(MAKE) --no-print-directory test-quick

check-types: setup
	$(RUN) mypy

check-files: setup
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) vitals render --check
	$(RUN) vitals check

test-quick: setup
	$(PYTEST) -n logical --dist worksteal -m "$(UNIT) and not slow"

# A third of their time they wait for programs to start and to end, so one more is at work than there are processors.
test-slow: setup ## The other unit tests: what is dear to start, to render or to import (tests/slow.py)
	$(PYTEST) -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal -m "$(UNIT) and slow"

test-unit: setup ## All unit tests at once
	$(PYTEST) -n logical --dist worksteal -m "$(UNIT)"

test-rules: setup programs ## Rules and routes against the real promtool and amtool
	$(PYTEST) -n logical --dist loadscope -m "rules and not live and not cluster and not charts and not bench and not nightly"

test-live: setup programs ## Running programs, the page in a browser; then, by itself, the stack: smoke, an outage drill
	$(PYTEST) -n logical --dist loadfile --ignore tests/live -m "live and not bench and not nightly"
	$(PYTEST) -n logical --dist loadscope -m "live and not bench and not nightly" tests/live

test-engine: setup ## The Pulumi program on the real engine, every kind of environment
	$(RUN) vitals tools build --group engine
	$(PYTEST) -n logical --dist loadscope -m "engine and not charts and not bench and not nightly"

test-types: setup ## infra against the full types of the cloud packages (a cold run takes two minutes and 2.7 GB)
	$(RUN) mypy --config-file infra/mypy.ini

test-cluster: setup programs ## What ships, before a real API server and the real Prometheus operator
	$(RUN) vitals tools build --group cluster
	$(RUN) vitals tools build --group scaling
	$(PYTEST) -n logical --dist loadscope -m "cluster and not charts and not bench and not nightly"

test-charts: setup ## The charts that a cluster gets, with our values, by the real Helm (needs the network, or VITALS_CHARTS=DIR)
	$(RUN) vitals tools build --group engine
	$(RUN) vitals tools build --group charts
	$(PYTEST) -m "charts and not bench"

lint: setup ## Shell, YAML, workflows, and secrets in the whole history
	$(RUN) vitals tools build --group lint
	git ls-files -z | xargs -0 grep --files-with-matches --null --max-count=1 -E '^#!.*sh$$' | xargs -0 $(RUN) shellcheck
	$(RUN) yamllint --strict .
	$(RUN) vitals tools run actionlint
	$(RUN) vitals tools run gitleaks git --no-banner --redact

coverage: setup ## How much of the language and the generators the quick unit tests reach; fails below what was reached before
	$(PYTEST) -n logical --dist worksteal --cov -m "$(UNIT) and not slow"

nightly: test test-types lint coverage ## Everything, with every stack, drill, benchmark and another tenth of the mutants
	$(PYTEST) -n logical --dist loadscope -m "nightly and engine"
	$(PYTEST) -m "nightly and not engine"
	$(PYTEST) -s -m bench
	$(RUN) vitals drill --all
	$(RUN) vitals scale drill --faults
	$(RUN) python -m tests.mutation --one-in 10 --part $$(($$(date +%s) / 86400 % 10))

mutate: setup programs ## Mutate one place in ten of the rules, and list the mutants that no test case kills
	$(RUN) python -m tests.mutation --one-in 10

drill: setup ## Inject the outage and show who was notified, how fast
	$(RUN) vitals drill api-outage

render: setup ## Write rendered/ from the catalogue
	$(RUN) vitals render

format: setup ## Format and fix what can be fixed
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean: ## Remove what the stack left in .vitals/ (the cache of built programs stays)
	rm -rf .vitals

.PHONY: programs
programs: setup
	$(RUN) vitals tools build

setup: .venv/.current ## Install everything into .venv; says how to put `vitals` on PATH
.venv/.current: uv.lock pyproject.toml telemetry/pyproject.toml demo/pyproject.toml | bootstrap
	$(UV) sync --frozen
	@touch $@
	@echo 'Installed into .venv. To type `vitals` in this shell: . .venv/bin/activate'

.PHONY: bootstrap
bootstrap:
	@test -x "$$(command -v $(UV))" || { \
	  echo "uv is not on PATH; putting uv $(UV_VERSION) into .vitals/bootstrap"; \
	  python3 -m venv .vitals/bootstrap || { echo "python3 makes no environments here (Debian: apt install python3-venv)"; exit 1; }; \
	  .vitals/bootstrap/bin/pip install --quiet uv==$(UV_VERSION); }
