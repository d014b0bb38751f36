"""Who answers for data, and who does not."""

from __future__ import annotations

from typing import Any

from console.panes.rows import PaneRow
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Record, Signal
from tests.panes.build import T0, block, board, feed, flow, job, named, only, signal, state

PANE = Pane.OWNERSHIP
OWNED = {"owner": "search-data", "on_call": "search-data-oncall"}


def of_flow(name: str, job_name: str) -> Signal:
    return signal("rejected", EntityRef(EntityKind.FLOW, name), Pane.INGESTION, "/s", Bad.UP,
                  labels={"nomad_job": job_name, "namespace": "llm-prod"})  # fmt: skip


def of_job(name: str) -> Signal:
    return signal("out", EntityRef(EntityKind.JOB, f"llm-prod/{name}"), Pane.INGESTION, "/s", Bad.EITHER)


def row(states: list[Record], signals: list[Signal] | None = None, name: str | None = None) -> PaneRow:
    model = board(T0, states, [(one, [1.0]) for one in signals or []])
    return only(model, PANE) if name is None else named(model, PANE, name)


def test_a_job_that_touches_data_and_that_nobody_owns_is_loud() -> None:
    for states, signals in (
        ([job("llm-prod/partner-feed")], [of_job("partner-feed")]),
        ([job("llm-prod/partner-feed", meta={"produces": "docs.partner"})], []),
        ([job("llm-prod/partner-feed", meta={"consumes": "docs.>"})], []),
    ):
        found = row(states, signals)
        assert (found.name, found.health, found.word) == ("partner-feed", Health.BAD, "NO OWNER")
        assert [one.text for one in found.numbers] == ["NO OWNER", "no on-call"]
    found = row([job("llm-prod/partner-feed", meta={"produces": "docs.partner"})])
    assert "no contract" in found.note
    assert found.opens == EntityRef(EntityKind.FLOW, "docs.partner")


def test_who_answers_stands_in_columns() -> None:
    found = row([job("llm-prod/indexer", meta={**OWNED, "consumes": "docs.>"})])
    assert (found.health, found.word) == (Health.OK, "owned")
    assert [(one.label, one.text) for one in found.numbers] == [("", "search-data"), ("", "search-data-oncall")]
    by_name = row([job("llm-prod/indexer", meta={**OWNED, "on_call": "ana", "consumes": "docs.>"})])
    assert by_name.numbers[1].text == "on call ana"


def test_what_is_missing_beside_an_owner_is_a_warning() -> None:
    meta = {"owner": "pricing", "produces": "docs.price"}
    found = row([job("llm-prod/price-feed", meta=meta)])
    assert (found.health, found.word) == (Health.WARN, "no on-call")
    assert "no contract" in found.note
    assert row([job("llm-prod/price-feed", meta={**meta, "on_call": "p"})]).word == "no contract"


def test_a_service_that_touches_no_data() -> None:
    assert (row([job("p/web")]).health, row([job("p/web")]).word) == (Health.WARN, "no owner")
    assert row([job("p/web", meta={"team": "web"})]).health is Health.OK
    assert board(T0, [job("p/web", stopped=True), job("p/once", type="batch")]).rows(PANE) == []


def test_a_flow_known_by_its_name_only_stands_on_the_row_of_its_producer() -> None:
    states = [job("llm-prod/partner-feed"), job("llm-prod/indexer", meta={**OWNED, "consumes": "docs.>"})]
    model = board(T0, states, [(of_flow("partner", "indexer"), [1.0])])
    assert [one.name for one in model.rows(PANE)] == ["partner-feed", "indexer"]
    assert "flow partner (by its name)" in named(model, PANE, "partner-feed").note
    assert named(model, PANE, "partner-feed").word == "NO OWNER"


def test_a_flow_that_nobody_declares_and_nobody_produces_is_loud_too() -> None:
    found = row([job("llm-prod/indexer", meta=OWNED)], [of_flow("weather", "indexer")], "weather")
    assert (found.health, found.word, found.entity.kind) == (Health.BAD, "NO OWNER", EntityKind.FLOW)


def test_a_declared_flow_has_one_row_with_its_producer() -> None:
    declared = flow("partner-docs", owner="partners", on_call="partners-oncall", producer="llm-prod/partner-feed",
                    contract="https://contracts.example/partner/1")  # fmt: skip
    model = board(T0, [declared, job("llm-prod/partner-feed")], [(of_flow("partner", "indexer"), [1.0])])
    found = only(model, PANE)
    assert (found.name, found.health) == ("partner-docs", Health.OK)
    assert [one.text for one in found.numbers] == ["partners", "partners-oncall"]
    assert "from partner-feed" in found.note
    assert [one.name for one in model.rows(Pane.INGESTION)] == ["partner-docs"]


def test_sources_that_disagree_are_both_shown() -> None:
    declared = flow("price", owner="finance", on_call="x", contract="c", producer="llm-prod/price-feed")
    found = row([declared, job("llm-prod/price-feed", meta={"owner": "pricing"})])
    assert (found.health, found.word) == (Health.WARN, "owner disputed")
    assert "finance by flows.toml:3, pricing by job meta" in found.note


def test_a_declared_flow_without_an_owner_is_loud() -> None:
    found = row([flow("partner-docs", producer="llm-prod/partner-feed")])
    assert (found.health, found.word) == (Health.BAD, "NO OWNER")
    assert "not known here" in found.note


def test_an_exporter_that_reports_on_somebodys_queue_touches_no_data() -> None:
    one = signal("pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"), Pane.INGESTION,
                 labels={"nomad_job": "nats-exporter", "namespace": "default"})  # fmt: skip
    assert row([job("default/nats-exporter")], [one]).word == "no owner"


def test_an_owner_that_is_named_later_is_seen() -> None:
    model = board(T0, [job("llm-prod/partner-feed", meta={"produces": "x"})])
    assert only(model, PANE).word == "NO OWNER"
    later = job("llm-prod/partner-feed", T0 + 1, meta={"produces": "x", **OWNED, "data_contract": "c"})
    assert PANE in model.apply(T0 + 1, [later])
    assert only(model, PANE).health is Health.OK


# -- who is on call now, promises, what files say ----------------------------------------------------------------------

ALL = {"owner": "pricing", "on_call": "night", "contract": "c", "producer": "llm-prod/price-feed"}
FEED = job("llm-prod/price-feed")


def schedule(who: str, *, until: int | None = T0 + 3_600_000, read: int = T0, **more: Any) -> Record:
    shift = {"who": who, "level": 1, "from_ms": T0 - 1_000_000, **({} if until is None else {"until_ms": until})}
    body = {"provider": "rota", "name": "night", "names": ["night"], "now": [shift] if who else [], "read_ms": read,
            "origin": "rota.toml:1", **more}  # fmt: skip
    return state(EntityRef(EntityKind.ONCALL, "rota:night"), body, source="oncall")


def test_who_is_on_call_now_stands_by_name_and_until_when() -> None:
    found = row([flow("price", **ALL), FEED, schedule("ana")])
    assert (found.health, found.word) == (Health.OK, "owned")
    assert [one.text for one in found.numbers] == ["pricing", "ana", "until 05:48Z"]
    later = row([flow("price", **ALL), FEED, schedule("ana", until=T0 + 3 * 86_400_000)])
    assert later.numbers[2].text == "until Thu 04:48Z"


def test_the_shift_ends_although_nothing_is_seen() -> None:
    model = board(T0, [flow("price", **ALL), FEED, schedule("ana", until=T0 + 600_000)])
    assert model.next_change_ms() <= T0 + 600_000
    model.apply(T0 + 600_000)
    found = only(model, PANE)
    assert (found.health, found.word, found.numbers[1].text) == (Health.WARN, "nobody on call", "nobody now")
    assert "ana's turn ended" in found.note


def test_an_old_answer_is_stale_and_says_how_old() -> None:
    for states in (
        [schedule("ana", read=T0 - 14 * 60_000, problem="PagerDuty answers 503")],
        [schedule("ana", read=T0 - 30 * 60_000)],
        [schedule("ana"), feed("oncall", "down", why="no route")],
    ):
        found = row([flow("price", **ALL), FEED, *states])
        assert found.health is Health.STALE
        assert found.word.startswith("rota ") and found.word.endswith(" old")
        assert found.numbers[1].text.startswith("ana ") and found.numbers[1].health is Health.STALE


def test_a_schedule_that_nobody_knows_is_unknown() -> None:
    found = row([flow("price", **{**ALL, "on_call": "day"}), FEED, schedule("ana")])
    assert (found.health, found.word, found.numbers[1].text) == (Health.UNKNOWN, "rota unknown", "schedule unknown")


def test_the_owners_own_schedule_answers_where_the_flow_names_none() -> None:
    team = state(EntityRef(EntityKind.OWNER, "pricing"),
                 {"kind": "group", "members": [], "on_call": "night", "origin": "x"})  # fmt: skip
    found = row([flow("price", **{**ALL, "on_call": None}), FEED, schedule("ana"), team])
    assert (found.health, found.numbers[1].text) == (Health.OK, "ana")


def test_somebody_else_comes_on_call_and_only_who_asked_is_drawn() -> None:
    other = flow("stock", **{**ALL, "on_call": "day", "producer": "llm-prod/stock-feed"})
    model = board(T0, [flow("price", **ALL), FEED, other, job("llm-prod/stock-feed"), schedule("ana")])
    before = {one.name: one for one in model.rows(PANE)}
    assert model.apply(T0 + 1, [schedule("bo")._replace(at_ms=T0 + 1)]) == {PANE}
    after = {one.name: one for one in model.rows(PANE)}
    assert after["price"].numbers[1].text == "bo"
    assert after["stock"] is before["stock"]


def test_a_contract_that_ended_and_one_that_is_deprecated() -> None:
    model = board(T0, [flow("price", **ALL, contract_ends_ms=T0 + 5_000), FEED, schedule("ana")])
    assert only(model, PANE).health is Health.OK
    model.apply(T0 + 5_000)
    assert (only(model, PANE).health, only(model, PANE).word) == (Health.WARN, "contract ended")
    assert row([flow("price", **ALL, lifecycle="Deprecated"), FEED, schedule("ana")]).word == "deprecated"


def test_what_cannot_be_taken_as_it_is_said_is_in_doubt() -> None:
    doubts = [{"field": "retention", "why": "3m may be minutes or months", "origin": "price.yaml:9"}]
    found = row([flow("price", **ALL, doubts=doubts), FEED, schedule("ana")])
    assert (found.health, found.word) == (Health.UNKNOWN, "in doubt")
    assert "3m may be minutes or months (price.yaml:9)" in found.note


def test_a_flow_that_is_older_than_was_promised_is_late() -> None:
    age = signal("freshness age", EntityRef(EntityKind.FLOW, "price"), Pane.INGESTION, "s")
    states = [flow("price", **ALL, freshness_s=60.0), FEED, schedule("ana")]
    for value, health, word in ((30.0, Health.OK, "owned"), (240.0, Health.BAD, "late 4m00s")):
        model = board(T0, states, [(age, [value] * 600)])
        assert (only(model, PANE).health, only(model, PANE).word) == (health, word)
    assert "4m00s old, promised 1m00s" in only(model, PANE).note
    model.apply(T0 + 5_000, blocks=[block(T0 + 5_000, {1: 20.0})])
    assert only(model, PANE).health is Health.OK
    model.apply(T0 + 10_000, blocks=[block(T0 + 10_000, {1: 90.0})])
    assert only(model, PANE).word == "late 1m30s"
    model.apply(T0 + 60_000)  # nobody has seen it since
    assert not only(model, PANE).word.startswith("late")


def test_a_flow_of_which_less_arrives_than_was_promised() -> None:
    share = signal("completeness", EntityRef(EntityKind.FLOW, "price"), Pane.INGESTION, "1", Bad.DOWN)
    states = [flow("price", **ALL, completeness=0.99), FEED, schedule("ana")]
    for value, health, word in ((0.995, Health.OK, "owned"), (0.93, Health.BAD, "93% complete")):
        found = only(board(T0, states, [(share, [value] * 600)]), PANE)
        assert (found.health, found.word) == (health, word)
    assert "93% complete, promised 99%" in found.note


def test_labels_tell_which_signals_are_of_a_flow() -> None:
    ages = [signal("staleness", EntityRef(EntityKind.JOB, "llm-prod/indexer"), Pane.INGESTION, "s",
                   key=f'age{{feed="{name}"}}', labels={"feed": name}) for name in ("price", "stock")]  # fmt: skip
    states = [flow("price", **ALL, freshness_s=60.0, match={"feed": ["price", "prices"]}), FEED, schedule("ana")]
    assert row(states, [], "price").health is Health.OK
    model = board(T0, states, [(ages[0], [300.0] * 600), (ages[1], [1.0] * 600)])
    assert named(model, PANE, "price").word == "late 5m00s"


def test_what_is_no_longer_declared_has_no_row() -> None:
    model = board(T0, [flow("price", **ALL), FEED, schedule("ana")])
    gone = flow("price", removed=True)._replace(at_ms=T0 + 1)
    model.apply(T0 + 1, [gone])
    assert [one.name for one in model.rows(PANE)] == ["price-feed"]
    assert board(T0 + 1, [flow("price", **ALL), gone, FEED]).rows(PANE) == model.rows(PANE)


def test_what_the_audit_came_to_stands_in_the_header() -> None:
    audit = {"critical": 2, "high": 3, "medium": 1, "unknown": 4, "waived": 0, "passed": 9, "worst": []}
    model = board(T0, [FEED])
    assert model.header().audit is None
    model.apply(T0 + 1, [state(EntityRef(EntityKind.AUDIT, "audit"), audit, T0 + 1, "audit")])
    assert model.header().audit == (2, 3, 1, 4)
