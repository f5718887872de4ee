"""The dashboard: pages on both marts and on data quality, limited to what the database lets each user see."""
