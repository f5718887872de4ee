"""What is shown of the marts: one registry of metrics, and the files and queries made from it."""
