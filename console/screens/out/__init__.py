"""What is taken out of a screen: copies, files, raw objects, links; and the way into a task."""
