"""A first draft of a source from its files: profiles, evidence for each field, and what stays unsure."""

from warehouse_assets.drafting.draft import Draft, draft_source

__all__ = ["Draft", "draft_source"]
