"""What a running allocation uses and how its checks stand just now, asked of Nomad while somebody looks.

One question of a kind is under way at a time. A client that does not answer is said to be silent; what it said before
stays, with its age, and what else is known stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from console.format import age, number
from console.inventory.shapes import Fact
from console.screens.frame import Running
from console.signals import Health

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.errands import Errand, Errands

EVERY_S = 5.0
_OLD_MS = 12_000  # an answer that was not renewed twice
_FULL = 0.9  # of its memory: soon it is killed for it
_MIB = 1_048_576
_ASKS = ("stats", "checks")


class Said(NamedTuple):
    """The newest good answer to one kind of question and when it came (unix ms; 0: never), and what is wrong since."""

    told: Mapping[str, Any]
    at_ms: int = 0
    trouble: str = ""
    denied: bool = False


class LiveFacts:
    """Questions about one allocation. ``answered`` is called from another thread with each reply, and the name of its
    question; who uses this hands them to `take` on the screen's own."""

    def __init__(self, errands: Errands, running: Running, answered: Callable[[str, Reply], None]) -> None:
        self.running = running
        self._errands = errands
        self._answered = answered
        self._said: dict[str, Said] = {}
        self._under_way: dict[str, Errand] = {}

    def ask(self) -> None:
        """Ask what is not being asked already, but for what the token may not know."""
        for what in _ASKS:
            if what not in self._under_way and not self._said.get(what, Said({})).denied:
                request = {"ask": what, "allocation": self.running.allocation, "cluster": self.running.cluster}
                self._under_way[what] = self._errands.ask(request, self._taker(what))

    def _taker(self, what: str) -> Callable[[Reply], None]:
        return lambda reply: self._answered(what, reply)

    def take(self, what: str, reply: Reply, now_ms: int) -> None:
        """A reply has come."""
        self._under_way.pop(what, None)
        held = self._said.get(what, Said({}))
        if reply.kind == "error":
            self._said[what] = held._replace(trouble=reply.sentence, denied=reply.denied)
        else:
            self._said[what] = Said(reply.told, now_ms)

    def stop(self) -> None:
        """Nobody looks any more."""
        under_way, self._under_way = self._under_way, {}
        for errand in under_way.values():
            errand.stop()

    def facts(self, now_ms: int) -> tuple[Fact, ...]:
        """What is known of it at a time (unix ms)."""
        return tuple(live_facts(self._said, self.running, now_ms))


def live_facts(said: Mapping[str, Said], running: Running, now_ms: int) -> Iterator[Fact]:
    """Answers as facts. Pure."""
    for what in _ASKS:
        one = said.get(what)
        if one is None:
            yield Fact(_NAMES[what], "asking its client ...")
            continue
        if one.at_ms:
            yield from _FACTS[what](one.told, running, now_ms)
        if one.trouble:
            old = f" What stands above is {age((now_ms - one.at_ms) / 1000)} old." if one.at_ms else ""
            word = "not permitted" if one.denied else "silent"
            yield Fact(_NAMES[what], f"{word}: {one.trouble}{old}", Health.STALE)
        elif now_ms - one.at_ms > _OLD_MS:
            yield Fact(_NAMES[what], f"as of {age((now_ms - one.at_ms) / 1000)} ago", Health.STALE)


def _use(told: Mapping[str, Any], running: Running, now_ms: int) -> Iterator[Fact]:
    yield _cpu("CPU", told, running.cpu_mhz)
    yield _memory("memory", told, running.memory_mb)
    tasks = told.get("tasks") or {}
    if len(tasks) > 1:
        for name, use in sorted(tasks.items()):
            yield Fact(f"task {name}", f"{_cpu('', use, 0).text}, {_memory('', use, 0).text}")


def _cpu(label: str, use: Mapping[str, Any], limit_mhz: int) -> Fact:
    mhz = use.get("cpu_mhz")
    if mhz is None:
        return Fact(label, "its driver does not measure it")
    limit = f" of {limit_mhz}" if limit_mhz else ""
    held_back = int(use.get("throttled") or 0)
    more = f", held back in {number(held_back)} periods" if held_back else ""
    return Fact(label, f"{mhz:.0f}{limit} MHz{more}")


def _memory(label: str, use: Mapping[str, Any], limit_mb: int) -> Fact:
    used = use.get("memory_bytes")
    if used is None:
        return Fact(label, "its driver does not measure it")
    mib = used / _MIB
    if not limit_mb:
        return Fact(label, f"{mib:.0f} MiB")
    share = mib / limit_mb
    return Fact(label, f"{mib:.0f} of {limit_mb} MiB ({share:.0%})", Health.WARN if share >= _FULL else None)


def _checks(told: Mapping[str, Any], running: Running, now_ms: int) -> Iterator[Fact]:
    checks = told.get("checks") or ()
    if not checks:
        yield Fact("checks", "Nomad makes none of it")
    for check in checks:
        code = f", {check['code']}" if check.get("code") else ""
        at = f", {age((now_ms - check['at_ms']) / 1000)} ago" if check.get("at_ms") else ""
        status = str(check.get("status"))
        loud = {"failure": Health.BAD, "pending": Health.WARN}.get(status)
        words = " ".join(str(check.get("said") or "").split())
        text = f"{status}{code}{at}{f': {words}' if words else ''}"
        yield Fact(f"check {check.get('name') or check.get('service')}", text, loud)


_NAMES = {"stats": "use", "checks": "checks"}
_FACTS: Mapping[str, Callable[[Mapping[str, Any], Running, int], Iterator[Fact]]] = {"stats": _use, "checks": _checks}
