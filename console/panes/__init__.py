"""What stands on the four panes: pure folds of states, signals and samples into rows. No clock, no input, no output."""
