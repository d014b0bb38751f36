"""A real Nomad: where it is, as the nomad CLI has it from its environment, and that it is needed."""

from __future__ import annotations

import os

import pytest

from console.config import Settings, load_settings
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.settings import nomad_address

needs_nomad = pytest.mark.skipif(not os.environ.get("NOMAD_ADDR"), reason="NOMAD_ADDR is not set: no real Nomad to ask")


def settings() -> Settings:
    """What NOMAD_* says; no file of the user's is read."""
    return load_settings({"config": os.devnull}, os.environ)


def address() -> NomadAddress:
    return nomad_address(settings().nomad)
