# Everything is run with the Node that goes into the executable, whatever Node the machine has.
# Needs only git and make: build/prepare.sh gets the rest on Debian 12 and 13 (as root).

SHELL := /bin/sh
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

machine := $(shell uname -m)
NODE := node_modules/node-linux-$(if $(filter aarch64 arm64,$(machine)),arm64,x64)/bin/node
installed := node_modules/.installed
# Runs a program where MariaDB, MHA, sshd and so on are there, without installing them on the machine.
packaged = $(NODE) test/lab/cli.ts with-packages
executable := dist/mha-helper
# Test files of `make test` that run at the same time; their labs know nothing of each other. They mostly wait, so two
# fit on two cores that do nothing else.
CONCURRENCY ?= 2
# A process for each file costs more than most of these tests: those that only compute share one.
units = test/unit/inOneProcess.ts 'test/unit/@(adapters|build)/**/*.test.ts'
sources := $(shell find src build -name '*.ts' -o -name '*.pm') package.json tsconfig.json

.PHONY: build package lint-packages lint format docs typecheck test unit simulate fuzz demo bench matrix topologies
.PHONY: faults demo-managers thorough
.PHONY: lab-up lab-down lab-shell lab-packages lab-services clean help

build: $(executable) ## dist/mha-helper, one file

$(executable): $(sources) $(installed)
	$(NODE) build/executable.ts

lint: $(installed) ## style, which file may import which, that each has its test, and that docs/reference is not stale
	@ended=0; \
	eslint='node_modules/eslint/bin/eslint.js . --max-warnings 0'; \
	for check in build/lint/tree.ts "$$eslint" 'build/docs.ts --check'; do \
	  echo "$(NODE) $$check"; $(NODE) $$check || ended=1; \
	done; exit $$ended

docs: $(installed) ## docs/reference, from the source
	$(NODE) build/docs.ts

format: $(installed) ## writes every file as `make lint` wants it
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level=warn .

typecheck: $(installed) ## TypeScript's compiler, without output
	$(NODE) node_modules/typescript/bin/tsc --noEmit -p .

package: $(installed) ## dist/*.deb and dist/*.rpm, of a fresh executable
	build/prepare.sh package
	$(NODE) build/package.ts

lint-packages: package ## lintian and rpmlint, where they are installed
	lintian --fail-on error,warning,info -I dist/*.deb
	rpmlint -c build/rpm/rpmlint.toml dist/*.rpm

test: package lab-packages lab-services ## unit and contract tests, and the scenarios on the lab (root)
	$(packaged) $(NODE) --test --test-concurrency=$(CONCURRENCY) $(units) \
	  'test/contract/**/*.test.ts' 'test/simulator/*.test.ts' 'test/fuzz/*.test.ts' 'test/lab/**/*.test.ts' \
	  'test/scenarios/**/*.test.ts'

thorough: ## the same, and further moments and variants of what they show
	MHA_THOROUGH=1 $(MAKE) --no-print-directory test

# What needs a service of `make lab-services` takes long where that has put it: only `make test` runs that.
unit: build ## the quick tests only
	$(packaged) $(NODE) --test --test-concurrency=2 $(units) \
	  'test/contract/!(etcd|vipAws|vipOpenstack).test.ts' 'test/simulator/*.test.ts' 'test/fuzz/*.test.ts'

simulate: $(installed) ## the story of a seed, or of many: make simulate SEED=4711 | SEED=1-1000000 [FAULT=torn-journal]
	@test -n "$(SEED)" || { echo 'simulate needs SEED=, for instance: make simulate SEED=1-20000' >&2; exit 2; }
	$(NODE) test/simulator/cli.ts '$(SEED)' $(FAULT)

fuzz: $(installed) ## hostile input for all that is read: make fuzz [INPUTS=100000] [SEED=1] [TARGET='MySQL rows']
	$(NODE) test/fuzz/cli.ts '$(or $(INPUTS),100000)' '$(or $(SEED),1)' '$(TARGET)'

demo: build lab-packages ## a planned switch and a hard failover, to watch
	$(NODE) test/lab/demo.ts

# Needs etcd, of `make lab-services`.
demo-managers: build lab-packages ## three managers: the host of the one that leads dies, then the master, to watch
	$(packaged) $(NODE) test/lab/demoManagers.ts

bench: build lab-packages ## how long clients cannot write: make bench [ROUNDS=7] [PARTS=switch] [SERVERS=mysql-9.7]
	$(if $(SERVERS),SERVERS='$(SERVERS)') $(NODE) test/bench/bench.ts $(or $(ROUNDS),7) $(PARTS)

matrix: build lab-packages ## real MHA with every server, into docs/figures.md: make matrix [CELLS='mysql-5.6']
	$(NODE) test/matrix/matrix.ts $(CELLS)

topologies: build lab-packages ## real MHA with every topology, into docs/mha: make topologies [NAMES=ring]
	$(NODE) test/topologies/topologies.ts $(NAMES)

faults: build lab-packages ## real MHA in every fault, into docs/faults.md: make faults [ROWS='undo-* cut-*']
	$(packaged) $(NODE) test/faults/faults.ts '$(ROWS)'

# Several managers need etcd, of `make lab-services`.
lab-up: build lab-packages ## three database hosts, a manager and a client in network namespaces [MANAGERS=3]
	$(if $(MANAGERS),$(packaged)) $(NODE) test/lab/cli.ts up --managers '$(or $(MANAGERS),1)'

lab-down: $(installed) ## takes the lab away
	$(NODE) test/lab/cli.ts down

lab-shell: $(installed) ## a shell on a lab host: make lab-shell HOST=db10
	@test -n "$(HOST)" || { echo 'lab-shell needs HOST=, for instance: make lab-shell HOST=db10' >&2; exit 2; }
	$(NODE) test/lab/cli.ts shell $(HOST)

lab-packages: $(installed) ## gets the Debian packages the tests need; only small tools are installed on the machine
	$(NODE) test/lab/cli.ts packages

lab-services: $(installed) ## besides, services for the tests: etcd, and those of the clouds (minutes, once)
	$(NODE) test/lab/cli.ts services

clean: ## removes what was built; node_modules stays
	rm -rf dist

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 16

$(installed): package.json package-lock.json .npmrc
	build/prepare.sh build
	npm ci --loglevel=error
	touch $@
