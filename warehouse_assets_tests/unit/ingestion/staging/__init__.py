"""Staging without a server."""
