"""What the nomad command is called with: this Nomad and no other, the token by the environment only."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config import NomadSettings, Secret, TlsSettings, TokenSource
from console.nomadcli import as_typed, exec_words, find_nomad, nomad_environment, split_command

ID = "3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55"


def test_the_environment_is_that_of_the_cluster_alone() -> None:
    nomad = NomadSettings(
        "https://nomad.example:4646",
        region="eu",
        token=TokenSource("value", Secret("s3cret")),
        http_auth=Secret("me:pw"),
        tls=TlsSettings(cacert=Path("/ca.pem"), skip_verify=True),
    )
    env = {"PATH": "/bin", "NOMAD_TOKEN": "another", "NOMAD_NAMESPACE": "x", "NOMAD_CLI_NO_COLOR": "1",
           "NOMAD_LICENSE": "?"}  # fmt: skip
    assert nomad_environment(nomad, env, "shop") == {
        "PATH": "/bin",
        "NOMAD_CLI_NO_COLOR": "1",
        "NOMAD_ADDR": "https://nomad.example:4646",
        "NOMAD_REGION": "eu",
        "NOMAD_NAMESPACE": "shop",
        "NOMAD_TOKEN": "s3cret",
        "NOMAD_HTTP_AUTH": "me:pw",
        "NOMAD_CACERT": "/ca.pem",
        "NOMAD_SKIP_VERIFY": "true",
    }


def test_who_has_no_token_is_nobody_whatever_the_environment_says() -> None:
    env = nomad_environment(NomadSettings("http://x:1"), {"NOMAD_TOKEN": "another", "NOMAD_CACERT": "/old"}, "")
    assert env == {"NOMAD_ADDR": "http://x:1"}


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=4))
def test_any_task_and_command_stay_one_word_each(task: str, command: list[str]) -> None:
    words = exec_words(ID, task, command)
    assert words[:5] == ["nomad", "alloc", "exec", "-i", "-t"]
    assert words[5:] == [f"-task={task}", ID, *command]
    assert shlex.split(as_typed(words)) == words
    assert split_command(as_typed(words)) == words


def test_a_quote_that_is_not_closed_is_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"A quote in this command is not closed\."):
        split_command("sh -c 'echo")


def test_the_command_is_found_on_the_path(tmp_path: Path) -> None:
    assert find_nomad({"PATH": str(tmp_path)}) is None
    (tmp_path / "nomad").write_text("#!/bin/sh\n")
    (tmp_path / "nomad").chmod(0o755)
    assert find_nomad({"PATH": str(tmp_path)}) == str(tmp_path / "nomad")
