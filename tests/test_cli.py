"""The command: light to start, plain about wrong use, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console import cli
from console.config import Settings
from console.parsing import UseError, parse
from console.verbs import VERBS

HEAVY = "textual, rich, httpx, requests, numpy, asyncio, tomllib, logging, inspect, dataclasses, sqlite3, tenacity"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NOMAD_ADDR", "NOMAD_TOKEN", "PROMETHEUS_URL", "ALERTMANAGER_URL", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def run(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *argv],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


NEEDED = {"review": ("flow:docs",)}  # words without which a verb is refused


@pytest.mark.parametrize("verb", VERBS)
def test_parsing_a_verb_imports_nothing_heavy(verb: str) -> None:
    script = (
        "import sys, os\n"
        "from console import cli, parsing\n"
        "from console.config import load_settings\n"
        f"load_settings(vars(parsing.parse({[verb, *NEEDED.get(verb, ()), '--tape', 'x']}).args), os.environ)\n"
        f"print([m for m in '{HEAVY}'.split(', ') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["snapshto"], "did you mean snapshot?"),
        (["incident"], "'incident' is not a verb"),
        (["doctor", "--jsno"], "did you mean --json?"),
        (["--prometeus-url", "http://a:1"], "did you mean --prometheus-url?"),
        (["snapshot", "--size", "huge"], "'huge' is not a size"),
        (["snapshot", "--size", "120x0"], "outside"),
        (["snapshot", "--screen", "borad"], "invalid choice"),
        (["demo", "--speed", "fast"], "'fast' is not a speed"),
        (["demo", "--speed", "nan"], "'nan' is not a speed"),
        (["snapshot", "--at"], "expected one argument"),
        (["doctor", "one", "two"], "one argument too many"),
        (["doctor", "--nomad-addr", "localhost"], "--nomad-addr: the value has no http://"),
        (["replay"], "fourthsignal replay FILE"),
    ],
)
def test_wrong_use_is_one_sentence(argv: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_verbs_that_do_not_exist_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {verb} " in text for verb in VERBS)
    assert not any(f"  {verb} " in text for verb in ("serve", "init", "incident"))


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert "--nomad-addr" in text
    assert "NOMAD_ADDR" in text


def test_a_verb_may_stand_after_settings() -> None:
    parsed = parse(["--tape", "demo", "snapshot", "--at", "-5m", "--size=80x24"])
    assert parsed is not None
    assert (parsed.verb, parsed.args.at, parsed.args.size) == ("snapshot", "-5m", (80, 24))
    assert vars(parsed.args)["tape"] == "demo"


def test_no_verb_means_watch() -> None:
    parsed = parse(["-address", "http://a:1", "-tls-skip-verify"])
    assert parsed is not None
    assert parsed.verb == "watch"
    assert vars(parsed.args)["nomad.address"] == "http://a:1"
    assert vars(parsed.args)["nomad.skip_verify"] is True


def test_the_value_of_a_flag_is_no_verb() -> None:
    parsed = parse(["--theme", "demo", "doctor"])
    assert parsed is not None
    assert parsed.verb == "doctor"


def test_a_flag_is_not_taken_for_a_value() -> None:
    with pytest.raises(UseError, match="expected one argument"):
        parse(["snapshot", "--at", "--size", "80x24"])


def test_watch_without_a_terminal_says_what_to_do() -> None:
    done = run()
    assert done.returncode == 2
    assert "snapshot" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_is_json_too_when_json_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json", "--nomad-addr", "nonsense\x1b[31m"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["exit"] == 2
    assert "\x1b" not in said.out + said.err


def test_a_broken_file_is_told_by_line(home: Path) -> None:
    path = home / "config" / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('tape = "x"\nteme = "dark"\n')
    done = run("doctor")
    assert done.returncode == 2
    assert f"{path}, line 2" in done.stderr
    assert "did you mean theme?" in done.stderr or "did you mean tape?" in done.stderr


def test_a_fault_goes_to_a_private_log_without_secrets(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(args: object, settings: Settings) -> int:
        token = settings.nomad.token.read()
        assert token is not None
        raise RuntimeError(f"token {token.reveal()} at http://me:pass-word@host/ X-Nomad-Token: other-secret\nline two")

    monkeypatch.setattr("console.verbs.doctor.run", broken)
    monkeypatch.setenv("NOMAD_TOKEN", "token-secret")
    assert cli.main(["doctor"]) == 70
    said = capsys.readouterr()
    log = home / "state" / "fourthsignal" / "log" / "fourthsignal.log"
    assert str(log) in said.err
    assert said.err.count("\n") == 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text()
    assert "RuntimeError" in text
    assert "Traceback" in text
    for secret in ("token-secret", "pass-word", "other-secret"):
        assert secret not in text + said.err


def test_a_log_that_cannot_be_written_is_no_second_fault(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(args: object, settings: Settings) -> int:
        raise RuntimeError("at http://me:pass-word@host/")

    monkeypatch.setattr("console.verbs.doctor.run", broken)
    (home / "state").write_text("not a directory")
    assert cli.main(["doctor"]) == 70
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert "pass-word" not in said


def test_a_reader_that_leaves_is_no_fault() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "console", "--help"], stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 0
    assert done.stderr == ""


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(args: object, settings: Settings) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 0

    monkeypatch.setattr("console.verbs.doctor.run", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
    try:
        assert cli.main(["doctor"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fourthsignal ")
