.PHONY: check fix golden migration bench
check: ; ruff format --check . && ruff check . && mypy && pytest -q && anedb data check
fix: ; ruff format . && ruff check --fix . && anedb data fmt
golden: ; pytest -q --regen; git diff --stat tests/golden
migration: ; alembic revision --autogenerate -m "$(m)"
bench: ; python -m benchmarks
