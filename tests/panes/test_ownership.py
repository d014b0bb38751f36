"""Who answers for data, and who does not."""

from __future__ import annotations

from console.panes.rows import PaneRow
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Record, Signal
from tests.panes.build import T0, board, flow, job, named, only, signal

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
    assert "no contract" in row([job("llm-prod/partner-feed", meta={"produces": "docs.partner"})]).note


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
