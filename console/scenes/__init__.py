"""Where analysis gets what it looks at: a tape, a CSV file, configured servers -> a Scene."""
