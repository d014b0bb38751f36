"""One module a system: its address -> records and samples. Feeds know nothing of the tape or of screens."""
