"""Official runs: archived whole or not at all, chained, signed, and verified from what the archive holds."""
