"""Tableau workbooks of the marts, live on PostgreSQL or on an extract, and their checks."""
