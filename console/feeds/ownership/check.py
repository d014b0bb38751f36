"""Trying the catalogue for ``doctor``: what it holds, which files are broken, and on which line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console.declared.merge import joined
from console.declared.shapes import Contents
from console.feeds.catalog.shelf import FileShelf, too_many
from console.feeds.check import Finding
from console.feeds.ownership.parts import contracts, sourced
from console.governance.fields import BACKSTAGE, ODCS
from console.governance.merge import groups, merged
from console.plain import plain

MOST_NAMED = 10

_COUNTED: Mapping[str, Callable[[Contents], Sequence[object]]] = {
    "model": lambda contents: contents.models,
    "KPI": lambda contents: [*contents.kpis, *contents.slo.objectives],
    "rota": lambda contents: contents.rotas,
    "waiver": lambda contents: contents.waivers,
}


def check(shelf: FileShelf) -> list[Finding]:
    """Look at the files once; nothing is found where there are none. Blocks on the disk."""
    shelf.look()
    found = [_broken(str(file.problem)) for file in shelf.files if file.problem is not None][:MOST_NAMED]
    found += [_broken(f"{away.path}: {away.why}", "correct the path, or mount it") for away in shelf.away]
    more = sum(file.problem is not None for file in shelf.files) - MOST_NAMED
    if more > 0:
        found.append(_broken(f"{more} more files cannot be read either"))
    if said := too_many(shelf):
        found.append(Finding("ownership", "warn", said, "name fewer folders in catalog"))
    return [*found, *_holds(shelf)]


def _holds(shelf: FileShelf) -> list[Finding]:
    good = [file for file in shelf.files if file.problem is None]
    if not good:
        return []
    flows = {name: merged(name, parts) for name, parts in groups([p for file in good for p in sourced(file)]).items()}
    formats = [doc["format"] for doc in contracts(good).values()]
    counts = {
        "data flow": len(flows),
        "contract": formats.count(ODCS),
        "catalogue entry": formats.count(BACKSTAGE),
        "owner": len(joined(file.contents.owners for file in good)),
        **{word: sum(len(count(file.contents)) for file in good) for word, count in _COUNTED.items()},
    }
    said = ", ".join(_counted(count, word) for word, count in counts.items() if count)
    files = "1 file declares" if len(good) == 1 else f"{len(good)} files declare"
    others = "1 file beside them is" if shelf.others == 1 else f"{shelf.others} files beside them are"
    other = f"; {others} none of ours" if shelf.others else ""
    nobody = sorted(plain(name, 80) for name, doc in flows.items() if not doc["owner"])
    more = f" and {len(nobody) - 5} more" if len(nobody) > 5 else ""
    todo = f"name an owner of {', '.join(nobody[:5])}{more}" if nobody else ""
    return [Finding("ownership", "warn" if nobody else "ok", f"{files} {said or 'nothing'}{other}", todo)]


def _counted(count: int, word: str) -> str:
    return f"{count} {word if count == 1 else f'{word[:-1]}ies' if word.endswith('y') else f'{word}s'}"


def _broken(what: str, todo: str = "correct the file") -> Finding:
    return Finding("ownership", "bad", plain(what), todo, "configuration")
