# Commands of a clone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Ansible reads and writes UTF-8, and refuses a locale without it.
export LC_ALL := C.UTF-8

# Without PYTHON: the first that is new enough; of an activated environment the Python it came from,
# for that environment may be the very one to make anew.
PYTHON := $(or $(PYTHON),$(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c \
	  'import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys._base_executable)' \
	  2>/dev/null && break; done))

VENV := .venv
OLDEST := .venv-oldest
BIN := $(VENV)/bin
LAB := $(BIN)/python lab/lab
DIRECTORY :=
DIRECTORIES := ad ds389 freeipa zimbra
ifneq ($(filter-out $(DIRECTORIES),$(DIRECTORY))$(word 2,$(DIRECTORY)),)
$(error DIRECTORY is one of $(DIRECTORIES))
endif
# Zimbra keeps in its directory what elsewhere stands on mail hosts.
INVENTORY := -i inventory/lab$(addprefix -,$(DIRECTORY)) \
	$(if $(filter-out zimbra,$(DIRECTORY)),-i inventory/lab-mail) -i inventory/lab-workstations
# As the inventory says: a run is compared with the last one, so those of each directory are for themselves.
REPORTS := reports-demo$(addprefix -,$(DIRECTORY))
LINK := $(VENV)/collections/ansible_collections/civic/mailbox
SCENARIOS := $(sort $(patsubst molecule/%/molecule.yml,molecule-%,$(wildcard molecule/*/molecule.yml)))
LOOPED_COLLECTION := ansible_collections/community/general
LOOPED := $(VENV)/reference/$(LOOPED_COLLECTION)/MANIFEST.json
PACKAGE = civic-mailbox-$(shell sed -n 's/^version: //p' galaxy.yml).tar.gz

# Targets by these names beside each other, one for each core; what each printed comes in one piece.
BESIDE_EACH_OTHER = +@$(MAKE) --no-print-directory --jobs=$(shell nproc) --output-sync=target

# Three test processes for two cores, since many a test waits for a server; and a file's tests in the
# same one: they share its lab. Files come in their order, so the many short ones of tests/unit, which
# are last, keep all cores at work. A lab that CIVIC_LAB names is the same for all: its tests come one
# after the other.
SIDE_BY_SIDE := $(if $(CIVIC_LAB),,--numprocesses=$(shell expr \( $$(nproc) \* 3 + 1 \) / 2) --maxprocesses=8 \
	--dist=loadfile --no-loadscope-reorder)

# For tools that call ansible's commands by name. An ANSIBLE_HOME of their own, for they search its
# collections first: an older installed copy would hide the clone.
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH" ANSIBLE_HOME="$(CURDIR)/$(VENV)/home" \
	ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(VENV)/collections"

# A stamp is named after what it was made from: another lock or another Python makes it anew.
python_version := $(if $(PYTHON),$(shell \
	  $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null))
stamp = $(1)/.made-$(python_version)-$(shell (pwd; cat $(2)) | cksum | cut -d' ' -f1)
STAMP := $(call stamp,$(VENV),requirements.lock)
OLDEST_STAMP := $(call stamp,$(OLDEST),requirements.lock ee-requirements.txt tests/oldest.txt)

##@ The two commands

.PHONY: demo
demo: setup packages ## audit a lab, show what enforcement would change
	@ended() { \
	  if [ "$(KEEP)" != 1 ]; then $(LAB) down; \
	  elif $(LAB) status >/dev/null; then \
	    echo "The lab still runs. $(CIVIC_LAB:%=CIVIC_LAB=% )make lab-down stops it and deletes what it made."; \
	  fi; \
	}; \
	trap ended EXIT; \
	$(LAB) up $(addprefix --with ,$(DIRECTORY)); \
	play() { \
	  set -- $(BIN)/ansible-playbook $(INVENTORY) $(MAILBOX_LANGUAGE:%=-e mailbox_language=%) "$$@"; \
	  printf '\n$$ %s\n' "$$*"; "$$@"; \
	}; \
	play civic.mailbox.audit; \
	play civic.mailbox.enforce --check --diff; \
	echo; echo "Report: $$(realpath $(REPORTS)/latest)/report.html"

.PHONY: test
test: setup test-packages ## every test of the list below
	$(BESIDE_EACH_OTHER) lint sanity $(SCENARIOS)
	+@$(MAKE) --no-print-directory test-oldest
	+@$(MAKE) --no-print-directory test-newest

##@ Making ready

.PHONY: setup
setup: $(STAMP) $(LINK) ## make .venv from requirements.lock

.PHONY: packages
packages: ## install the Debian packages of the lab's servers, and of DIRECTORY (root)
	@lab/install-packages
	@$(if $(DIRECTORY),lab/install-packages $(DIRECTORY))

.PHONY: test-packages
test-packages: packages ## install those that tests look through as well (root)
	@lab/install-packages chromium chromium-driver dovecot-pop3d firefox-esr iproute2 libreoffice-writer-nogui \
	  openssh-client postfwd systemd-journal-remote ad ds389 zimbra

$(VENV)/.made-%:
	@$(if $(PYTHON),,echo "Python 3.11 or later is needed: install python3; PYTHON=/path/to/it chooses one." >&2; exit 1)
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || lab/install-packages $(notdir $(PYTHON))-venv
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/pip check
	@touch $@

# The name under which Ansible, pytest, mypy and ansible-lint know the clone.
$(LINK): $(STAMP)
	@mkdir -p $(@D)
	@ln -sfn ../../../.. $@

$(OLDEST)/.made-%: $(STAMP)
	@echo "Making $(OLDEST) with the oldest ansible-core that $$($(PYTHON) --version) takes"
	@rm -rf $(OLDEST)
	@$(PYTHON) -m venv $(OLDEST)
	@grep -v '^ansible-core==' requirements.lock >$(OLDEST)/constraints.txt
	@$(OLDEST)/bin/pip install --quiet --disable-pip-version-check \
	  -c $(OLDEST)/constraints.txt -r tests/oldest.txt
	@touch $@

.PHONY: lock
lock: setup ## resolve requirements.in into requirements.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --annotation-style=line --custom-compile-command "make lock" requirements.in -o requirements.lock

##@ The lab

.PHONY: lab-up
lab-up: setup packages ## start OpenLDAP, Dovecot and Postfix on loopback
	@$(LAB) up

.PHONY: lab-down
lab-down: setup ## stop them and delete what they left
	@$(LAB) down

##@ Parts of the tests

.PHONY: lint
lint: setup ## ruff, mypy, ansible-lint, documentation, changelog
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(IN_VENV) ansible-lint --offline
	$(IN_VENV) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs self .
	$(BIN)/antsibull-changelog lint

.PHONY: unit
unit: setup ## unit and architecture tests
	$(BIN)/pytest -q $(SIDE_BY_SIDE) tests/unit tests/architecture

.PHONY: integration
integration: setup test-packages ## the modules and the audit on the lab, the report in a browser
	$(IN_VENV) pytest -q $(SIDE_BY_SIDE) tests/integration

.PHONY: test-newest
test-newest: setup test-packages ## all pytest tests, with the newest ansible-core
	$(IN_VENV) pytest -q $(SIDE_BY_SIDE) tests

.PHONY: test-oldest
test-oldest: setup test-packages $(OLDEST_STAMP) ## what Ansible has a part in, with the oldest ansible-core
	$(subst $(BIN),$(OLDEST)/bin,$(IN_VENV)) pytest -q $(SIDE_BY_SIDE) -m ansible \
	  $$(grep -rl --include='test_*.py' 'mark[.]ansible' tests/integration tests/unit | sort)

.PHONY: molecule
molecule: setup test-packages ## the scenarios on the lab, each role in one
	$(BESIDE_EACH_OTHER) $(SCENARIOS)

# Each has a lab of its own, with ports by its place in the list.
.PHONY: $(SCENARIOS)
$(SCENARIOS): molecule-%: setup test-packages
	@place=$$(printf '%s\n' $(SCENARIOS) | grep -nx 'molecule-$*' | cut -d: -f1); \
	export LAB_PORT_BASE=$$(($${LAB_PORT_BASE:-23200} + 50 * place)); \
	$(IN_VENV) molecule test --scenario-name $*

.PHONY: sanity
sanity: setup ## ansible-test sanity on a copy of the product
	tests/sanity.sh $(BIN)

##@ More

# Standard output has the results alone.
.PHONY: bench
bench: ## measure beside ldapsearch and others: BENCH="read lock" SIZE=100000 BENCH_TABLE=1 BENCH_MARKS=1
	+@$(MAKE) --no-print-directory setup packages >&2
	@lab/install-packages python3-ldap ad ds389 >&2
	+@$(MAKE) --no-print-directory $(LOOPED) >&2
	@$(IN_VENV) SIZE="$(SIZE)" BENCH_TABLE="$(BENCH_TABLE)" BENCH_MARKS="$(BENCH_MARKS)" \
	  PYTHONPATH=.:$(VENV)/collections $(BIN)/python -m tests.bench $(BENCH)

# The collection that is looped over accounts for comparison, from where it is packed with all others.
$(LOOPED): $(STAMP)
	@rm -rf $(VENV)/reference
	@mkdir -p $(VENV)/reference
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --dest $(VENV)/reference ansible==12.3.0
	@cd $(VENV)/reference && $(CURDIR)/$(BIN)/python -c 'import glob, zipfile; \
	  packed = zipfile.ZipFile(glob.glob("*.whl")[0]); \
	  packed.extractall(members=[name for name in packed.namelist() if name.startswith("$(LOOPED_COLLECTION)/")])'
	@rm $(VENV)/reference/*.whl

.PHONY: fuzz
fuzz: setup ## hostile and random Sieve scripts and LDAP answers against their readers, SECONDS (600) each
	@PYTHONPATH=.:$(VENV)/collections $(BIN)/python tests/fuzz/sieve.py $(or $(SECONDS),600)
	@PYTHONPATH=.:$(VENV)/collections $(BIN)/python tests/fuzz/ldap.py $(or $(SECONDS),600)

.PHONY: build
build: setup ## build the collection's tarball
	$(BIN)/ansible-galaxy collection build --force

.PHONY: clean
clean: ## delete what setup and tests made; reports stay
	rm -rf $(VENV) $(OLDEST) .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache $(PACKAGE)

.PHONY: help
help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^#: / { printf "  %s\n", substr($$0, 4) } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Variables
#: KEEP=1               make demo leaves its lab running
#: MAILBOX_LANGUAGE=en  make demo reports in English
#: DIRECTORY=ad         make demo audits Samba in OpenLDAP's place; also ds389, freeipa, zimbra
#: LAB_PORT_BASE=24000  first of the ports of the lab, where those from 23000 on are taken
#: CIVIC_LAB=/srv/lab   folder of the lab, else .lab
#: PYTHON=python3.12    interpreter to make .venv with
