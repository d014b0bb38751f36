"""How well the ownership feed sees its files, in one sentence that names the file and the line."""

from __future__ import annotations

from collections.abc import Sequence

from console.declared.shapes import Declared
from console.documents import FeedDoc
from console.feeds.catalog.shelf import Away, FileShelf, too_many
from console.governance.merge import Sourced, twice
from console.plain import plain

_MOST_NAMED = 2


def health_of(shelf: FileShelf, parts: Sequence[Sourced]) -> FeedDoc:
    """``off`` where there is nothing to read; ``degraded`` names what is wrong, worst first."""
    seen = [root.path for root in shelf.roots if root.given or _has(shelf, root.path)]
    address = ", ".join(str(path) for path in seen or [root.path for root in shelf.roots[:1]]) or "flows.toml"
    doc: FeedDoc = {"state": "ok", "why": "", "todo": "", "address": plain(address, 500)}
    if troubles := _troubles(shelf):
        named = "; ".join(troubles[:_MOST_NAMED])
        more = f" (and {len(troubles) - _MOST_NAMED} more)" if len(troubles) > _MOST_NAMED else ""
        doc["state"], doc["why"] = "degraded", f"{named}{more}"
        away = {one.path for one in shelf.away}
        broken = any(file.problem is not None and file.path not in away for file in shelf.files)
        doc["todo"] = "correct it; it is read again at once" if broken else "bring it back, or correct its path"
    elif not shelf.files and not parts:
        doc["state"], doc["why"] = "off", f"there is no {address}"
        doc["todo"] = "write one to say who owns which data flow, or name yours with --catalog"
    elif said := too_many(shelf):
        doc["state"], doc["why"], doc["todo"] = "degraded", said, "name fewer folders in catalog"
    elif doubles := twice(parts):
        first, second = doubles[0]
        more = f" (and {len(doubles) - 1} more)" if len(doubles) > 1 else ""
        doc["state"] = "degraded"
        doc["why"] = (
            f"the flow {plain(first.name, 100)!r} is declared in {plain(first.origin)} and in {plain(second.origin)}; "
            f"the first is in force{more}"
        )
        doc["todo"] = "keep one of them"
    return doc


def _troubles(shelf: FileShelf) -> list[str]:
    broken = [_broken(file) for file in shelf.files if file.problem is not None]
    gone = [_away(away) for away in shelf.away if all(file.path != away.path for file in shelf.files)]
    return [*broken, *gone]


def _away(away: Away) -> str:
    kept = f"; what its {away.kept} files said stays in force" if away.kept else ""
    return f"{plain(str(away.path))}: {plain(away.why)}{kept}"


def _broken(file: Declared) -> str:
    kept = "what it said before stays in force" if file.read_ms else "it has not been read well since the start"
    return f"{plain(str(file.problem), 300)}; {kept}"


def _has(shelf: FileShelf, root: object) -> bool:
    return any(root == file.path or root in file.path.parents for file in shelf.files)
