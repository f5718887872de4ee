"""Seeded kills of everything that runs, beside a home that nothing disturbs: `make chaos SEEDS=50`."""
