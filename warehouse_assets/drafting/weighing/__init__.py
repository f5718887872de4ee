"""Evidence for a column being a field: names, values, and what holds on the rows."""
