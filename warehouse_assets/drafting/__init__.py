"""A first draft of a source from its files: profiles, guesses, and what they are unsure of."""

from warehouse_assets.drafting.draft import Draft, draft_source

__all__ = ["Draft", "draft_source"]
