"""Data as YAML the way people write it: dates without quotes."""

from __future__ import annotations

import re
from typing import Any

import yaml

_DATE = re.compile(r"(?<=[ ])'(\d{4}-\d{2}-\d{2}(?:T[\d:]+Z)?)'$", re.MULTILINE)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(*documents: Any) -> str:
    """The documents as one text."""
    text: str = yaml.dump_all(documents, Dumper=_NoAliases, sort_keys=False, allow_unicode=True)
    return _DATE.sub(r"\1", text)
