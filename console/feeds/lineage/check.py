"""Trying Marquez for ``doctor``."""

from __future__ import annotations

from collections.abc import Sequence

from console.feeds.check import Cause, Finding
from console.feeds.http import SourceError
from console.feeds.lineage.feed import SOURCE, source_of
from console.feeds.lineage.marquez import Marquez
from console.feeds.lineage.reading import edges_of, flows_between, lineage_of
from console.plain import plain
from console.settings.secret import Secret

_CAUSES: dict[str, Cause] = {"down": "unreachable", "denied": "denied"}


async def check(address: str, auth: Secret | None, key: Secret | None, timeout_s: float) -> Sequence[Finding]:
    """Read jobs and datasets once."""
    source = source_of(address, auth, key, timeout_s)
    try:
        read = await Marquez(source).read()
    except SourceError as problem:
        cause = _CAUSES.get(problem.state, "configuration")
        return [Finding(SOURCE, "bad", plain(problem.why), problem.todo, cause)]
    finally:
        await source.close()
    edges = edges_of(read.jobs)
    between = len(flows_between(edges))
    said = f"it knows {len(edges)} jobs and {len(read.datasets)} datasets, {between} of them between jobs"
    found = [Finding(SOURCE, "ok", said)]
    blind = lineage_of(address, edges, read.datasets, {}, 0).blind
    if blind:
        jobs = "1 job runs and has" if len(blind) == 1 else f"{len(blind)} jobs run and have"
        named = plain(", ".join(sorted(blind)[:5]), 200)
        what = f"{jobs} not completed, so what is read and written is not shown: {named}"
        found.append(Finding(SOURCE, "warn", what, "declare their flows in flows.toml"))
    return found
