"""One row or object looked into: its parts, signals, facts and events, and what moved with it."""
