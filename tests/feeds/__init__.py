"""Feeds against doubles and real answers."""
