"""From delivered files to staging, in this order: sources, readers, contract, staging."""
