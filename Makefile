# Everything runs in .venv, made on first use from constraints.txt. Needs Python 3.11+, git, make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

# Nothing here reports its use to anybody (docs/privacy.md).
export ORT_DISABLE_TELEMETRY := 1
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 20

repro: $(READY)  ## the pipeline: recordings to an evaluated, packaged detector
	$(BIN)/dvc repro

# Tests start many processes, and all import the package: compiled modules are kept.
# Three workers on two cores: while one waits for a server, a browser or a killed process, others
# compute.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY)  ## the tests
	$(BIN)/python -m pytest -n 3 -m "not measurement"

# What it leaves to continuous integration: minutes of kills, faults and damaged files.
test-measurements: export PYTHONDONTWRITEBYTECODE :=
test-measurements: $(READY)  ## small runs of whole measurements of src/lab
	$(BIN)/python -m pytest -n 2 -m measurement

lint: $(READY)  ## formatting, style, types
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy

benchmark: $(READY)  ## the public protocols (needs ECG_ANOMALY_DATA), to data/benchmark and docs/
	for p in inter_patient inter_patient_cohort leave_one_database_out cross_validated ablation cohort_ablation ecg5000 beatgan; do $(BIN)/python -m lab.benchmark benchmark=$$p || exit 1; done

bench: $(READY)  ## how fast recordings are scored, beside a pipeline of well-known packages
	$(BIN)/python -m lab.timing

params: $(READY)  ## compose conf/ into params.yaml
	$(BIN)/python src/compose_params.py

ui: $(READY)  ## the MLflow pages on http://127.0.0.1:5000
	$(BIN)/mlflow ui --backend-store-uri sqlite:///mlflow.db --port 5000

# The last line lets `.venv/bin/dvc` be called without activating the environment: a stage's
# command is `python src/...`, and the python it finds must be the one beside dvc.
$(READY): constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.x")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		extras = p["optional-dependencies"]; \
		print(*p["dependencies"], *extras["dev"], *extras["postgresql"], *extras["formats"], *(extras["live"] + extras["kafka"] + extras["ble"]), *extras["spark"], sep="\n")' > .venv/requirements.txt
	$(BIN)/python -m pip install --quiet --requirement .venv/requirements.txt --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	echo "import os, sys; os.environ['PATH'] = os.path.join(sys.prefix, 'bin') + os.pathsep + os.environ.get('PATH', '')" \
		> $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/venv_first_on_path.pth
	touch $@

.PHONY: help repro test test-measurements lint benchmark bench params ui
