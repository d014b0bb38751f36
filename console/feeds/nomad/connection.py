"""Where a Nomad is and how to be let in: plain values, and the two HTTP clients made from them.

The meaning of every value is that of the nomad CLI's NOMAD_* environment. Nothing here reads the environment:
python-nomad would fall back to it silently, and would not check certificates unless told to.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import requests
import urllib3
from nomad.api.base import Requester
from requests.adapters import HTTPAdapter


def no_token() -> str | None:
    """The token of somebody who has none."""
    return None


@dataclass(frozen=True, slots=True)
class NomadAddress:
    """One Nomad. ``url`` holds no credentials; ``token`` is asked for before each connection, so it may change."""

    url: str
    region: str | None = None
    namespace: str = "*"
    token: Callable[[], str | None] = field(default=no_token, repr=False, compare=False)
    http_auth: tuple[str, str] | None = field(default=None, repr=False)
    cacert: str | None = None
    capath: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    tls_server_name: str | None = None
    skip_verify: bool = False

    @property
    def base(self) -> str:
        """The URL without a slash at its end."""
        return self.url.rstrip("/")


class _NamedServer(HTTPAdapter):
    """TLS to a server whose certificate has another name than its address."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, server_hostname=self._name, assert_hostname=self._name, **kwargs)


def requester(address: NomadAddress, endpoint: str, timeout_s: float) -> Any:
    """A python-nomad requester for one endpoint (``jobs``, ``services`` ...), with its own session.

    One thread uses it at a time. Redirects are not followed, so the token goes to this address only.
    """
    session = requests.Session()
    # An authenticator of our own keeps requests from looking for one in ~/.netrc.
    session.auth = address.http_auth or _as_it_is
    if address.tls_server_name:
        session.mount("https://", _NamedServer(address.tls_server_name))
    if address.skip_verify:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # chosen; doctor says it
    both = (address.client_cert, address.client_key)
    made = Requester(
        address=address.base,
        token=address.token(),
        region=address.region,
        timeout=timeout_s,
        verify=False if address.skip_verify else (address.cacert or address.capath or True),
        cert=both if all(both) else (),
        session=session,
    )
    made.ENDPOINT = endpoint
    return made


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def http_client(address: NomadAddress) -> httpx.AsyncClient:
    """A client for what python-nomad cannot do: the event stream and blocking queries. No read timeout by default.

    Raises OSError when a certificate file cannot be read.
    """
    verify = _context(address) if address.base.startswith("https:") else True
    headers = {"Accept-Encoding": "identity"}  # a compressed stream would be held back by the compressor
    if token := address.token():
        headers["X-Nomad-Token"] = token
    return httpx.AsyncClient(
        base_url=address.base,
        headers=headers,
        auth=address.http_auth,
        params={"region": address.region} if address.region else None,
        verify=verify,
        timeout=httpx.Timeout(10.0, read=None),
        follow_redirects=False,
    )


def _context(address: NomadAddress) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=address.cacert, capath=address.capath)
    if address.client_cert and address.client_key:
        context.load_cert_chain(address.client_cert, address.client_key)
    if address.skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def extensions(address: NomadAddress) -> dict[str, Any]:
    """What a single httpx request needs so that TLS names the right server."""
    return {"sni_hostname": address.tls_server_name} if address.tls_server_name else {}
