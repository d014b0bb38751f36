"""Lineage from Marquez: which jobs write and read which data, who owns it, when its schema changed."""
