"""The data splitter: any flat CSV in three disjoint thirds (CSV, JSON Lines, database table)."""
