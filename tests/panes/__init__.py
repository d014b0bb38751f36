"""What stands on the panes."""
