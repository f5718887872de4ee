"""Checked rows to staging: loading, keys, the ledger, rejects and removal."""
