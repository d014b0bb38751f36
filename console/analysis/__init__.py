"""Analysis: arrays and records in, findings out. Pure: no I/O, no clock, no screens."""
