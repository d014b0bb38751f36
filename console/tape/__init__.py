"""The tape: one append-only store of what was seen, in order. A recorder writes it, every screen reads it."""
