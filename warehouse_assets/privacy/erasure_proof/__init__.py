"""Proves that no trace of an erased person is left: search, clean-up and certificate."""
