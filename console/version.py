"""The version of the installed distribution."""

from __future__ import annotations


def version() -> str:
    """Its version, or ``(not installed)`` when the sources run without an installation."""
    from importlib.metadata import PackageNotFoundError  # only who asks pays for it
    from importlib.metadata import version as installed

    try:
        return installed("fourthsignal")
    except PackageNotFoundError:
        return "(not installed)"
