"""What analysis says, on the board and in full."""
