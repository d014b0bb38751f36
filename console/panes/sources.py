"""The sources behind the panes: which serves which, how well each is seen, and what to say when one is not."""

from __future__ import annotations

from console.documents import FeedDoc
from console.format import age
from console.naming import place_of_source
from console.panes.inputs import GapLike
from console.panes.rows import SEVERITY, FeedView
from console.panes.world import World
from console.signals import EntityKind, Health, Pane

# No word from a source for so long, in a live view: its recorder or its stream is dead. Nomad's stream has a
# heartbeat each 30 s.
SILENT_MS = 90_000
_FUTURE_MS = 10_000

_SERVES: dict[str, frozenset[Pane]] = {
    "nomad": frozenset({Pane.SCHEDULING, Pane.OWNERSHIP}),
    "prometheus": frozenset({Pane.MODELS, Pane.INGESTION}),
    "alertmanager": frozenset({Pane.SCHEDULING}),
    "mlflow": frozenset({Pane.MODELS}),
    "ownership": frozenset({Pane.OWNERSHIP}),
    "lineage": frozenset({Pane.OWNERSHIP}),
    "oncall": frozenset({Pane.OWNERSHIP}),
    "models": frozenset({Pane.MODELS}),
    "kpis": frozenset({Pane.MODELS}),
}
_BY_STATE: dict[str, Health] = {
    "ok": Health.OK,
    "degraded": Health.WARN,
    "connecting": Health.UNKNOWN,
    "down": Health.BAD,
    "denied": Health.BAD,
}
_MISSING: dict[Pane, str] = {
    Pane.SCHEDULING: "No Nomad is read. Set NOMAD_ADDR.",
    Pane.MODELS: "No source of model signals is read. Set PROMETHEUS_URL.",
    Pane.INGESTION: "No source of ingestion signals is read. Set PROMETHEUS_URL.",
    Pane.OWNERSHIP: "Nothing says who owns what. Set NOMAD_ADDR for job meta, or write a flows.toml.",
}
_EMPTY: dict[Pane, str] = {
    Pane.SCHEDULING: "No jobs here.",
    Pane.MODELS: "No model signals were found.",
    Pane.INGESTION: "No ingestion signals were found.",
    Pane.OWNERSHIP: "No data flows and no services here.",
}


def serves(world: World, source: str) -> set[Pane]:
    """The panes that a source serves."""
    found = set(world.sources.get(source, ()))
    for name, panes in _SERVES.items():
        if source == name or source.startswith((name + "/", name + "-", name + ":")):
            found |= panes
    return found


def names(world: World) -> list[str]:
    """All sources that are known of: feeds that speak for themselves, and sources of signals."""
    feeds = {name for name in world.states[EntityKind.FEED] if _said(world, name)["state"] != "off"}
    return sorted(feeds | set(world.sources))


def _said(world: World, source: str) -> FeedDoc:
    """What a feed says of itself; one that says nothing is well as far as anybody knows."""
    return world.feed(source) or FeedDoc(state="ok", why="", todo="", address="")


def where(world: World) -> str:
    """Which installation this is: its clusters or regions, and its namespaces, as far as they are few."""
    places = {place for name in world.states[EntityKind.FEED] if (place := place_of_source(name))}
    regions = {_said(world, name).get("region") for name in world.states[EntityKind.FEED]}
    regions |= {region for region, jobs in world.tally.regions.items() if jobs > 0}
    namespaces = set(world.tally.namespaces)
    whole = _few(places, "clusters") if places else _few({region for region in regions if region}, "regions")
    told = [whole, _few(namespaces, "namespaces")]
    return " · ".join(text for text in told if text)


def _few(found: set[str], word: str) -> str:
    return ", ".join(sorted(found)) if len(found) <= 2 else f"{len(found)} {word}"


def open_gap(world: World, source: str) -> GapLike | None:
    """The gap that a source is in at this time."""
    now_ms = world.now_ms
    for gap in reversed(world.gaps):
        if gap.source == source and gap.from_ms <= now_ms and (gap.to_ms is None or now_ms < gap.to_ms):
            return gap
    return None


def _pulse(world: World, source: str) -> int | None:
    """When the source last gave a sign of life; None where the view is not live and only gaps can tell."""
    at_ms = world.pulses.get(source)
    return None if at_ms is None or at_ms > world.now_ms + _FUTURE_MS else at_ms


def view(world: World, source: str) -> FeedView:
    """How well a source is seen at this time."""
    doc = _said(world, source)
    gap = open_gap(world, source)
    pulse = _pulse(world, source)
    heard = pulse if pulse is not None else world.sampled.get(source)
    age_s = None if heard is None else max(0.0, (world.now_ms - heard) / 1000)
    health = _BY_STATE.get(doc["state"], Health.UNKNOWN)
    word, why = str(doc["state"]), doc["why"]
    if gap is not None:
        age_s = max(age_s or 0.0, (world.now_ms - gap.from_ms) / 1000)
        if SEVERITY[health] > SEVERITY[Health.STALE]:
            health, word, why = Health.STALE, "not seen", gap.why or why
    elif pulse is not None and world.now_ms - pulse > SILENT_MS and SEVERITY[health] > SEVERITY[Health.STALE]:
        health, word = Health.STALE, "silent"
        why = f"No word from {source} for {age(age_s)}; is a recorder running?"
    return FeedView(source, health, word, age_s, why, doc["todo"], doc["address"])


def is_seen(world: World, source: str) -> bool:
    """Whether what a source says can be taken for the present. One that nothing is known of can."""
    return source not in world.lost


def look(world: World) -> bool:
    """Look which sources can be seen at this time; True when that has changed."""
    known = {*names(world), *world.seen}
    lost = {name for name in known if view(world, name).health not in (Health.OK, Health.WARN)}
    told = {name: _last_word(world, name) for name in lost}
    changed, world.lost = told != world.lost, told
    return changed


def _last_word(world: World, source: str) -> int:
    """When a source that cannot be seen was seen last, as well as that is known."""
    gap, pulse = open_gap(world, source), _pulse(world, source)
    if pulse is not None:
        return pulse
    if gap is not None:
        return gap.from_ms
    record = world.states[EntityKind.FEED].get(source)
    return record.at_ms if record is not None else world.seen.get(source, 0)


def of_pane(world: World, pane: Pane) -> list[FeedView]:
    """The sources of a pane, worst first."""
    views = [view(world, name) for name in names(world) if pane in serves(world, name)]
    return sorted(views, key=lambda one: (SEVERITY[one.health], one.name))


def notice(world: World, pane: Pane, empty: bool) -> str:
    """A sentence for a pane whose source cannot be read well, or that has nothing to show; empty when there is no need.

    What a source says of itself while it waits or is degraded is told too: a file that is broken, what the token does
    not permit.
    """
    views = of_pane(world, pane)
    for one in views:
        if one.health in (Health.BAD, Health.STALE) or (one.health is Health.WARN and one.why):
            return _told(one.why or f"{one.name} cannot be read", one.todo)
    if not empty:
        return ""
    if not views:
        return _MISSING[pane]
    waiting = next((one for one in views if one.health is Health.UNKNOWN), None)
    if waiting is None:
        return _EMPTY[pane]
    return _told(f"Waiting for {waiting.name}" + (f": {waiting.why}" if waiting.why else ""), waiting.todo)


def _told(why: str, todo: str) -> str:
    """What is wrong and what to do, as one sentence, or as two where they were written so."""
    if not todo:
        return f"{why.rstrip('.')}."
    between = " " if why.endswith(".") else "; " if todo[:1].islower() else ". "
    return f"{why}{between}{todo.rstrip('.')}."
