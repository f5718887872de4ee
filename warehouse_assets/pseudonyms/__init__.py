"""Pseudonyms under a secret that never enters the database: hashing, the secret file, tombstones."""
