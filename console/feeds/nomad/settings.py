"""Where the Nomads are that the settings name, as their clients need it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from console.config import NomadSettings, TokenSource
from console.feeds.nomad.connection import NomadAddress
from console.settings.errors import ConfigError

log = logging.getLogger(__name__)


def nomad_address(nomad: NomadSettings) -> NomadAddress:
    """The address of one Nomad from its settings."""
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
