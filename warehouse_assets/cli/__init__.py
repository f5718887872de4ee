"""The command line `warehouse`."""
