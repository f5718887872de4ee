"""Checks of a project by its files: what is named exists, rules of good models are kept, the rest is readable."""
