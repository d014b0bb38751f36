"""HTTPS with both HTTP clients: authorities, names, client certificates, and what is said when they do not fit."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress, http_client
from console.feeds.nomad.stream import follow
from console.feeds.nomad.troubles import NomadTroubleError
from tests.doubles.nomad import NomadDouble

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed: no certificates to try")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for server.eu.nomad, which serves as its own authority."""
    where = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=server.eu.nomad",
            "-addext",
            "subjectAltName=DNS:server.eu.nomad",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ],
        cwd=where,
        check=True,
        capture_output=True,
    )
    return where


def serving(made: Path) -> NomadDouble:
    nomad = NomadDouble.recorded(frozen=True)
    nomad.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    nomad.tls.load_cert_chain(made / "cert.pem", made / "key.pem")
    return nomad


async def both(address: NomadAddress) -> list[str]:
    """What python-nomad's client and httpx's say: empty when all is well."""
    said = []
    calls = Calls(address, lambda: 0)
    try:
        await calls.get("status", "leader")
        said.append("")
    except NomadTroubleError as error:
        said.append(f"{error.why}; {error.todo}")
    finally:
        calls.close()
    async with http_client(address) as client:
        try:
            await anext(follow(client, address, 0))
            said.append("")
        except NomadTroubleError as error:
            said.append(f"{error.why}; {error.todo}")
    return said


async def test_an_authority_and_a_name_let_us_in(made: Path) -> None:
    with serving(made) as nomad:
        assert await both(
            NomadAddress(nomad.address, cacert=str(made / "cert.pem"), tls_server_name="server.eu.nomad")
        ) == ["", ""]
        assert await both(NomadAddress(nomad.address, skip_verify=True)) == ["", ""]


@pytest.mark.parametrize(
    ("more", "todo"),
    [({}, "set NOMAD_CACERT"), ({"cacert": "cert.pem"}, "set NOMAD_TLS_SERVER_NAME")],
)
async def test_what_does_not_fit_is_said_with_the_setting_that_helps(
    made: Path, more: dict[str, Any], todo: str
) -> None:
    with serving(made) as nomad:
        more = {name: str(made / value) for name, value in more.items()}
        for said in await both(NomadAddress(nomad.address, **more)):
            assert todo in said


async def test_http_where_https_is_spoken_and_the_other_way_round(made: Path) -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        for said in await both(NomadAddress(nomad.address.replace("http:", "https:"))):
            assert "does not speak TLS" in said and "http://" in said


async def test_a_certificate_that_is_not_there_is_named(made: Path) -> None:
    calls = Calls(NomadAddress("https://127.0.0.1:1", cacert=str(made / "none.pem")), lambda: 0)
    with pytest.raises(NomadTroubleError, match=r"cannot be read \(.*none\.pem\)"):
        await calls.get("status", "leader")
    calls.close()
