"""Real answers of a Nomad, as they were recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PLACE = Path(__file__).parents[2] / "recordings" / "nomad-api"


def golden(name: str) -> Any:
    """Request and answer."""
    return json.loads((_PLACE / f"{name}.json").read_text())


def body(name: str) -> Any:
    """The answer alone; a fresh copy, which a test may change."""
    return golden(name)["body"]
