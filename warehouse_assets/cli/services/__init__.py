"""The processes of `warehouse up` and their supervisor."""
