"""From a tape as of a time to what the audit judges."""
