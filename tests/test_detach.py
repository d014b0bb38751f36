"""A recorder started by a viewer has the viewer's settings, and no secret stands in its arguments."""

from __future__ import annotations

from pathlib import Path

from console.config import Settings, load_settings
from console.detach import handed_on
from console.parsing import parse

FLAGS: dict[str, object] = {
    "nomad.address": "https://ops:pa55@nomad.example:4646",
    "nomad.region": "eu",
    "nomad.skip_verify": True,
    "nomad.tls_server_name": "server.global.nomad",
    "prometheus_url": "https://reader:s3cret@prometheus.example",
    "alertmanager_url": "http://alerts.example:9093",
    "tape": "/var/tmp/some.tape",
    "flows": "/etc/one.toml:/etc/two.toml",
    "packs": "/etc/packs",
    "step": "15s",
    "backfill": "90m",
    "linger": "2.5s",
    "retention_days": "3",
}


def started(viewer: Settings, env: dict[str, str]) -> Settings:
    """The settings of the recorder that a viewer starts."""
    arguments, handed = handed_on(viewer, env)
    parsed = parse(["record", *arguments])
    assert parsed is not None
    return load_settings(vars(parsed.args), handed)


def test_every_flag_reaches_the_recorder(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "NOMAD_TOKEN": "a-token"}
    viewer = load_settings(FLAGS, env)
    recorder = started(viewer, env)
    assert recorder._replace(origins={}, color=viewer.color) == viewer._replace(origins={})


def test_no_secret_in_arguments_that_everybody_can_read(tmp_path: Path) -> None:
    arguments, _ = handed_on(load_settings(FLAGS, {"HOME": str(tmp_path)}), {})
    assert not any(secret in " ".join(arguments) for secret in ("pa55", "s3cret"))


def test_what_was_not_given_by_a_flag_is_left_to_the_environment_and_the_file(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('prometheus_url = "http://prometheus.example"\n')
    env = {"HOME": str(tmp_path), "NOMAD_ADDR": "http://nomad.example:4646"}
    viewer = load_settings({"config": str(config)}, env)
    recorder = started(viewer, env)
    assert recorder.prometheus_url == "http://prometheus.example"
    assert recorder.nomad.address == "http://nomad.example:4646"
    assert recorder.tape == viewer.tape
