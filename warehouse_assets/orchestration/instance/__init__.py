"""The parts of a Dagster instance that this project replaces; the only place that imports Dagster's private modules."""
