"""Pseudonyms under a secret that never enters the database."""
