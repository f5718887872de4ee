"""The assets, module by module in the order in which data flows."""
