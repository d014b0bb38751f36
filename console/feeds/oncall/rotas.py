"""Who is on call by the rotas of declaring files: reckoned, not asked."""

from __future__ import annotations

from collections.abc import Sequence

from console.declared.shapes import Declared, RotaPart
from console.governance.rota import next_change_ms, next_on_call, on_call_at
from console.governance.shapes import OnCallDoc

NAME = "rota"


def schedules_of(files: Sequence[Declared], now_ms: int) -> dict[str, OnCallDoc]:
    """The rotas of all files as of a moment, by the id of their entity; of two of one name the first is in force."""
    found: dict[str, OnCallDoc] = {}
    for file in files:
        for rota in file.contents.rotas:
            found.setdefault(f"{NAME}:{rota.name}", _doc(file, rota, now_ms))
    return found


def change_after(files: Sequence[Declared], now_ms: int) -> int | None:
    """When the next turn of any rota ends or begins (unix ms); None: never."""
    changes = [next_change_ms(rota, now_ms) for file in files for rota in file.contents.rotas]
    return min((change for change in changes if change is not None), default=None)


def twice(files: Sequence[Declared]) -> str:
    """That two files declare a rota of one name, as a sentence without its stop; empty where none do."""
    seen: dict[str, Declared] = {}
    for file in files:
        for rota in file.contents.rotas:
            if (first := seen.setdefault(rota.name, file)) is not file:
                return f"the rota {rota.name!r} is in {first.path} and in {file.path}; the first is in force"
    return ""


def _doc(file: Declared, rota: RotaPart, now_ms: int) -> OnCallDoc:
    doc: OnCallDoc = {
        "provider": NAME,
        "name": rota.name,
        "names": list(rota.names),
        "now": on_call_at(rota, now_ms),
        "next": next_on_call(rota, now_ms),
        "read_ms": now_ms,
        "origin": f"{file.path}:{rota.line}",
    }
    if file.problem is not None:
        doc["problem"] = f"{file.problem}; what it said before counts"
    return doc
