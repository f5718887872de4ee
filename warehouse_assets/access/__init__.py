"""Who may read and write what: declared once, applied to the database, checked for drift."""
