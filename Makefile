# `make demo` shows the plan of a real business; `make test` runs every check.
# Both set everything up on a machine with Python 3.11 or later.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: demo test fuzz bench docs clean

demo: $(VENV)/.installed
	@$(BIN)/slopt solve scms_deliveries --out runs/scms_deliveries
	@echo
	@$(BIN)/slopt explain scms_deliveries
	@echo
	@$(BIN)/slopt report runs/scms_deliveries --case scms_deliveries --out runs/scms_deliveries/report.html

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile

# Random problems, files and signals, as many rounds as wanted: `make fuzz N=20000 SEED=7`.
N ?= 2000
SEED ?= 0
fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.fuzz $(N) --seed $(SEED)

bench: $(VENV)/.installed-peers
	$(BIN)/python -m benchmarks

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

$(VENV)/.installed: pyproject.toml constraints.txt setup.py $(wildcard slopt/solve/native/*.cpp slopt/solve/native/*.h)
	@test -n "$(PYTHON)" || { echo "slopt needs Python 3.11 or later."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@echo "Installing slopt into $(VENV) ..."
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet -c constraints.txt -e ".[report]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet -c constraints.txt --group dev
	@touch $@

$(VENV)/.installed-peers: $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet -c constraints.txt --group peers || \
		echo "Not all other solvers can be installed: those are left out."
	@touch $@

clean:
	rm -rf $(VENV) build dist runs *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
