"""Proof that nothing is left of an erased person: search, clean-up and certificate."""
