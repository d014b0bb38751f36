"""What changed between two versions of a job, in words, from Nomad's own comparison. Pure.

Values of environments, templates and whatever else may be secret are never told: only that they changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from console.errands.redacted import is_secret, shown
from console.feeds.nomad.redact import HIDDEN

_NAMES = re.compile(r"[^\[\].]+")
_VERBS = {"Added": "added", "Deleted": "removed", "Edited": "changed"}
_MOST_CELLS = 80  # of one value
_MOST_FIELDS = 4  # of an object that came or went
_OWN_WORDS = {"Env": "env", "Meta": "meta", "Count": "count", "EmbeddedTmpl": "text of the template"}

Diff = Mapping[str, Any]


def job_changes(diff: Diff) -> list[str]:
    """One line for each thing that changed: ``group web, task server: image app:1 → app:2``."""
    lines = list(_own("", diff))
    for group in diff.get("TaskGroups") or ():
        lines += _part(f"group {group.get('Name', '')}", group)
    return list(dict.fromkeys(lines))


def _part(where: str, diff: Diff) -> Iterator[str]:
    """A group or a task: all of it came or went, or some of it changed."""
    if diff.get("Type") in ("Added", "Deleted"):
        yield f"{where} {_VERBS[diff['Type']]}"
        return
    yield from _own(where, diff)
    for task in diff.get("Tasks") or ():
        yield from _part(f"{where}, task {task.get('Name', '')}", task)


def _own(where: str, diff: Diff) -> Iterator[str]:
    hidden = is_secret(str(diff.get("Name") or ""))
    for field in _changed(diff.get("Fields")):
        yield _said(where, _field(field, hidden=hidden))
    for inner in _changed(diff.get("Objects")):
        yield from _object(where, inner)


def _object(where: str, diff: Diff) -> Iterator[str]:
    """A block within: named before its fields where it changed, with what it holds where it came or went."""
    name = str(diff.get("Name") or "")
    if name in ("Config", ""):  # of a driver: its fields speak for themselves
        yield from _own(where, diff)
        return
    if diff.get("Type") in ("Added", "Deleted"):
        held = [one for one in (_held(name, field, str(diff["Type"])) for field in _changed(diff.get("Fields"))) if one]
        more = f" and {len(held) - _MOST_FIELDS} more" if len(held) > _MOST_FIELDS else ""
        told = f" ({', '.join(held[:_MOST_FIELDS])}{more})" if held else ""
        yield _said(where, f"{name.lower()} {_VERBS[diff['Type']]}{told}")
        return
    yield from _own(f"{where}, {name.lower()}" if where else name.lower(), diff)


def _held(block: str, field: Diff, how: str) -> str:
    key = str(field.get("Name") or "")
    value = str(field.get("New" if how == "Added" else "Old") or "")
    if not value or value in ("false", "0"):
        return ""
    return f"{_called(key)} {HIDDEN if _hides(key) or is_secret(block) else _short(key, value)}"


def _field(field: Diff, *, hidden: bool) -> str:
    key, how = str(field.get("Name") or ""), str(field.get("Type") or "")
    name = _called(key)
    if hidden or _hides(key):
        return f"{name} {_VERBS.get(how, 'changed')}"
    old, new = (_short(key, str(field.get(which) or "")) for which in ("Old", "New"))
    if HIDDEN in (old, new):
        return f"{name} {_VERBS.get(how, 'changed')}"
    if how == "Added" or not old:
        return f"{name} {new} added"
    if how == "Deleted" or not new:
        return f"{name} removed, was {old}"
    return f"{name} {old} → {new}" if old != new else f"{name} changed"


def _hides(key: str) -> bool:
    """Whether one of the names in ``auth[0][password]``, or what it is all in, is that of a secret."""
    return any(map(is_secret, (key.partition("[")[0], *_NAMES.findall(key))))


def _called(key: str) -> str:
    """``env RELEASE`` of ``Env[RELEASE]``."""
    block, bracket, inside = key.partition("[")
    name = inside.removesuffix("]")
    return f"{_OWN_WORDS[block]} {name}" if bracket and block in _OWN_WORDS else _OWN_WORDS.get(key, key)


def _short(key: str, value: str) -> str:
    names = _NAMES.findall(key)
    text = " ".join(shown(names[-1] if names else "", value).split())
    return text if len(text) <= _MOST_CELLS else text[: _MOST_CELLS - 1] + "…"


def _changed(diffs: Iterable[Diff] | None) -> Iterator[Diff]:
    return (one for one in diffs or () if one.get("Type") in _VERBS)


def _said(where: str, what: str) -> str:
    return f"{where}: {what}" if where else what
