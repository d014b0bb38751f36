"""Looking around on a server: what it has, how often it scrapes, and what that lets us ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from console.feeds.prometheus import promql as q
from console.feeds.prometheus.choose import Choice, candidates, choose, from_packs, probe_expr, probe_name
from console.feeds.prometheus.client import PromClient, Row
from console.feeds.prometheus.entity import escape
from console.feeds.prometheus.faults import PromError
from console.feeds.prometheus.packs import Pack

NAMES_A_PROBE = 60
MOST_COMBOS = 500
PROBE_STEP_S = 300
DEFAULT_INTERVAL_S = 15.0

Labels = Mapping[str, str]


class Survey:
    """What was found on one server so far. Label combinations add up, so that a series which ended keeps its place."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = packs
        self.names: frozenset[str] = frozenset()
        self.interval_s: float | None = None
        self._combos: dict[str, dict[tuple[tuple[str, str], ...], Labels]] = {}
        self._probed: set[str] = set()

    async def look(self, client: PromClient, from_ms: int, now_ms: int) -> Choice | None:
        """Choose anew from what exists between two times; None while there is nothing to ask. Raises PromError."""
        self.names = await client.names(from_ms, now_ms)
        if not self.names:
            return None
        if self.interval_s is None:
            self.interval_s = await scrape_interval(client, now_ms, (now_ms - from_ms) // 1000, "up" in self.names)
        if self.interval_s is None:
            return None
        types = await client.types()
        claimed = from_packs(self.packs, self.names, q.Windows.suited(self.interval_s))[2]
        found, _ = candidates(self.names, claimed, types)
        wanted = sorted({probe_name(reading) for reading in found.values()})
        fresh = [name for name in wanted if name not in self._probed]
        await self._probe(client, fresh, from_ms, now_ms)
        await self._probe(client, [name for name in wanted if name in self._probed], now_ms, now_ms)
        self._probed.update(fresh)
        combos = {name: list(found.values()) for name, found in self._combos.items()}
        return choose(self.packs, self.names, types, combos, self.interval_s)

    async def _probe(self, client: PromClient, names: Sequence[str], from_ms: int, to_ms: int) -> None:
        for begin in range(0, len(names), NAMES_A_PROBE):
            for row in await _combos(client, names[begin : begin + NAMES_A_PROBE], from_ms, to_ms):
                labels = dict(row.labels)
                known = self._combos.setdefault(labels.pop("__name__", ""), {})
                if len(known) < MOST_COMBOS:
                    known[tuple(sorted(labels.items()))] = labels


async def _combos(client: PromClient, names: Sequence[str], from_ms: int, to_ms: int) -> list[Row]:
    """Label combinations; a server that finds the question too big is asked by halves, and one metric that alone is
    too big is left out."""
    if not names:
        return []
    try:
        return await client.range(probe_expr(names), from_ms // 1000 * 1000, to_ms // 1000 * 1000, PROBE_STEP_S)
    except PromError as fault:
        if fault.kind != "query":
            raise
        if len(names) == 1:
            return []
        half = len(names) // 2
        return [
            *await _combos(client, names[:half], from_ms, to_ms),
            *await _combos(client, names[half:], from_ms, to_ms),
        ]


async def scrape_interval(client: PromClient, now_ms: int, span_s: int, has_up: bool) -> float | None:
    """Seconds between scrapes, from the samples of the target scraped most often; None before two scrapes.

    A server without ``up`` (fed by remote write or OTLP) is taken to get samples every 15 s.
    """
    if not has_up:
        return DEFAULT_INTERVAL_S
    for reach_s in (300, max(300, span_s)):
        most = await client.instant(f"topk(1, count_over_time(up[{reach_s}s]))", now_ms)
        if most and most[0].values[0] >= 2:
            break
    else:
        return None
    matchers = (f'{name}="{escape(value)}"' for name, value in most[0].labels.items() if name != "__name__")
    rows = await client.raw(f"up{{{','.join(matchers)}}}[{reach_s}s]", now_ms)
    times = sorted(at for row in rows for at in row.times_ms)
    apart = [b - a for a, b in pairwise(times) if b > a]
    return round(median(apart) / 1000, 1) if apart else None
