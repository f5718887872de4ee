"""Access rights: declared once, applied to the database, checked for drift."""
