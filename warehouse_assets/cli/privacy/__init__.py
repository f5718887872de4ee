"""The commands `warehouse privacy ...`."""
