"""Everything that Dagster runs: assets, checks, jobs, partitions, resources, schedules and sensors."""
