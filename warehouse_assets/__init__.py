"""An e-commerce data warehouse with two data marts, as Dagster assets on PostgreSQL."""
