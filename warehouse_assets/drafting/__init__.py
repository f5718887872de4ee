"""A first draft of a source from its files: profiles, evidence for each field, and what stays unsure."""
