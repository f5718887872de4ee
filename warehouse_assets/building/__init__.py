"""Building tables from SELECTs: the schema, whole tables, months."""
