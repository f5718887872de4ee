"""The whole catalogue of the server, compared with what is declared."""
