"""What else happens: deploys, alarms, cron, restarts and nodes that have nothing to do with it, and people's fixes."""

from __future__ import annotations

import numpy as np

from console.signals import EntityKind, EntityRef
from tests.tapes.stories import names
from tests.tapes.stories.cast import Cast
from tests.tapes.stories.others import Stir
from tests.tapes.stories.plant import Line
from tests.tapes.stories.plot import Plot
from tests.tapes.stories.told import Teller

_DEPLOYED = {"schema": 0.75, "surge": 0.5, "dry": 0.5, "consumer": 0.9, "model": 0.9}


def strangers(rng: np.random.Generator, plot: Plot, cast: Cast, teller: Teller) -> list[Stir]:
    """Decoys: they tell of themselves and stir signals that are nobody's in the line."""
    stirs: list[Stir] = []
    hours = plot.seconds / 3600
    for _ in range(int(rng.poisson(0.8 * hours)) + (int(rng.integers(0, 5)) if not plot.quiet else 1)):
        at = float(rng.uniform(60, plot.seconds - 60))
        if not plot.quiet and rng.random() < 0.7:
            at = float(np.clip(plot.onset_s + rng.uniform(-900, 900), 60, plot.seconds - 60))
        own = (cast.server, cast.helper, *cast.producers)  # of the line, and harmless all the same
        job = str(rng.choice(own if rng.random() < 0.3 else cast.others))
        what = str(rng.choice(["deploy", "restart", "blip", "drift", "alert", "blocked", "slow"]))
        _stranger(rng, what, job, at, cast, teller, stirs, plot)
    if rng.random() < 0.5:
        _cron(rng, plot, cast, teller, stirs)
    stirs += _restless_nodes(rng, plot, cast)
    return stirs


def _restless_nodes(rng: np.random.Generator, plot: Plot, cast: Cast) -> list[Stir]:
    """Nodes whose memory begins to creep and stays, or whose load flares up now and then, as real ones do; those that
    run something of the line too."""
    stirs: list[Stir] = []
    middle = plot.seconds / 2 if plot.quiet else float(plot.onset_s)
    for number, node in enumerate(cast.nodes):
        if number == cast.sick_node:
            continue
        at = float(np.clip(middle + rng.uniform(-1200, 600), 60, plot.seconds - 60))
        if rng.random() < 0.25:
            size = float(rng.uniform(4, 18))
            stirs.append(Stir(node, ("memory",), at, float(plot.seconds), size, bool(rng.random() < 0.6)))
        if rng.random() < 0.25:
            for begin in np.cumsum(rng.uniform(60, 500, int(rng.integers(2, 6)))) + at - 300:
                lasts = float(rng.uniform(15, 60))
                stirs.append(Stir(node, ("cpu", "load"), float(begin), float(begin) + lasts, float(rng.uniform(3, 7))))
    return stirs


def _stranger(
    rng: np.random.Generator, what: str, job: str, at: float, cast: Cast, teller: Teller, stirs: list[Stir], plot: Plot
) -> None:
    size = float(rng.uniform(4, 12))
    if what == "deploy" and job in cast.others:
        teller.deploy(job, at)
        stirs += [Stir(job, ("cpu",), at, at + float(rng.uniform(20, 70)), size),
                  Stir(job, ("p95",), at + 5, at + float(rng.uniform(15, 40)), size / 2),
                  Stir(job, ("running",), at, at + 20, 1)]  # fmt: skip
    elif what == "restart":
        teller.event("nomad", cast.job(job), "TaskRestarted", at, "warn", f"a task of {job} was restarted")
        stirs += [Stir(job, ("restarts",), at, at + 5, 20), Stir(job, ("running",), at, at + 15, 1)]
    elif what == "blip":
        stirs.append(Stir(job, (str(rng.choice(["cpu", "p95", "queue", "pending", "errors"])),), at, at + 20, size))
    elif what == "drift":
        stirs.append(Stir(job, ("memory",), at, at + 3000, size, bool(rng.random() < 0.5)))
    elif what == "alert" and job in cast.others:
        lasting = at + float(rng.uniform(120, 900))
        labels = {"namespace": cast.namespace, "nomad_job": job}
        teller.alert(str(rng.choice(names.ALERTS)), cast.job(job), at, lasting, "warning", labels)
    elif what == "blocked":
        batch = cast.batches[0]
        text = f"{batch} waits to be placed: 0 of {len(cast.nodes)} nodes fit"
        teller.event("nomad", cast.job(batch), "PlacementBlocked", at, "warn", text, job=cast.job(batch).id)
    elif not plot.quiet:
        # A neighbour that works harder for some minutes.
        stirs.append(Stir(job, ("cpu", "queue"), at, at + float(rng.uniform(60, 240)), size))


def _cron(rng: np.random.Generator, plot: Plot, cast: Cast, teller: Teller, stirs: list[Stir]) -> None:
    """A batch job that loads one node every so often, all the time."""
    every, lasts = float(rng.choice([900, 1800, 3600])), float(rng.uniform(60, 240))
    size = float(rng.uniform(4, 12))
    batch = cast.batches[1]
    node = cast.nodes[cast.decoy_node]
    for at in np.arange(float(rng.uniform(0, every)), plot.seconds - lasts, every):
        run = EntityRef(EntityKind.JOB, f"{cast.job(batch).id}/periodic-{int(at)}")
        teller.event("nomad", run, "JobRun", float(at), "info", f"{batch} started a run", job=run.id)
        stirs.append(Stir(node, ("cpu", "load"), float(at), float(at) + lasts, size))


def node_falls(rng: np.random.Generator, plot: Plot, cast: Cast, teller: Teller, symptom_s: float) -> list[Stir]:
    """A node that goes down meanwhile, and misleads. Half of the time it runs something of the line, which copes."""
    at = float(plot.onset_s + rng.uniform(30, max(60.0, min(600.0, symptom_s - plot.onset_s + 240))))
    until = at + float(rng.uniform(100, 300))
    jobs = [job for job in cast.others if cast.placed[job] == cast.decoy_node][:3]
    if rng.random() < 0.5:
        jobs.append(cast.server)
    teller.node_down(cast.decoy_node, at, until, jobs)
    return [Stir(job, ("running",), at, at + 45, 1) for job in jobs]


def fault_is_told(rng: np.random.Generator, plot: Plot, fault: str, cast: Cast, line: Line, teller: Teller) -> None:
    """The deploy that began it, where one did."""
    job = {"consumer": cast.indexer, "model": cast.server}.get(fault, cast.producers[line.faulty])
    if rng.random() < _DEPLOYED.get(fault, 0.0):
        teller.deploy(job, plot.onset_s - float(rng.uniform(2, 25)))


def fixes_are_told(plot: Plot, fault: str, cast: Cast, line: Line, teller: Teller) -> list[tuple[int, EntityRef, str]]:
    """What people tried: second, job and what it truly did."""
    fixes = []
    if plot.failed_s is not None:
        job = cast.indexer if line.path == "index" and fault != "model" else cast.server
        teller.deploy(job, plot.failed_s - 4, what="env INPUT_CHECKS")
        fixes.append((plot.failed_s - 4, cast.job(job), plot.failed))
    if plot.helped_s is not None:
        job = {
            "consumer": cast.indexer, "model": cast.server, "dependency": cast.helper, "memory": cast.indexer,
            "node": cast.indexer,
        }.get(fault, cast.producers[line.faulty])  # fmt: skip
        if line.path == "answer" and fault in ("memory", "node"):
            job = cast.server
        teller.deploy(job, plot.helped_s - 4, revert=True)
        fixes.append((plot.helped_s - 4, cast.job(job), "helped"))
    return fixes
