"""A job in words: what should run and what does, what its deployment does, what waits for room, its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.fields import known as known_number
from console.inventory.objects.fields import parts, text, whole, words
from console.inventory.objects.fields import section as part_of
from console.inventory.objects.others import Job
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.sheets.allocations import allocations_section, logs_of
from console.inventory.standings import STANDINGS, is_batch, job_standing, starts_others
from console.inventory.tables.deployments import DEPLOYMENTS
from console.inventory.tables.evaluations import EVALUATIONS
from console.inventory.tables.jobs import JOBS
from console.inventory.tables.services import SERVICES
from console.inventory.words import ago, many, sentence, times, when, where_of, where_said
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health

_COUNTS = (
    ("starting", "starting", None),
    ("healthy", "healthy", None),
    ("unhealthy", "unhealthy", Health.WARN),
    ("failed", "failed", Health.WARN),
    ("lost", "lost", Health.WARN),
    ("unknown", "on disconnected clients", Health.WARN),
    ("queued", "not placed", Health.WARN),
)
_MOST_RUNS = 20
_TROUBLED = ("failed", "paused", "blocked")
_KINDS = {
    "service": "runs until somebody stops it",
    "batch": "runs until it is done",
    "system": "runs on every node that fits",
    "sysbatch": "runs once on every node that fits",
}


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.jobs.get(known)
    if one is None:
        return None
    stands = job_standing(one, book, now_ms)
    runs = book.runs_of(one.id)
    allocations = book.allocations_of_job(one.id) or [
        alloc for run in runs[:1] for alloc in book.allocations_of_job(run.id)
    ]
    return Sheet(
        entity=EntityRef(EntityKind.JOB, one.id),
        name=job_name(one.id),
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(one, book, now_ms) if fact.text),
        parts=tuple(_parts(one, book, now_ms)),
        where=where_said(where_of(one.id, one.doc)),
        job=EntityRef(EntityKind.JOB, one.id),
        allocations=logs_of(allocations),
        why="" if stands.health is Health.OK else _why(one.doc),
    )


def _why(doc: Mapping[str, object]) -> str:
    """Why something of it cannot be placed, or what its deployment says that is not well."""
    waits = next((text(blocked.get("text")) for blocked in parts(doc, "blocked")), "")
    brief = part_of(doc, "deployment")
    return waits or (text(brief.get("text")) if brief.get("status") in _TROUBLED else "")


# -- facts -------------------------------------------------------------------------------------------------------------


def _facts(one: Job, book: Book, now_ms: int) -> Iterator[Fact]:
    doc = one.doc
    kind = text(doc.get("type"))
    stopped = "stopped" if doc.get("stopped") is True else ""
    yield Fact("state", sentence(text(doc.get("status")), stopped, _kind(doc, kind)))
    yield from _groups(doc)
    for blocked in parts(doc, "blocked"):
        group, many_of = text(blocked.get("group")), whole(blocked.get("queued"))
        waiting = f"{many_of} of group {group}" if many_of else f"group {group}"
        yield Fact("waits for room", f"{waiting}: {text(blocked.get('text'))}", Health.WARN)
    yield from _deployment(part_of(doc, "deployment"), now_ms)
    by = text(doc.get("by"))
    submitted = when(known_number(doc.get("submitted_ms")), now_ms)
    yield Fact("version", sentence(f"v{whole(doc.get('version'))}", f"submitted {submitted}" if submitted else "",
                                   f"by token {by}" if by else ""))  # fmt: skip
    yield from _starts(one, book, now_ms)
    yield Fact("priority", str(whole(doc.get("priority"))) if doc.get("priority") else "")
    yield Fact("datacenters", ", ".join(words(doc, "datacenters")))
    yield Fact("node pool", text(doc.get("pool")))
    for key, value in sorted(part_of(doc, "meta").items()):
        yield Fact(str(key), str(value))


def _kind(doc: Mapping[str, object], kind: str) -> str:
    if doc.get("parameterized") is True:
        return f"a {kind} job that somebody dispatches"
    if doc.get("periodic") is True:
        return f"a {kind} job that is started by the clock"
    said = _KINDS.get(kind)
    return f"a {kind} job: {said}" if said else kind


def _groups(doc: Mapping[str, object]) -> Iterator[Fact]:
    groups = part_of(doc, "groups")
    for name, group in sorted(groups.items()):
        if not isinstance(group, dict):
            continue
        running, desired = whole(group.get("running")), whole(group.get("desired"))
        said = [f"{running} of {desired} running"]
        said += [f"{whole(group.get(field))} {word}" for field, word, _ in _COUNTS if whole(group.get(field))]
        restarts, kills = whole(group.get("restarts")), whole(group.get("oom_kills"))
        said += [f"restarted {times(restarts)}"] if restarts else []
        said += [f"killed for memory {times(kills)}"] if kills else []
        short = running < desired and not (is_batch(doc) and running)
        loud = any(whole(group.get(field)) for field, _, health in _COUNTS if health is not None) or bool(kills)
        health = Health.BAD if short and not running and not is_batch(doc) else Health.WARN if short or loud else None
        yield Fact("allocations" if len(groups) == 1 else f"group {name}", ", ".join(said), health)


def _deployment(brief: Mapping[str, object], now_ms: int) -> Iterator[Fact]:
    status = text(brief.get("status"))
    if not status:
        return
    said = [f"v{whole(brief.get('version'))} {status}", f"{whole(brief.get('healthy'))} of "
            f"{whole(brief.get('desired'))} healthy"]  # fmt: skip
    canaries = whole(brief.get("canaries"))
    said += [f"{many(canaries, 'canary').replace('canarys', 'canaries')} not promoted"] if canaries else []
    bad = {"failed": Health.BAD, "paused": Health.WARN, "blocked": Health.WARN}.get(status)
    yield Fact("deployment", f"{', '.join(said)}: {text(brief.get('text'))}".rstrip(": "), bad)
    by_ms = known_number(brief.get("require_progress_by_ms"))
    if by_ms and status == "running":
        yield progress(by_ms, now_ms)


def progress(by_ms: int, now_ms: int) -> Fact:
    """By when a deployment must make progress, or how long that time has passed."""
    if now_ms > by_ms:
        return Fact("progress", f"its progress deadline passed {ago(by_ms, now_ms)}", Health.WARN)
    return Fact("progress", "the next allocation must be healthy", None, by_ms)


def _starts(one: Job, book: Book, now_ms: int) -> Iterator[Fact]:
    """When a periodic job starts its runs, and how the newest went; of a run, who started it."""
    yield Fact("started by", job_name(one.parent))
    yield Fact("starts runs at", text(one.doc.get("cron")))
    runs = book.runs_of(one.id)
    if runs:
        newest = runs[0]
        submitted = when(whole(newest.doc.get("submitted_ms")), now_ms)
        stands = job_standing(newest, book, now_ms)
        yield Fact("last run", sentence(stands.word, submitted), None if stands.health is Health.OK else stands.health)
    elif starts_others(one.doc):
        yield Fact("last run", "none is on this tape")


# -- parts -------------------------------------------------------------------------------------------------------------


def _parts(one: Job, book: Book, now_ms: int) -> Iterator[Section]:
    allocations, runs = book.allocations_of_job(one.id), book.runs_of(one.id)
    if runs:
        stands = [Placed(run, job_standing(run, book, now_ms)) for run in runs[:_MOST_RUNS]]
        title = "Runs" if len(runs) <= _MOST_RUNS else f"Runs, the newest {_MOST_RUNS} of {len(runs)}"
        yield section(title, JOBS, stands, now_ms)
    if allocations or not starts_others(one.doc):
        yield allocations_section(allocations, now_ms, "No allocation of it is on this tape.")
    for title, kind, found in (
        ("Deployments", DEPLOYMENTS, book.deployments_of(one.id)),
        ("Evaluations", EVALUATIONS, book.evaluations_of(one.id)),
        ("Services", SERVICES, book.services_of(one.id)),
    ):
        if found:
            stand = STANDINGS[kind.kind]
            yield section(title, kind, (Placed(each, stand(each, book, now_ms)) for each in found), now_ms)
    versions = parts(one.doc, "versions")
    if versions:
        lines = tuple(_version(one, version, now_ms) for version in versions)
        yield Section("Versions", _VERSION_COLUMNS, lines)


_VERSION_COLUMNS = (
    Column("Submitted", cells=8),
    Column("By", left=True, cells=8),
    Column("Tag", left=True),
    Column("What it changed", left=True, cells=20),
)


def _version(one: Job, version: Mapping[str, object], now_ms: int) -> Line:
    number = whole(version.get("version"))
    current = "current" if number == whole(one.doc.get("version")) else ""
    stable = "stable" if version.get("stable") is True else ""
    changed = text(version.get("text"))
    return Line(
        key=f"version:{one.id}@{number}",
        opens=None,
        health=Health.OK,
        name=f"v{number}",
        word=sentence(current, stable),
        cells=(
            Cell(ago(known_number(version.get("submitted_ms")), now_ms)),
            Cell(text(version.get("by"))[:8]),
            Cell(text(version.get("tag"))),
            Cell(changed),
        ),
    )
