"""The installed ``nomad`` command: where it is, what it is called with, and which Nomad it is told of."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from shutil import which

from console.config import NomadSettings

SHELL = "/bin/sh"
WHERE_FROM = "https://developer.hashicorp.com/nomad/install"


def find_nomad(env: Mapping[str, str]) -> str | None:
    """The path of the command; None where it is not installed."""
    return which("nomad", path=env.get("PATH"))


def exec_words(allocation: str, task: str, command: Sequence[str]) -> list[str]:
    """The command that runs another one in a task; ``allocation`` is its full id."""
    return ["nomad", "alloc", "exec", "-i", "-t", f"-task={task}", allocation, *command]


def as_typed(words: Sequence[str]) -> str:
    """A command as one would type it."""
    return shlex.join(words)


def split_command(typed: str) -> list[str]:
    """The words of a command line. Raises ValueError with a sentence."""
    try:
        return shlex.split(typed)
    except ValueError:
        raise ValueError("A quote in this command is not closed.") from None


def nomad_environment(nomad: NomadSettings, env: Mapping[str, str], namespace: str) -> dict[str, str]:
    """The environment in which the command talks to this Nomad and to no other. Raises ConfigError; may take 10 s where
    another command gives the token.

    The token is nowhere else: arguments are readable by everybody on a machine.
    """
    token, tls = nomad.token.read(), nomad.tls
    given = {
        "NOMAD_ADDR": nomad.address,
        "NOMAD_REGION": nomad.region,
        "NOMAD_NAMESPACE": namespace,
        "NOMAD_TOKEN": token.reveal() if token else "",
        "NOMAD_HTTP_AUTH": nomad.http_auth.reveal() if nomad.http_auth else "",
        "NOMAD_CACERT": tls.cacert,
        "NOMAD_CAPATH": tls.capath,
        "NOMAD_CLIENT_CERT": tls.client_cert,
        "NOMAD_CLIENT_KEY": tls.client_key,
        "NOMAD_TLS_SERVER_NAME": tls.tls_server_name,
        "NOMAD_SKIP_VERIFY": "true" if tls.skip_verify else "",
    }
    kept = {name: value for name, value in env.items() if not name.startswith("NOMAD_") or "_CLI_" in name}
    return {**kept, **{name: str(value) for name, value in given.items() if value}}
