# The two commands: `make demo` and `make test`. Everything they need is set up by them.

PYTHON_IN_VENV := .venv/bin/python
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench simulate clean environment environment-dev

help:
	@echo "make demo      assess the real example; leaves demo-output/report.pdf"
	@echo "make test      run the tests"
	@echo "make lint      style, types and the import contract"
	@echo "make bench     speed on 1,000,000 rows, beside Fairlearn on raw rows"
	@echo "make simulate  how often the judging errs, on simulated populations (QUICK=1: a taste)"
	@echo "make clean     remove the environment and everything generated"

demo: environment
	@.venv/bin/essex-standard demo --out demo-output

test: environment-dev
	@$(PYTHON_IN_VENV) -m pytest

lint: environment-dev
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(PYTHON_IN_VENV) -m mypy
	@.venv/bin/lint-imports

bench: environment-dev
	@$(PYTHON_IN_VENV) bench/speed.py
	@$(PYTHON_IN_VENV) bench/subgroup_scan.py
	@$(PYTHON_IN_VENV) bench/drift.py
	@$(PYTHON_IN_VENV) bench/anonymity.py
	@$(PYTHON_IN_VENV) -m bench.identifiers

simulate: environment-dev
	@$(PYTHON_IN_VENV) -m tests.simulation
	@$(PYTHON_IN_VENV) -m tests.simulation.test_band_errors $(if $(QUICK),20,400)
	@$(PYTHON_IN_VENV) -m tests.simulation.year_of_looks $(if $(QUICK),1,30) 600
	@$(PYTHON_IN_VENV) tests/simulation/test_drift_errors.py $(if $(QUICK),20,500)
	@$(PYTHON_IN_VENV) tests/simulation/test_drift_assessments.py $(if $(QUICK),5,200)
	@$(PYTHON_IN_VENV) -m tests.simulation.test_scale_errors $(if $(QUICK),5,200)
	@$(PYTHON_IN_VENV) tests/simulation/test_scan_errors.py $(if $(QUICK),10,200)
	@$(PYTHON_IN_VENV) tests/simulation/test_disparity_errors.py $(if $(QUICK),50,2000)
	@$(PYTHON_IN_VENV) tests/simulation/test_index_errors.py $(if $(QUICK),20,500)
	@$(PYTHON_IN_VENV) tests/simulation/test_domain_errors.py $(if $(QUICK),5,100)
	@$(PYTHON_IN_VENV) tests/simulation/test_membership_errors.py $(if $(QUICK),20,200)
	@$(PYTHON_IN_VENV) -m tests.simulation.test_identifier_errors $(if $(QUICK),20000 20,200000 200)
	@$(PYTHON_IN_VENV) tests/simulation/test_necessity_errors.py $(if $(QUICK),10,200)
	@$(PYTHON_IN_VENV) -m tests.simulation.test_vocabulary_errors $(if $(QUICK),10,100)

environment:
	@PYTHON="$(PYTHON)" sh scripts/environment.sh
	@sh scripts/system_libraries.sh $(PYTHON_IN_VENV)

environment-dev:
	@PYTHON="$(PYTHON)" sh scripts/environment.sh dev
	@sh scripts/system_libraries.sh $(PYTHON_IN_VENV)

clean:
	rm -rf .venv demo-output build dist
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
