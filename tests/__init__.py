"""Tests mirror console/ and widgets/; `python -m tests` runs everything that must hold."""
