"""Words for what Nomad says in numbers: exit codes, sizes, times, and who is meant."""

from __future__ import annotations

from functools import lru_cache

from console.format import NOTHING, age, clock, duration, moment, number
from console.inventory.objects.allocation import Allocation
from console.inventory.objects.fields import Document, text
from console.inventory.query import Where
from console.naming import namespace_of, place_of, where_text

SHORT = 8  # characters of an id as Nomad's own command shows them
_DAY_MS = 86_400_000
_SIGNALED = 128
_SIGNALS = {
    1: "hung up",
    2: "interrupted",
    3: "told to quit",
    4: "illegal instruction",
    6: "aborted",
    7: "bus error",
    8: "arithmetic error",
    9: "killed",
    11: "segmentation fault",
    13: "broken pipe",
    14: "timed out",
    15: "told to terminate",
}
_CODES = {0: "well", 126: "its command cannot be executed", 127: "its command was not found"}


def short_id(known: str) -> str:
    """``1f3a9c2e`` of an allocation's, node's, deployment's or evaluation's id."""
    return known[:SHORT]


def exit_text(code: int | None, oom_kills: int = 0) -> str:
    """``137, killed for memory``, ``143, told to terminate``, ``1``; empty where nothing has ended."""
    if code is None:
        return ""
    if code == _SIGNALED + 9 and oom_kills:
        return f"{code}, killed for memory"
    said = _CODES.get(code) or _SIGNALS.get(code - _SIGNALED, "")
    return f"{code}, {said}" if said else str(code)


def times(count: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def many(count: int, what: str) -> str:
    """``1 allocation``, ``3 allocations``."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def ago(at_ms: int | None, now_ms: int) -> str:
    """``4m ago``; ``in 12s`` of a time to come (a clock that is ahead); a dash where no time is told."""
    if not at_ms:
        return NOTHING
    if at_ms > now_ms:
        return f"in {duration((at_ms - now_ms) / 1000)}" if at_ms - now_ms >= 1000 else "now"
    return f"{age((now_ms - at_ms) / 1000)} ago"


def when(at_ms: int | None, now_ms: int) -> str:
    """``4m ago, 14:03:12Z``, with the date where that is not clear; empty where no time is told."""
    if not at_ms:
        return ""
    said = clock(at_ms) if abs(now_ms - at_ms) < _DAY_MS else moment(at_ms)
    return f"{ago(at_ms, now_ms)}, {said}"


def memory_text(megabytes: int) -> str:
    """``256MiB``, ``1.5GiB``; empty where nobody set any."""
    return number(megabytes * 1024.0 * 1024.0, "By") if megabytes else ""


def cpu_text(mhz: int) -> str:
    """``800MHz``, ``2.4GHz``; empty where nobody set any."""
    if not mhz:
        return ""
    return f"{mhz}MHz" if mhz < 10_000 else f"{mhz / 1000:.1f}GHz".replace(".0G", "G")


def resources_text(cpu_mhz: int, memory_mb: int) -> str:
    """``800MHz and 256MiB``."""
    return " and ".join(filter(None, (cpu_text(cpu_mhz), memory_text(memory_mb))))


def node_text(name: str, node_id: str) -> str:
    """The node's name, else the beginning of its id."""
    return name or short_id(node_id)


def alloc_text(one: Allocation) -> str:
    """``answerer[0] 1f3a9c2e on fra1-cpu-02``."""
    on = node_text(one.node, one.node_id)
    return f"{one.name} {short_id(one.id)}{f' on {on}' if on else ''}"


@lru_cache(maxsize=4096)
def where_by_id(job_id: str) -> Where:
    """Where an object is, by the id of its job alone."""
    return Where(place_of(job_id), "", namespace_of(job_id))


def where_of(job_id: str, doc: Document) -> Where:
    """Where an object is, by the id of its job and its document, which may say a region."""
    return Where(place_of(job_id), text(doc.get("region")), namespace_of(job_id))


def where_said(where: Where) -> str:
    """``eu · ops`` of all that is known."""
    return where_text(where.place, where.namespace, where.region)


def sentence(*parts: str) -> str:
    """What there is of the parts, with commas."""
    return ", ".join(part for part in parts if part)
