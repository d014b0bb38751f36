"""Unknown never passes: what takes knowledge away never makes a rule pass that it did not pass before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.analysis.audit.facts import AuditFacts
from console.analysis.audit.judge import audit
from tests.analysis.audit.making import facts, flow, flow_doc, kpi_doc, model, model_doc, run, version

Loss = Callable[[AuditFacts], AuditFacts]
# A rule that needs what was lost may say so, fail, or have nothing to be about any more.
_NEEDS: dict[str, tuple[str, ...]] = {
    "owners": ("O2",),
    "on_call": ("O4",),
    "integrity": ("D1", "D2"),
    "registry": ("L1", "L4", "L5", "L6", "L7", "L8", "L12", "L13", "L14", "L15"),
    "version": ("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L12", "L13", "L15"),
    "evaluation": ("L4", "L5", "L6"),
    "training": ("L7",),
    "cadence": ("L7",),
    "inputs": ("L15",),
    "schema": ("L5",),
    "required": ("L15",),
    "measured": ("K3", "K5"),
    "signals": ("L9", "L11"),
    "contract": ("O5", "O6", "O7", "O9"),
}


def _flow(**changes: Any) -> Loss:
    return lambda of: of._replace(flows={name: one._replace(**changes) for name, one in of.flows.items()})


def _flow_doc(**changes: Any) -> Loss:
    def lose(of: AuditFacts) -> AuditFacts:
        return of._replace(flows={name: one._replace(doc={**one.doc, **changes}) for name, one in of.flows.items()})  # type: ignore[typeddict-item]

    return lose


def _model(**changes: Any) -> Loss:
    return lambda of: of._replace(models={name: one._replace(**changes) for name, one in of.models.items()})


def _version(**changes: Any) -> Loss:
    return _model(doc=model_doc(versions=[version("7", **changes), version("6")]))


_BY_JOB = [{"value": "https://c/1", "origin": "job meta of llm/price-feed", "via": "job meta", "read_ms": 1}]
LOSSES: dict[str, Loss] = {
    "owners": lambda of: _flow(owner=None)(of._replace(owners={})),
    "on_call": _flow(on_call=None),
    "integrity": _flow(integrity=None),
    "registry": _model(doc=None),
    "version": _model(running=[run("", said_by="metrics of llm/answerer")]),
    "evaluation": _version(evaluated_ms=None, metrics={}, evaluated_on=""),
    "training": _version(trained_ms=None),
    "cadence": _model(doc=model_doc(retrain_every_s=None)),
    "inputs": _version(inputs=[]),
    "schema": _flow_doc(schema_changed_ms=None),
    "required": lambda of: _version(inputs=["id", "colour"])(_flow_doc(required=[])(of)),
    "measured": lambda of: of._replace(kpis={"quality": kpi_doc(measured=None)}),
    "signals": lambda of: of._replace(read={key: at for key, at in of.read.items() if key != "signals"}),
    "contract": lambda of: _flow(contract=None)(
        _flow_doc(said={"contract": _BY_JOB}, channels=[], freshness_s=None, completeness=None, retention_s=None)(of)
    ),
}


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(LOSSES)), min_size=1))
def test_what_is_not_known_never_passes(lost: set[str]) -> None:
    known = facts()
    for name in sorted(lost - {"registry"}) + sorted(lost & {"registry"}):  # a registry that is away knows nothing
        known = LOSSES[name](known)
    found = {one.rule: one.status for one in audit(known).judgements}
    overwritten = {"evaluation", "training", "cadence", "inputs", "required"}
    telling = lost if len(lost & overwritten) <= 1 else lost - overwritten  # each of these replaces the whole document
    for name in telling:
        passed = [rule for rule in _NEEDS[name] if found.get(rule) == "pass"]
        assert not passed, (name, passed)


def test_the_losses_cover_what_they_say() -> None:
    assert LOSSES.keys() == _NEEDS.keys()
    assert all(one.status == "pass" for one in audit(facts()).judgements)
    assert flow(flow_doc()).doc["owner"] and model().doc
