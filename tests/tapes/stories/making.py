"""A story from its seed: what happens, what is seen of it, and what is true."""

from __future__ import annotations

import numpy as np

from console.findings import GapDoc
from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.times import format_time
from tests.tapes.stories.cast import Cast, cast_of
from tests.tapes.stories.line import SYMPTOMS, cause_of, measure_line
from tests.tapes.stories.model import Floats, Samples, Story, TrueFix, Truth
from tests.tapes.stories.others import Stir, everybody_else
from tests.tapes.stories.plant import KINDS, SHARES, Line, fitted, line_of, run
from tests.tapes.stories.plot import Plot, plot_of, traffic_of
from tests.tapes.stories.seeing import Clock, Seen, Watch, see_line, see_other, watch_of
from tests.tapes.stories.told import Teller
from tests.tapes.stories.truth import Roles, roles_of, true_effect
from tests.tapes.stories.turns import fault_is_told, fixes_are_told, node_falls, strangers

BEGIN_MS = 1_795_000_000_000
QUIET = "quiet"
SOON_S = 420  # from a fault to what users feel
_NOISES = ("gaussian", "ar1", "heavy", "gaussian")


def story(seed: int, kind: str | None = None) -> Story:
    """The story of that seed; of that kind (one of ``KINDS``, or "quiet") where one is asked for."""
    rng = np.random.default_rng(seed)
    drawn = QUIET if rng.random() < 0.12 else str(rng.choice(KINDS, p=SHARES))
    plot = plot_of(rng, kind or drawn)
    fault = "schema" if plot.quiet else plot.kind
    traffic = traffic_of(rng, plot)
    line = _line(rng, plot, fault, traffic)
    cast = cast_of(rng, line, plot.size, plot.known)
    watch = watch_of(rng, plot, BEGIN_MS)
    teller = Teller(cast, BEGIN_MS, watch.skews_ms)
    if plot.known:
        teller.documents(flows=bool(rng.random() < 0.6))

    well = run(line, fault, np.zeros_like(plot.x), traffic)
    ill = well if plot.quiet else run(line, fault, plot.x, traffic)
    causes = cause_of(fault, line)
    wanted = measure_line(cast, line, float(plot.window_s), tuple(rng.permutation(_NOISES)))
    seen = see_line(rng, plot, watch, wanted, well, ill, causes, SYMPTOMS)
    roles = roles_of(plot, seen, causes)
    seen = _born_late(rng, plot, seen, roles)

    stirs = strangers(rng, plot, cast, teller)
    fixes: list[TrueFix] = []
    if not plot.quiet:
        fault_is_told(rng, plot, fault, cast, line, teller)
        if rng.random() < 0.4:
            stirs += node_falls(rng, plot, cast, teller, roles.symptom_s)
        fixes = _fixes(plot, teller, fixes_are_told(plot, fault, cast, line, teller), well, ill)
        _symptom_alarm(rng, plot, cast, teller, roles)
    signals = [one.signal for one in seen if one.signal.key not in roles.hidden]
    samples = [one.samples for one in seen if one.signal.key not in roles.hidden]
    clocks: dict[str, Clock] = {}
    decoys = set()
    taken = {one.signal.key for one in seen}
    for other in everybody_else(rng, cast, max(12, plot.size - len(seen)), float(plot.window_s), taken):
        signal, found = see_other(rng, plot, watch, other, clocks, traffic, stirs)
        signals.append(signal)
        samples.append(found)
        if any(stir.target == other.target and signal.name in stir.names for stir in stirs):
            decoys.add(signal.key)
    truth = _truth(plot, cast, watch, teller, roles, seen, fixes, frozenset(decoys), stirs)
    records = sorted([*teller.records, *_gap_records(watch)], key=lambda one: one.at_ms)
    return Story(seed, plot.kind, BEGIN_MS, BEGIN_MS + plot.seconds * 1000, signals, samples, records,
                 sorted(teller.alarms, key=lambda one: one.at_ms), sorted(teller.changes, key=lambda one: one.at_ms),
                 _gaps(watch), truth)  # fmt: skip


def _line(rng: np.random.Generator, plot: Plot, fault: str, traffic: Floats) -> Line:
    """A line on which the fault hurts within minutes; after some tries however long it takes."""
    flows = int(rng.integers(2, 6))
    line = line_of(rng, flows, fault, plot.step_s)
    for _ in range(0 if plot.quiet else 6):
        line = fitted(line, fault, plot.x, traffic)
        well, ill = run(line, fault, np.zeros_like(plot.x), traffic), run(line, fault, plot.x, traffic)
        apart = [np.abs(ill[name] - well[name]) for name in SYMPTOMS]
        hurts = min(int(np.argmax(row > 0.1 * row.max())) for row in apart if row.max() > 0)
        if hurts - plot.onset_s <= SOON_S:
            break
        line = line_of(rng, flows, fault, plot.step_s)
    else:
        line = fitted(line, fault, plot.x, traffic)
    return line


def _born_late(rng: np.random.Generator, plot: Plot, seen: list[Seen], roles: Roles) -> list[Seen]:
    """Counters of rare things are not there before they first count; not where nothing else would tell."""
    told = [one for one in seen if one.signal.key in roles.causes and one.noise != "zeros" and one.sigmas >= 8]
    if plot.shape not in ("step", "sporadic", "pulses") or not told or rng.random() >= 0.3:
        return seen
    found = []
    for one in seen:
        if one.noise == "zeros" and one.moved_s is not None:
            times = one.samples.times_ms
            after = times >= BEGIN_MS + one.moved_s * 1000
            one = one._replace(samples=Samples(times[after], one.samples.values[after]))
        found.append(one)
    return found


def _fixes(
    plot: Plot, teller: Teller, said: list[tuple[int, EntityRef, str]], well: dict[str, Floats], ill: dict[str, Floats]
) -> list[TrueFix]:
    found = []
    hurt = max(SYMPTOMS, key=lambda name: float(np.abs(ill[name] - well[name]).max() / (well[name].mean() + 1e-9)))
    for at_s, entity, effect in said:
        true = true_effect(effect, well[hurt], ill[hurt], at_s)
        if true is not None and plot.shape not in ("leak", "ramp"):
            found.append(TrueFix(teller.at(at_s), entity, true))
    return found


def _symptom_alarm(rng: np.random.Generator, plot: Plot, cast: Cast, teller: Teller, roles: Roles) -> None:
    if rng.random() >= 0.6:
        return
    at = roles.symptom_s + float(rng.uniform(60, 300))
    if at < plot.end_s - 60:
        name, _, version = cast.model.partition("@")
        labels = {"gen_ai_request_model": name, "model_version": version}
        until = plot.end_s + 240.0
        entity = EntityRef(EntityKind.MODEL, cast.model)
        teller.alert("QualityLow", entity, at, until if until < plot.seconds else None, "warning", labels)


def _truth(
    plot: Plot, cast: Cast, watch: Watch, teller: Teller, roles: Roles, seen: list[Seen], fixes: list[TrueFix],
    decoys: frozenset[str], stirs: list[Stir],
) -> Truth:  # fmt: skip
    def at(second: int) -> int:
        return BEGIN_MS + second * 1000

    panes = {one.signal.pane for one in seen if one.signal.key in roles.affected}
    varied = {f"shape {plot.shape}", f"step {plot.step_s}", f"window {plot.window_s}", f"withheld {roles.withheld}"}
    varied |= {f"noise {one.noise}" for one in seen}
    varied |= {word for word, so in (
        ("known", cast.known), ("unknown", not cast.known), ("loss", watch.loss > 0),
        ("skew", any(watch.skews_ms.values())), ("gap", any(watch.holes.values())), ("stirs", bool(stirs)),
        ("node down", any(one.what == "NodeDown" for one in teller.alarms)), ("failed fix", plot.failed_s is not None),
        ("helped", plot.helped_s is not None), ("born late", any(one.noise == "zeros" and one.moved_s is not None
                          and one.samples.times_ms[0] > at(plot.onset_s) - 60_000 for one in seen)),
        ("large", len(seen) + plot.size > 300),
    ) if so}  # fmt: skip
    misleads = None
    if not plot.quiet:
        near = [one for one in teller.alarms if one.at_ms >= at(plot.onset_s) - 900_000
                and (one.until_ms is None or one.until_ms >= at(plot.onset_s))]  # fmt: skip
        first = min(near, key=lambda one: one.at_ms, default=None)
        misleads = None if first is None else first.what != "QualityLow"
    sigmas = max((one.sigmas for one in seen if one.signal.key in roles.causes), default=0.0)
    fourth = not plot.quiet and len(panes & {"ingestion", "models"}) == 2 and roles.withheld != "all"
    return Truth(plot.quiet, roles.withheld, roles.causes, roles.affected - roles.hidden, roles.symptoms,
                 at(plot.onset_s), at(roles.seen_s), at(roles.symptom_s), at(roles.shown_s), at(plot.end_s), plot.shape,
                 sigmas, fourth, misleads, tuple(fixes), decoys, frozenset(varied))  # fmt: skip


def _gaps(watch: Watch) -> list[GapDoc]:
    return [
        GapDoc({"source": source, "from": format_time(watch.from_ms + int(begin * 1000)),
                "to": format_time(watch.from_ms + int(end * 1000)), "why": "connection refused"})
        for source, holes in watch.holes.items() for begin, end in holes
    ]  # fmt: skip


def _gap_records(watch: Watch) -> list[Record]:
    found = []
    for source, holes in watch.holes.items():
        for begin, end in holes:
            from_ms, to_ms = watch.from_ms + int(begin * 1000), watch.from_ms + int(end * 1000)
            entity = EntityRef(EntityKind.FEED, source)
            found.append(Record(RecordKind.GAP, source, entity, "gap", from_ms, to_ms,
                                {"to_ms": to_ms, "why": "connection refused"}))  # fmt: skip
    return found


__all__ = ["KINDS", "QUIET", "Signal", "story"]
