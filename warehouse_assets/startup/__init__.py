"""What every session does first: creates the schema, applies the access policy, completes interrupted work."""
