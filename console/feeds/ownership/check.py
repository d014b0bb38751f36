"""Trying the catalogue for ``doctor``: what it holds, which files are broken, what is odd, and on which line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console.declared.merge import joined
from console.declared.shapes import Contents, Declared
from console.feeds.catalog.shelf import FileShelf, too_many
from console.feeds.check import Finding
from console.feeds.ownership.doubts import doubted
from console.feeds.ownership.parts import contracts, sourced
from console.governance.fields import BACKSTAGE, FIELDS, ODCS
from console.governance.merge import Sourced, groups, merged, twice
from console.governance.shapes import DoubtDoc, FlowDoc, OwnerDoc
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
        found.append(_broken(f"{more} more file{'s' if more > 1 else ''} cannot be read either"))
    if said := too_many(shelf):
        found.append(Finding("ownership", "warn", said, "name fewer folders in catalog"))
    good = [file for file in shelf.files if file.problem is None]
    if not good:
        return found
    owners = joined(file.contents.owners for file in good)
    parts = [part for file in good for part in sourced(file)]
    flows = doubted({name: merged(name, of_flow) for name, of_flow in groups(parts).items()}, owners, good)
    return [*found, *_odd(parts, flows), _holds(shelf, good, flows, owners)]


def _odd(parts: Sequence[Sourced], flows: Mapping[str, FlowDoc]) -> list[Finding]:
    """What of the flows cannot be taken as it is said."""
    said = [
        f"{second.origin}: the flow {first.name!r} is declared in {first.origin} already, which is in force"
        for first, second in twice(parts)
    ]
    said += [
        f"{doubt['origin']}: {name}: {_told(doubt)}" for name, doc in flows.items() for doubt in doc.get("doubts", ())
    ]
    found = [Finding("ownership", "warn", plain(one), "correct the file") for one in said[:MOST_NAMED]]
    more = len(said) - MOST_NAMED
    return [*found, Finding("ownership", "warn", f"{more} more are odd", "correct the files")] if more > 0 else found


def _told(doubt: DoubtDoc) -> str:
    """Why, after the field; the file's own word for it may stand there already."""
    rule = FIELDS.get(doubt["field"])
    word = rule.word if rule else doubt["field"]
    return f"{word}: {doubt['why'].removeprefix(f'{word}: ')}"


def _holds(
    shelf: FileShelf, good: Sequence[Declared], flows: Mapping[str, FlowDoc], owners: Mapping[str, OwnerDoc]
) -> Finding:
    formats = [doc["format"] for doc in contracts(good).values()]
    counts = {
        "data flow": len(flows),
        "contract": formats.count(ODCS),
        "catalogue entry": formats.count(BACKSTAGE),
        "owner": len(owners),
        **{word: sum(len(count(file.contents)) for file in good) for word, count in _COUNTED.items()},
    }
    said = ", ".join(_counted(count, word) for word, count in counts.items() if count)
    files = "1 file declares" if len(good) == 1 else f"{len(good)} files declare"
    others = "1 file beside them is" if shelf.others == 1 else f"{shelf.others} files beside them are"
    other = f"; {others} none of ours" if shelf.others else ""
    nobody = sorted(plain(name, 80) for name, doc in flows.items() if not doc["owner"])
    more = f" and {len(nobody) - 5} more" if len(nobody) > 5 else ""
    todo = f"name an owner of {', '.join(nobody[:5])}{more}" if nobody else ""
    return Finding("ownership", "warn" if nobody else "ok", f"{files} {said or 'nothing'}{other}", todo)


def _counted(count: int, word: str) -> str:
    return f"{count} {word if count == 1 else f'{word[:-1]}ies' if word.endswith('y') else f'{word}s'}"


def _broken(what: str, todo: str = "correct the file") -> Finding:
    return Finding("ownership", "bad", plain(what), todo, "configuration")
