"""What can go wrong with a Nomad, each told as one sentence with something to do about it."""

from __future__ import annotations

import json
from enum import StrEnum

import httpx
import nomad.api.exceptions as nomad_errors
import requests

from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.rights import policy


class Trouble(StrEnum):
    """Kinds of failure that are told and handled differently."""

    REFUSED = "refused"
    UNKNOWN_HOST = "unknown host"
    TIMEOUT = "timeout"
    TLS = "tls"
    DENIED = "denied"
    ABSENT = "absent"
    NO_LEADER = "no leader"
    SERVER = "server error"
    NOT_NOMAD = "not nomad"
    CLOSED = "closed"
    SILENT = "silent"
    BACKWARDS = "index backwards"


class NomadTroubleError(Exception):
    """A call or the stream failed. ``why`` is a sentence without a full stop; ``todo`` is what a person can do."""

    def __init__(self, trouble: Trouble, why: str, todo: str = "") -> None:
        super().__init__(why)
        self.trouble, self.why, self.todo = trouble, why, todo


def trouble(address: NomadAddress, path: str, error: Exception) -> NomadTroubleError:
    """What an exception of either HTTP client means."""
    if isinstance(error, NomadTroubleError):
        return error
    cause = getattr(error, "nomad_resp", error)
    if isinstance(cause, requests.Response):
        return from_status(address, path, cause.status_code, cause.text)
    return _from_transport(address, path, cause)


def from_status(address: NomadAddress, path: str, status: int, text: str) -> NomadTroubleError:
    """What an answer other than 2xx means. Nomad says some refusals with 500."""
    where, said = f"Nomad at {address.base}", " ".join(text.split())[:160]
    if status == 403 or (status == 500 and "Permission denied" in said):
        return NomadTroubleError(
            Trouble.DENIED,
            f"{where} does not permit {path} with this token",
            f"use a token with this policy: {policy()}",
        )
    if "No cluster leader" in said:
        return NomadTroubleError(
            Trouble.NO_LEADER, f"{where} has no leader", "look at `nomad server members` and the servers' logs"
        )
    if "No path to region" in said:
        return NomadTroubleError(
            Trouble.ABSENT,
            f"{where} knows no region {address.region!r}",
            "check NOMAD_REGION against `nomad server members`",
        )
    if status == 404:
        return NomadTroubleError(Trouble.ABSENT, f"{where} has no {path}" + (f": {said}" if said else ""))
    if status == 400 and "HTTPS server" in said:
        return NomadTroubleError(Trouble.TLS, f"{where} speaks HTTPS", "write https:// in NOMAD_ADDR")
    return NomadTroubleError(
        Trouble.SERVER, f"{where} answered {status} on {path}: {said or 'no text'}", "look at the servers' logs"
    )


def _from_transport(address: NomadAddress, path: str, cause: object) -> NomadTroubleError:
    where, said = f"Nomad at {address.base}", str(cause)
    if isinstance(cause, OSError) and ("TLS certificate" in said or "TLS CA certificate" in said or "TLS key" in said):
        return unreadable_certificate(address)
    if isinstance(cause, requests.exceptions.SSLError) or "SSL" in said or "CERTIFICATE" in said:
        return NomadTroubleError(Trouble.TLS, f"TLS with {where} failed: {_tls(said)}", _tls_todo(said))
    if isinstance(cause, (requests.exceptions.Timeout, httpx.TimeoutException)):
        return NomadTroubleError(Trouble.TIMEOUT, f"{where} gave no answer in time on {path}", "check the way to it")
    if isinstance(cause, (json.JSONDecodeError, requests.exceptions.JSONDecodeError, UnicodeDecodeError)):
        return not_nomad(address, path)
    if "Name or service" in said or "name resolution" in said or "nodename" in said or "No address" in said:
        return NomadTroubleError(Trouble.UNKNOWN_HOST, f"the host of {address.base} is not known", "check NOMAD_ADDR")
    if "refused" in said or "All connection attempts failed" in said:
        return NomadTroubleError(Trouble.REFUSED, f"{where} refused the connection", "check NOMAD_ADDR, or start Nomad")
    if isinstance(
        cause, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, httpx.UnsupportedProtocol)
    ):
        return NomadTroubleError(
            Trouble.UNKNOWN_HOST, f"{address.base!r} is not an address", "write NOMAD_ADDR as http://host:4646"
        )
    if isinstance(cause, (requests.exceptions.RequestException, httpx.HTTPError, OSError)):
        return NomadTroubleError(Trouble.CLOSED, f"{where} closed the connection on {path}", "check that it runs")
    return NomadTroubleError(Trouble.SERVER, f"{where} could not be read on {path}: {type(cause).__name__}", "")


def not_nomad(address: NomadAddress, path: str) -> NomadTroubleError:
    """An answer that no Nomad gives."""
    return NomadTroubleError(
        Trouble.NOT_NOMAD,
        f"what {address.base} answered on {path} is not Nomad's JSON",
        "check NOMAD_ADDR and any proxy between",
    )


def no_path(address: NomadAddress, part: str) -> NomadTroubleError:
    """An id that cannot be part of a path: what was asked for it would be asked for something else."""
    return NomadTroubleError(
        Trouble.SERVER, f"Nomad at {address.base} cannot be asked for an object that is called '{part}'", "rename it"
    )


def unreadable_certificate(address: NomadAddress) -> NomadTroubleError:
    """A file that TLS needs is not there, or not what it should be."""
    files = (address.cacert, address.capath, address.client_cert, address.client_key)
    named = ", ".join(str(file) for file in files if file)
    return NomadTroubleError(
        Trouble.TLS,
        f"a certificate for Nomad at {address.base} cannot be read ({named})",
        "check NOMAD_CACERT, NOMAD_CAPATH, NOMAD_CLIENT_CERT and NOMAD_CLIENT_KEY",
    )


def backwards(address: NomadAddress, index: int, known: int) -> NomadTroubleError:
    """The server's index fell: it was restored from a snapshot, or another cluster answers."""
    return NomadTroubleError(
        Trouble.BACKWARDS,
        f"the index of Nomad at {address.base} went back from {known} to {index}: it was restored, or is another one",
    )


def _tls(said: str) -> str:
    for part, meaning in (
        ("self-signed", "its certificate is signed by nobody we know"),
        ("self signed", "its certificate is signed by nobody we know"),
        ("unable to get local issuer", "its certificate is signed by nobody we know"),
        ("Hostname mismatch", "its certificate is for another name"),
        ("IP address mismatch", "its certificate is for another name"),
        ("doesn't match", "its certificate is for another name"),
        ("WRONG_VERSION", "it does not speak TLS on this port"),
        ("RECORD_LAYER", "it does not speak TLS on this port"),
        ("CERTIFICATE_REQUIRED", "it wants a client certificate"),
        ("BAD_CERTIFICATE", "it did not accept our client certificate"),
        ("expired", "its certificate has expired"),
    ):
        if part.lower() in said.lower():
            return meaning
    return "no common ground"


def _tls_todo(said: str) -> str:
    meaning = _tls(said)
    if "signed by nobody" in meaning:
        return "set NOMAD_CACERT to the authority's certificate"
    if "another name" in meaning:
        return "set NOMAD_TLS_SERVER_NAME to the name in the certificate"
    if "does not speak" in meaning:
        return "write http:// in NOMAD_ADDR"
    return "set NOMAD_CLIENT_CERT and NOMAD_CLIENT_KEY" if "client certificate" in meaning else "check the certificates"


EXPECTED = (nomad_errors.BaseNomadException, requests.exceptions.RequestException, httpx.HTTPError, OSError, ValueError)
"""What the two clients raise. ValueError covers JSON that is none."""
