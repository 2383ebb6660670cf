# Everything a newcomer needs: `make demo`, `make test`, `make check`. Each makes the environment it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := $(if $(wildcard $(READY)),$(VENV),$(VENV)-demo)

# Some environments forbid bytecode. Every process of the tests would compile torch and transformers anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: bench demo dist docs fuzz test laws lower-bounds notebooks check format clean
.DEFAULT_GOAL := demo

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable ".[dev]"
	touch $@

demo:  ## a real RAG over real documents, in both frameworks, and an agent; in the environment of `make test` if it is there
	test -x $(DEMO)/bin/lingua || $(PYTHON) -m venv $(DEMO)
	test -x $(DEMO)/bin/lingua || $(DEMO)/bin/python -m pip install --quiet --no-compile --constraint constraints.txt --editable ".[demo]"
	$(DEMO)/bin/lingua demo

test: $(READY)  ## all tests, the ones on real weights included
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist worksteal

laws: $(READY)  ## only the tests that need no weights
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 -m "not model"

lower-bounds:  ## the same tests on the lowest versions that pyproject.toml allows; give PYTHON=python3.10 for them
	test -x $(VENV)-lower/bin/python || $(PYTHON) -m venv $(VENV)-lower
	$(VENV)-lower/bin/python -m pip install --quiet tomli uv
	$(VENV)-lower/bin/python .ci/lower_bounds.py > $(VENV)-lower/bounds.txt
	$(VENV)-lower/bin/uv pip install --quiet --python $(VENV)-lower --constraint $(VENV)-lower/bounds.txt --editable ".[dev]"
	OMP_NUM_THREADS=1 $(VENV)-lower/bin/python -m pytest --numprocesses 2 -m "not model"

fuzz: $(READY)  ## 100,000 calls of any kind, from where the last run stopped; CALLS=1000 makes fewer, PROCESSES=4 is faster
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m fuzz --calls $${CALLS:-100000} --processes $${PROCESSES:-1}

notebooks: $(READY)  ## execute all notebooks and store what they show
	$(BIN)/python notebooks/execute.py

bench: $(READY)  ## speed beside llmlingua 0.2.2, whose environment it makes; the parts; many requests
	$(BIN)/python -m pytest benchmarks --quiet --benchmark-only --benchmark-columns=median,iqr,rounds
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/speed.py --peer

docs:  ## build the documentation site into site/; a link that leads nowhere is an error
	test -x $(VENV)-docs/bin/python || $(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python -m pip install --quiet --no-compile --constraint constraints.txt --editable ".[docs]"
	$(VENV)-docs/bin/mkdocs build --strict --quiet

dist:  ## build the distributions into dist/ and check them
	test -x $(VENV)-dist/bin/python || $(PYTHON) -m venv $(VENV)-dist
	$(VENV)-dist/bin/python -m pip install --quiet build twine
	for one in . packages/*/; do $(VENV)-dist/bin/python -m build --outdir dist $$one || exit 1; done
	$(VENV)-dist/bin/twine check --strict dist/*

check: $(READY)  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(VENV)-demo $(VENV)-docs $(VENV)-dist $(VENV)-lower site .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
