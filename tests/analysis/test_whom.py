"""Who answers for what moved first, by what is known at the time; or that nobody does, and whom to ask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from console.analysis.answerers import answerers_of
from console.analysis.scene import Grid, Scene
from console.analysis.topology import topology_of
from console.analysis.whom import responsible
from console.findings import ResponsibleDoc
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind, Signal

NOW = 1_795_410_000_000
MINUTE = 60_000
TOKEN = "c0ffee00-0000-4000-8000-00000000d001"


def state(kind: EntityKind, name: str, /, **body: Any) -> Record:
    return Record(RecordKind.STATE, "test", EntityRef(kind, name), kind.value, NOW - MINUTE, NOW - MINUTE, body)


def job(name: str, *versions: tuple[int, int, str | None], **meta: str) -> Record:
    told = [{"version": one, "submitted_ms": at, "text": "", **({"by": by} if by else {})} for one, at, by in versions]
    more = {"version": told[0]["version"], "submitted_ms": told[0]["submitted_ms"]} if told else {}
    return state(EntityKind.JOB, f"prod/{name}", status="running", meta=meta, versions=told, **more)


def flow(name: str, **fields: Any) -> Record:
    empty: dict[str, Any] = dict.fromkeys(("owner", "on_call", "contract", "producer"))
    return state(EntityKind.FLOW, name, **{**empty, "consumers": [], "origin": "f.toml:3", **fields})


def schedule(name: str, who: str, *, read_ms: int = NOW - MINUTE, **more: Any) -> Record:
    now = [{"who": who, "level": 1, "until_ms": NOW + 60 * MINUTE}] if who else []
    return state(EntityKind.ONCALL, f"rota:{name}", provider="rota", name=name, names=[name], now=now, read_ms=read_ms,
                 origin="r", **more)  # fmt: skip


def answer(kind: EntityKind, name: str, *states: Record, signals: tuple[Signal, ...] = ()) -> ResponsibleDoc | None:
    about = Signal(f"x{{{name}}}", "x", EntityRef(kind, name), Pane.INGESTION)
    known = [about, *signals]
    scene = Scene(NOW, NOW - 1, known, Grid(np.zeros(0, np.int64), 5000, np.zeros((0, 0)), 0),
                  topology_of(states, known), answerers=answerers_of(states))  # fmt: skip
    return responsible(scene, about.entity)


def told(kind: EntityKind, name: str, *states: Record, signals: tuple[Signal, ...] = ()) -> ResponsibleDoc:
    found = answer(kind, name, *states, signals=signals)
    assert found is not None
    return found


def test_an_owner_and_who_is_on_call_for_it_now() -> None:
    found = told(EntityKind.FLOW, "price", flow("price", owner="pricing", on_call="night", contract="c",
                 producer="prod/price-feed"), job("price-feed"), schedule("night", "ana"))  # fmt: skip
    assert (found["flow"], found["owner"], found["on_call"], found["job"]) == ("price", "pricing", "night",
                                                                               "prod/price-feed")  # fmt: skip
    person = found["person"]
    assert person is not None and (person["name"], person["age_s"], person["problem"]) == ("ana", 60.0, "")
    assert person["until"] is not None and found["problems"] == []


def test_the_owners_own_schedule_answers_too() -> None:
    team = state(EntityKind.OWNER, "pricing", kind="group", members=[], origin="o", on_call="night")
    found = told(EntityKind.FLOW, "price", flow("price", owner="pricing", contract="c"), team, schedule("night", "bo"))
    assert (found["on_call"], found["person"] and found["person"]["name"], found["problems"]) == ("night", "bo", [])


def test_nobody_on_call_and_an_old_answer_are_said() -> None:
    one = flow("price", owner="pricing", on_call="night", contract="c")
    assert told(EntityKind.FLOW, "price", one, schedule("night", ""))["problems"] == ["nobody on call"]
    old = told(EntityKind.FLOW, "price", one, schedule("night", "ana", read_ms=NOW - 90 * MINUTE))["person"]
    assert old is not None and old["age_s"] == 5400.0 and "not asked since" in old["problem"]


def test_sources_that_disagree_and_a_contract_at_its_end_are_problems() -> None:
    one = flow("price", owner="finance", on_call="x", contract="c", producer="prod/price-feed", lifecycle="retired",
               contract_ends_ms=NOW)  # fmt: skip
    found = told(EntityKind.FLOW, "price", one, job("price-feed", owner="pricing"))
    assert found["problems"] == [
        "owner disputed: finance by f.toml:3, pricing by job meta of prod/price-feed", "contract ended",
        "contract retired",
    ]  # fmt: skip


def leads(*states: Record) -> list[tuple[str, str | None]]:
    found = told(EntityKind.FLOW, "partner", *states)
    assert found["owner"] is None and "no owner" in found["problems"]
    return [(one["what"], one["who"]) for one in found["leads"]]


def test_leads_in_the_order_of_their_use() -> None:
    nobody = flow("partner", producer="prod/partner-feed", consumers=["prod/indexer", "prod/mailer", "prod/lost"])
    jobs = [job("indexer", owner="search", on_call="night"), job("mailer", owner="mail"), job("lost")]
    rota = schedule("night", "ana")
    model = state(EntityKind.MODEL, "answers", owner="ml", on_call=None, inputs=["partner"], versions=[], aliases={})
    deployed = job("partner-feed", (1, NOW - 5 * MINUTE, TOKEN), (0, NOW - 50 * MINUTE, None))
    assert leads(nobody, deployed, *jobs, rota, model) == [
        ("consumes", "ana"), ("deployed", TOKEN), ("consumes", "mail"), ("answers from it", "ml"),
    ]  # fmt: skip
    named = job("partner-feed", (1, NOW - 5 * MINUTE, "chris@example"))
    assert leads(nobody, named, *jobs, rota)[0] == ("deployed", "chris@example")
    unknown = job("partner-feed", (1, NOW - 5 * MINUTE, None))
    assert leads(nobody, unknown, *jobs)[-1] == ("deployed", None)


def test_what_was_deployed_later_is_not_known_yet() -> None:
    deployed = job("partner-feed", (2, NOW + 1, "late"), (1, NOW - 5 * MINUTE, TOKEN))
    found = told(EntityKind.FLOW, "partner", flow("partner", producer="prod/partner-feed"), deployed)
    assert [(one["text"], one["who"]) for one in found["leads"]] == [("partner-feed version 1", TOKEN)]


def test_a_flow_that_only_signals_know_is_answered_for_by_the_job_that_is_called_so() -> None:
    found = told(EntityKind.FLOW, "partner", job("partner-feed", owner="partners"))
    assert (found["owner"], found["job"], found["guessed"]) == ("partners", "prod/partner-feed", True)


def test_by_what_something_is_of() -> None:
    owned = job("indexer", owner="search", on_call="x", consumes="docs.>")
    for kind, name in ((EntityKind.CONSUMER, "DOCS/indexer"), (EntityKind.JOB, "prod/indexer"),
                       (EntityKind.GROUP, "prod/indexer/main")):  # fmt: skip
        found = told(kind, name, owned)
        assert (found["flow"], found["owner"]) == ("indexer", "search")
    stages = [{"name": "q", "entity": "topic:DOCS.price"}]
    found = told(EntityKind.TOPIC, "DOCS.price", flow("price", owner="pricing", stages=stages))
    assert (found["flow"], found["owner"]) == ("price", "pricing")
    model = state(EntityKind.MODEL, "m", owner="ml", on_call="x", versions=[], aliases={})
    found = told(EntityKind.MODEL, "m@7", model, job("serve", model="m", model_version="7"))
    assert (found["flow"], found["owner"], found["job"]) == ("m", "ml", "prod/serve")


@pytest.mark.parametrize(("kind", "name"), [
    (EntityKind.NODE, "n1"), (EntityKind.TARGET, "127.0.0.1:9100"), (EntityKind.TOPIC, "DOCS"),
    (EntityKind.JOB, "prod/unknown"), (EntityKind.MODEL, "unknown"),
])  # fmt: skip
def test_of_what_nobody_can_know_nothing_is_said(kind: EntityKind, name: str) -> None:
    many = [flow(one, stages=[{"name": "q", "entity": "topic:DOCS"}]) for one in ("price", "stock")]
    assert answer(kind, name, *many) is None
