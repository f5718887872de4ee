"""SELECTs for a mart that leak, and clean ones, each a small variation of what somebody might write."""
