"""The last two hours out of what Nomad's objects carry, checked against what is known to have happened."""

from __future__ import annotations

from typing import Any

from console.signals import EntityKind, RecordKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, until
from tests.feeds.nomad.running import START_MS, feed_on, until_state


def minute(number: float) -> int:
    return START_MS + round(number * 60_000)


def as_of(out: MemoryOutlet, kind: EntityKind, key: str, at_ms: int) -> dict[str, Any]:
    """The document in force at a time."""
    found = [
        (r.at_ms, i, r.body)
        for i, r in enumerate(out.kept)
        if r.kind is RecordKind.STATE and r.entity == (kind, key) and r.at_ms <= at_ms
    ]
    return dict(max(found, key=lambda one: one[:2])[2]) if found else {}


async def test_whoever_comes_late_sees_what_happened_in_order() -> None:
    with NomadDouble.recorded(at_s=30 * 60, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            events = out.events()
            assert [r.at_ms for r in events] == sorted(r.at_ms for r in events)
            texts = out.texts()
            expected = [
                "partner-feed version 0 registered",
                "finetune-large version 0 registered",
                "partner-feed version 1 registered: env PAYLOAD, RELEASE changed",
                "deployment of partner-feed version 1 successful, 1/1 healthy",
                "fra1-gpu-02 is down: heartbeat missed",
                "answerer[0] was lost: its node fra1-gpu-02 was down",
                "fra1-gpu-02 is ready again",
                "reranker placed after waiting 2 min 48 s",
                "finetune-large stopped",
                "indexer version 1 registered: env INPUT_CHECKS, RELEASE changed",
                "partner-feed reverted to version 0 (now version 2)",
            ]
            places = [texts.index(text) for text in expected]
            assert places == sorted(places)
            lost = next(r for r in events if r.body["text"] == "answerer[0] was lost: its node fra1-gpu-02 was down")
            assert abs(lost.at_ms - minute(13.21)) < 1_000

            reranker = as_of(out, EntityKind.JOB, "llm-prod/reranker", minute(14))
            assert reranker["groups"]["reranker"]["running"] == 1 and reranker["reconstructed"]
            assert reranker["blocked"][0]["text"].startswith("0 of 3 nodes fit: 2 filtered by class gpu")
            assert as_of(out, EntityKind.JOB, "llm-prod/reranker", minute(12))["groups"]["reranker"]["running"] == 2
            assert as_of(out, EntityKind.JOB, "llm-prod/partner-feed", minute(9))["version"] == 0
            assert as_of(out, EntityKind.JOB, "llm-prod/partner-feed", minute(20))["version"] == 1
            down = nomad.find("nodes", Name="fra1-gpu-02")["ID"]
            assert as_of(out, EntityKind.NODE, down, minute(14))["status"] == "down"
            assert as_of(out, EntityKind.NODE, down, minute(17))["status"] == "ready"
            assert "reconstructed" not in (out.state(EntityKind.JOB, "llm-prod/reranker") or {})


async def test_backfill_and_stream_tell_the_same_thing_once() -> None:
    """Started after the node went down, and before: the keys of the events agree."""

    def told(out: MemoryOutlet) -> set[str | None]:
        between = [r for r in out.events() if minute(12) < r.at_ms < minute(16.5)]
        return {r.once for r in between if not r.name.startswith("Service")}

    with NomadDouble.recorded(at_s=17 * 60, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            await until(lambda: out.events("PlacementUnblocked") and out.events("NodeReady"))
            backfilled = told(out)
    with NomadDouble.recorded(at_s=12 * 60, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.clock.set(START_MS + 17 * 60 * 1000)
            await until(lambda: told(out) >= backfilled)
            assert told(out) == backfilled


async def test_a_short_backfill_starts_with_the_state_at_its_beginning() -> None:
    with NomadDouble.recorded(at_s=30 * 60, frozen=True) as nomad:
        async with feed_on(nomad, backfill_s=600.0) as out:
            await until_state(out, "ok")
            assert all(r.at_ms >= minute(20) for r in out.events())
            assert as_of(out, EntityKind.JOB, "llm-prod/partner-feed", minute(20.1))["version"] == 1
            allocations = out.states(EntityKind.ALLOCATION)
            assert set(allocations) == set(nomad.world.rows["allocations"])


async def test_what_an_earlier_recorder_told_is_not_told_anew_and_what_changed_since_is_newest() -> None:
    with NomadDouble.recorded(at_s=30 * 60, frozen=True) as nomad:
        since_ms = nomad.clock.now_ms() - 60_000
        node = nomad.find("nodes", Name="fra1-cpu-01")
        nomad.change("nodes", node["ID"], Name="renamed")  # which moves no time that the node carries
        async with feed_on(nomad, since_ms=since_ms) as out:
            await until_state(out, "ok")
            states = [one for one in out.kept if one.kind is RecordKind.STATE and one.entity.kind is EntityKind.NODE]
            assert min(one.at_ms for one in states) >= since_ms
            newest = max((one for one in states if one.entity.id == node["ID"]), key=lambda one: one.at_ms)
            assert newest.body["name"] == "renamed"
