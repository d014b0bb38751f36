"""The board: four panes, their rows, the time strip."""
