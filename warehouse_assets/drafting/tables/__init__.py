"""Delivered files as profiled tables: encodings, titles, nested and numbered columns, dates."""
