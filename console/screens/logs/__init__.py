"""Logs that are followed."""
