"""Any delivered file or shop database to tables of text, each record with the line it came from."""
