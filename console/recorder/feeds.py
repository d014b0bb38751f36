"""Which feeds an installation has: its settings, and what its tape knew last -> feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from console.config import NomadSettings, Settings
from console.declared.shapes import Shelf
from console.documents import AlertDoc
from console.feeds.alertmanager import AlertmanagerFeed
from console.feeds.catalog.roots import shelf_of
from console.feeds.kpis.feed import KpiFeed
from console.feeds.lineage.feed import LineageFeed
from console.feeds.models.access import MlflowAccess
from console.feeds.models.feed import ModelsFeed
from console.feeds.nomad.feed import NomadFeed
from console.feeds.nomad.places import PlacedFeed
from console.feeds.nomad.settings import nomad_address
from console.feeds.oncall.feed import OnCallFeed
from console.feeds.outlet import Feed
from console.feeds.ownership.feed import OwnershipFeed
from console.feeds.ownership.ledger import KINDS as DECLARED
from console.feeds.prometheus.feed import PrometheusFeed
from console.governance.shapes import KpiDoc, ModelDoc, OnCallDoc
from console.naming import source_of
from console.recorder.ties import APART, TiedFeed, untied
from console.signals import EntityKind, EntityRef
from console.tape.errors import TapeError
from console.tape.store import open_tape

ALERTMANAGER, LINEAGE, OWNERSHIP, PROMETHEUS = "alertmanager", "lineage", "ownership", "prometheus"
KPIS, MLFLOW, MODELS, ONCALL = "kpis", "mlflow", "models", "oncall"
READS_BACK = frozenset({PROMETHEUS})  # these read what they missed, so an absence of the recorder is no gap of theirs


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier recorder left on the tape: open alerts, KPIs, models and schedules by entity id, what was
    declared by entity, when sources were last seen."""

    alerts: dict[str, AlertDoc] = field(default_factory=dict)
    declared: dict[EntityRef, Mapping[str, Any]] = field(default_factory=dict)
    kpis: dict[str, KpiDoc] = field(default_factory=dict)
    models: dict[str, ModelDoc] = field(default_factory=dict)
    oncall: dict[str, OnCallDoc] = field(default_factory=dict)
    pulses: dict[str, int] = field(default_factory=dict)


def feeds_of(settings: Settings, known: Known) -> list[Feed]:
    """All feeds that are configured."""
    several = len(settings.places) > 0

    def tied_to_jobs(feed: Feed) -> Feed:
        return TiedFeed(feed, settings.nomads) if several else feed

    feeds = [_nomad(nomad, settings.backfill_s, known) for nomad in settings.nomads]
    shelf = shelf_of(settings)
    lineage = None
    if settings.lineage_url:
        lineage = LineageFeed(settings.lineage_url, settings.lineage_auth, settings.lineage_key)
        feeds.append(lineage)
    feeds.append(OwnershipFeed(shelf, lineage, known.declared, settings.backfill_s))
    feeds.append(_models(settings, shelf, known))
    feeds.append(OnCallFeed(settings.oncall, shelf, known.oncall))
    feeds.append(_kpis(settings, shelf, known))
    if settings.prometheus_url:
        auth = settings.prometheus_auth
        feeds.append(
            tied_to_jobs(
                PrometheusFeed(
                    settings.prometheus_url,
                    auth.reveal() if auth else None,
                    pack_dirs=settings.pack_dirs,
                    step_s=settings.step_s if settings.given("step") else 0.0,
                    backfill_s=settings.backfill_s,
                    since_ms=known.pulses.get(PROMETHEUS),
                    apart=APART if several else (),
                )
            )
        )
    if settings.alertmanager_url:
        feeds.append(
            tied_to_jobs(
                AlertmanagerFeed(
                    settings.alertmanager_url,
                    settings.alertmanager_auth,
                    settings.alertmanager_interval_s,
                    known.alerts,
                )
            )
        )
    return feeds


def _models(settings: Settings, shelf: Shelf, known: Known) -> Feed:
    address = settings.mlflow_tracking_uri
    access = MlflowAccess(address, settings.mlflow_auth, settings.mlflow_token) if address else None
    known_ms, horizon_s = known.pulses.get(MLFLOW), settings.backfill_s
    return ModelsFeed(access, shelf, known.models, known_ms, horizon_s, no_registry=settings.mlflow_passed_over)


def _kpis(settings: Settings, shelf: Shelf, known: Known) -> Feed:
    auth = settings.prometheus_auth
    return KpiFeed(
        shelf,
        settings.prometheus_url,
        auth.reveal() if auth else None,
        known=known.kpis,
        horizon_s=settings.backfill_s,
    )


def _nomad(nomad: NomadSettings, backfill_s: float, known: Known) -> Feed:
    since_ms = known.pulses.get(source_of(nomad.name))
    feed = NomadFeed(nomad_address(nomad), backfill_s, since_ms=since_ms)
    return PlacedFeed(feed, nomad.name, nomad.profile) if nomad.name else feed


def known_of(tape: str) -> Known:
    """What is on a tape already; nothing where there is none yet."""
    try:
        with open_tape(tape, "read") as store:
            states = store.states_at(
                None, [EntityKind.ALERT, EntityKind.KPI, EntityKind.MODEL, EntityKind.ONCALL, *DECLARED]
            )
            pulses = store.pulses()
    except TapeError:  # no tape yet; one that cannot be read is told when the session opens it
        return Known()
    alerts = {
        state.entity.id: cast(AlertDoc, {**state.body, "labels": untied(state.body.get("labels") or {})})
        for state in states
        if state.source == ALERTMANAGER and state.body.get("state") != "resolved"
    }
    declared = {state.entity: state.body for state in states if state.source == OWNERSHIP}
    kpis = {state.entity.id: cast(KpiDoc, dict(state.body)) for state in states if state.source == KPIS}
    models = {state.entity.id: cast(ModelDoc, dict(state.body)) for state in states if state.source == MODELS}
    oncall = {state.entity.id: cast(OnCallDoc, dict(state.body)) for state in states if state.source == ONCALL}
    return Known(alerts, declared, kpis, models, oncall, pulses)
