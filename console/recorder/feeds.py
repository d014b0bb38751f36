"""Which feeds an installation has: its settings, and what its tape knew last -> feeds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from console.config import NomadSettings, Settings, TokenSource
from console.documents import AlertDoc, FlowDoc
from console.feeds.alertmanager import AlertmanagerFeed
from console.feeds.nomad import NomadAddress, NomadFeed
from console.feeds.outlet import Feed
from console.feeds.ownership import OwnershipFeed
from console.feeds.prometheus.feed import PrometheusFeed
from console.settings.errors import ConfigError
from console.signals import EntityKind
from console.tape.errors import TapeError
from console.tape.store import open_tape

log = logging.getLogger(__name__)

ALERTMANAGER, NOMAD, OWNERSHIP, PROMETHEUS = "alertmanager", "nomad", "ownership", "prometheus"
READS_BACK = frozenset({PROMETHEUS})  # these read what they missed, so an absence of the recorder is no gap of theirs


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier recorder left on the tape: open alerts and flows by entity id, when sources were last seen."""

    alerts: dict[str, AlertDoc] = field(default_factory=dict)
    flows: dict[str, FlowDoc] = field(default_factory=dict)
    pulses: dict[str, int] = field(default_factory=dict)


def feeds_of(settings: Settings, known: Known) -> list[Feed]:
    """All feeds that are configured."""
    feeds: list[Feed] = [
        NomadFeed(nomad_address(settings.nomad), settings.backfill_s, since_ms=known.pulses.get(NOMAD)),
        OwnershipFeed(settings.flows, known.flows, settings.backfill_s),
    ]
    if settings.prometheus_url:
        auth = settings.prometheus_auth
        feeds.append(
            PrometheusFeed(
                settings.prometheus_url,
                auth.reveal() if auth else None,
                pack_dirs=settings.pack_dirs,
                step_s=settings.step_s if settings.given("step") else 0.0,
                backfill_s=settings.backfill_s,
                since_ms=known.pulses.get(PROMETHEUS),
            )
        )
    if settings.alertmanager_url:
        feeds.append(
            AlertmanagerFeed(
                settings.alertmanager_url,
                settings.alertmanager_auth,
                settings.alertmanager_interval_s,
                known.alerts,
            )
        )
    return feeds


def nomad_address(nomad: NomadSettings) -> NomadAddress:
    """The Nomad feed's address from the settings."""
    user, colon, password = nomad.http_auth.reveal().partition(":") if nomad.http_auth else ("", "", "")
    tls = nomad.tls
    return NomadAddress(
        url=nomad.address,
        region=nomad.region,
        namespace=nomad.namespace,
        token=token_reader(nomad.token),
        http_auth=(user, password) if colon else None,
        cacert=str(tls.cacert) if tls.cacert else None,
        capath=str(tls.capath) if tls.capath else None,
        client_cert=str(tls.client_cert) if tls.client_cert else None,
        client_key=str(tls.client_key) if tls.client_key else None,
        tls_server_name=tls.tls_server_name,
        skip_verify=tls.skip_verify,
    )


def token_reader(source: TokenSource) -> Callable[[], str | None]:
    """Reads the token anew at each use; a source that fails is logged and asks as nobody, which Nomad then refuses."""

    def read() -> str | None:
        try:
            secret = source.read()
        except ConfigError as problem:
            log.warning("the Nomad token could not be read: %s", problem)
            return None
        return secret.reveal() if secret else None

    return read


def known_of(tape: str) -> Known:
    """What is on a tape already; nothing where there is none yet."""
    try:
        with open_tape(tape, "read") as store:
            states = store.states_at(None, [EntityKind.ALERT, EntityKind.FLOW])
            pulses = store.pulses()
    except TapeError:  # no tape yet; one that cannot be read is told when the session opens it
        return Known()
    alerts = {
        state.entity.id: cast(AlertDoc, dict(state.body))
        for state in states
        if state.source == ALERTMANAGER and state.body.get("state") != "resolved"
    }
    flows = {state.entity.id: cast(FlowDoc, dict(state.body)) for state in states if state.source == OWNERSHIP}
    return Known(alerts, flows, pulses)
