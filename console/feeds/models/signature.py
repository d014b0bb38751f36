"""The input columns that a logged model's own file, ``MLmodel``, gives. Pure."""

from __future__ import annotations

from pathlib import Path

from console.declared.shapes import DeclaredError
from console.declared.yamlfile import parse_yaml
from console.feeds.models.answers import columns_in

_LARGEST = 256 * 1024


def columns_of_mlmodel(text: str) -> list[str]:
    """The names of its columns; none where it has no signature, or is no such file."""
    if "signature:" not in text or len(text) > _LARGEST:
        return []
    try:
        documents = parse_yaml(Path("MLmodel"), text)
    except DeclaredError:
        return []
    data = documents[0].data if documents else None
    signature = data.get("signature") if isinstance(data, dict) else None
    return columns_in(signature.get("inputs")) if isinstance(signature, dict) else []
