"""What a feed at a place says: everything stamped, nothing else changed, nothing of two places the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.documents import FeedDoc
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.feed import NomadFeed
from console.feeds.nomad.places import PlacedFeed, PlacedOutlet, stamped, stamped_signal, told_of
from console.naming import PLACE_LABEL, job_of, place_of, unplaced
from console.signals import Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, running, until

NAMESPACES = st.from_regex(r"[a-zA-Z0-9-]{1,12}", fullmatch=True)
PLACES = st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=20)
JOB_IDS = st.builds("{}/{}".format, NAMESPACES, TEXTS)
UUIDS = st.uuids().map(str)
IDS: dict[EntityKind, st.SearchStrategy[str]] = {
    EntityKind.JOB: JOB_IDS,
    EntityKind.GROUP: st.builds("{}/{}".format, JOB_IDS, TEXTS),
    EntityKind.SERVICE: JOB_IDS,
    EntityKind.NODE: UUIDS,
    EntityKind.ALLOCATION: UUIDS,
    EntityKind.TASK: st.builds("{}/{}".format, UUIDS, TEXTS),
    EntityKind.DEPLOYMENT: UUIDS,
    EntityKind.EVALUATION: UUIDS,
}
ENTITIES = st.sampled_from(sorted(IDS)).flatmap(lambda kind: st.builds(EntityRef, st.just(kind), IDS[kind]))
BODIES = st.dictionaries(TEXTS.filter(lambda key: key not in ("job", "cluster")), TEXTS | st.integers(), max_size=4)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """What a Nomad feed puts: events that name their job whole, documents that name it plainly."""
    kind = draw(st.sampled_from([RecordKind.EVENT, RecordKind.STATE]))
    body: dict[str, Any] = draw(BODIES)
    if draw(st.booleans()):
        body["job"] = draw(JOB_IDS if kind is RecordKind.EVENT else TEXTS)
    once = draw(st.none() | TEXTS.map("nomad:{}".format))
    at_ms = draw(st.integers(0, 2**42))
    return Record(kind, "nomad", draw(ENTITIES), draw(TEXTS), at_ms, at_ms, body, once)


def unstamped(record: Record, place: str) -> Record:
    """The record as its feed put it."""
    body = {key: value for key, value in record.body.items() if key != "cluster"}
    if record.kind is RecordKind.EVENT and "job" in body:
        body["job"] = unplaced(body["job"])
    entity = record.entity
    if entity.kind in (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE):
        entity = EntityRef(entity.kind, unplaced(entity.id))
    once = None if record.once is None else record.once.replace(f"nomad:{place}:", "nomad:", 1)
    return record._replace(source=record.source.replace(f":{place}", ""), entity=entity, body=body, once=once)


@given(records(), PLACES)
def test_nothing_but_the_place_is_changed(record: Record, place: str) -> None:
    there = stamped(record, place)
    assert unstamped(there, place) == record
    assert there.body["cluster"] == place
    assert there.source == f"nomad:{place}"


@given(records(), st.lists(PLACES, min_size=2, max_size=2, unique=True))
def test_two_places_never_say_the_same(record: Record, places: list[str]) -> None:
    one, other = (stamped(record, place) for place in places)
    assert one.source != other.source
    assert one.once is None or one.once != other.once
    if record.entity.kind in (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE):
        assert one.entity != other.entity
        assert place_of(one.entity.id) == places[0]


LABELS = st.dictionaries(st.sampled_from(["namespace", "nomad_job", "x"]), TEXTS, max_size=3)


@given(LABELS, PLACES, PLACES)
def test_a_signal_is_told_apart_by_its_place(labels: Mapping[str, str], one: str, other: str) -> None:
    inside = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    entity = EntityRef(EntityKind.JOB, "default/web")
    key = f"cpu{{{inside}}}" if inside else "cpu"
    signal = Signal(key, "cpu", entity, Pane.SCHEDULING, source="nomad", labels=labels, rank=7)
    there = stamped_signal(signal, one)
    assert there._replace(key=signal.key, entity=entity, source="nomad", labels=labels) == signal
    assert there.labels == {**labels, PLACE_LABEL: one}
    assert there.entity.id == f"default@{one}/web"
    assert (there.key == stamped_signal(signal, other).key) is (one == other)
    assert there.key.endswith(f'{PLACE_LABEL}="{one}"}}')


def test_the_labels_of_a_placed_signal_name_its_job() -> None:
    labels = {"namespace": "ops", "nomad_job": "a/b"}
    signal = Signal("x", "x", EntityRef(EntityKind.JOB, "ops/a/b"), Pane.SCHEDULING, source="nomad", labels=labels)
    there = stamped_signal(signal, "eu")
    assert job_of(there.labels) == there.entity.id == "ops@eu/a/b"


def test_what_is_wrong_is_told_with_the_place_and_the_key_to_set() -> None:
    doc: FeedDoc = {
        "state": "down",
        "why": "Nomad at http://n:1 refused the connection",
        "todo": "check NOMAD_ADDR, NOMAD_CACERT or NOMAD_TOKEN, or start Nomad",
        "address": "http://n:1",
    }
    told = told_of(doc, "prod-eu", "prod")
    assert told["why"] == "prod-eu: Nomad at http://n:1 refused the connection"
    assert told["todo"] == (
        "check address of [clusters.prod], cacert of [clusters.prod] or token_file of [clusters.prod], or start Nomad"
    )
    assert told_of(doc, "eu")["todo"] == doc["todo"]
    assert told_of({**doc, "why": ""}, "eu")["why"] == ""


async def test_every_word_of_a_feed_goes_out_under_its_place() -> None:
    out = MemoryOutlet()
    placed = PlacedOutlet(out, "eu")
    signal = Signal("x", "x", EntityRef(EntityKind.JOB, "default/web"), Pane.SCHEDULING, source="nomad")
    await placed.samples(Block("nomad", [signal], [1], [[1.0]]))
    await placed.gap("nomad", 1, 2, "away")
    placed.seen("nomad")
    assert out.blocks[0].source == out.blocks[0].signals[0].source == "nomad:eu"
    assert out.gaps == [("nomad:eu", 1, 2, "away")]
    assert list(out.pulses) == ["nomad:eu"]
    assert placed.clock is out.clock


async def test_two_nomads_are_recorded_side_by_side_and_one_that_ends_takes_no_other_with_it() -> None:
    out = MemoryOutlet()
    with NomadDouble.recorded(at_s=900) as eu, NomadDouble.cluster(60, 6, 5, events_per_s=5) as us:
        feeds = [
            PlacedFeed(NomadFeed(NomadAddress(one.address), sample_s=0), place, place)
            for one, place in ((eu, "eu"), (us, "us"))
        ]
        async with running(feeds[0], out), running(feeds[1], out):
            await until(lambda: {name: doc["state"] for name, doc in out.feeds.items()} == {
                "nomad:eu": "ok", "nomad:us": "ok"}, 30, "both are read")  # fmt: skip
            jobs = out.states(EntityKind.JOB)
            assert {place_of(job) for job in jobs} == {"eu", "us"}
            assert all(doc["cluster"] == place_of(job) for job, doc in jobs.items())
            assert "llm-prod@eu/answerer" in jobs
            await asyncio.to_thread(us.stop)
            await until(lambda: out.feeds["nomad:us"]["state"] == "down", 20, "one is gone")
            assert out.feeds["nomad:us"]["why"].startswith("us: Nomad at ")
            assert "address of [clusters.us]" in out.feeds["nomad:us"]["todo"]
            assert out.feeds["nomad:eu"]["state"] == "ok"
            assert {source for source, *_ in out.gaps} <= {"nomad:us"}
