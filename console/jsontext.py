"""A document as JSON text for a program, that does no harm when a person prints it on a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from console.plain import harmless_json


def json_text(document: Any) -> str:
    """Indented, without a line break at its end. JSON has no number for what is none or endless: null stands there."""
    return harmless_json(json.dumps(_finite(document), ensure_ascii=False, allow_nan=False, indent=2))


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value
