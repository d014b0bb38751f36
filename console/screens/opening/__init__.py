"""From the command to the first frame, and out again."""
