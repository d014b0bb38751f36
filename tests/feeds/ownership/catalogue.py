"""A small catalogue in files, and a feed that reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.feeds.catalog.find import Root
from console.feeds.catalog.shelf import FileShelf
from console.signals import EntityKind
from tests.doubles.outlet import QuickOutlet

FLOWS = """\
[[flow]]
name = "docs.price"
producer = "default/price-feed"
owner = "price-team"
"""

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: price-contract
name: docs.price
version: 1.0.0
status: active
team:
  name: shop
schema:
  - name: prices
    properties:
      - name: id
        logicalType: string
        required: true
      - name: price
        logicalType: number
"""


def shelf(*paths: Path) -> FileShelf:
    """Of files and folders that somebody named, looked at often."""
    return FileShelf([Root(path) for path in paths], look_s=0.02)


def usual(path: Path) -> FileShelf:
    """Of files that nobody named: looked for where they mostly are."""
    return FileShelf([Root(path, given=False)], look_s=0.02)


def flow(out: QuickOutlet, name: str) -> dict[str, Any]:
    """A flow's document as it stands."""
    return out.state(EntityKind.FLOW, name) or {}


def left(out: QuickOutlet) -> dict[Any, Mapping[str, Any]]:
    """What a run left on its tape, as the next one finds it."""
    found: dict[Any, Mapping[str, Any]] = {}
    for record in out.kept:
        if record.kind == "state":
            found[record.entity] = json.loads(json.dumps(record.body))
    return found
