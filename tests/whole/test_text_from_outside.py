"""Names, annotations and labels that try to command the terminal: drawn as text, byte for byte harmless."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.doubles.nomad import NomadDouble
from tests.feeds.prometheus.conftest import Answer, Scripted, data, one_series
from tests.whole.house import House

CLIPBOARD = "\x1b]52;c;b3duZWQ=\x07"
TITLE = "\x1b]0;owned\x1b\\"
AWAY = "\x1b[?1049l\x1b[31;47;5m\x1b[5n"
C1 = "\x9b31m\x9d0;owned\x9c"
RIGHT_TO_LEFT = "‮"
MARKUP = "[bold red]x[/]"

ALERT = {
    "labels": {"alertname": f"Evil{CLIPBOARD}", "severity": "critical", "job": MARKUP},
    "annotations": {"summary": f"disk {AWAY}{CLIPBOARD}{TITLE}{C1} full {MARKUP}"},
    "startsAt": "2026-01-01T00:00:00Z",
    "endsAt": "2099-01-01T00:00:00Z",
    "updatedAt": "2026-01-01T00:00:00Z",
    "fingerprint": "e71",
    "generatorURL": "javascript:alert(1)",
    "receivers": [{"name": "ops"}],
    "status": {"state": "active", "inhibitedBy": [], "silencedBy": []},
}


def alertmanager(path: str, parameters: dict[str, str]) -> Answer:
    return 200, {"/api/v2/alerts": [ALERT], "/api/v2/silences": []}.get(path, {"versionInfo": {"version": "0.25.0"}})


def prometheus(path: str, parameters: dict[str, str]) -> Answer:
    """One series whose job label is a trap."""
    status, body = one_series(path, parameters, "7")
    if path.endswith("/query_range"):
        for series in body["data"]["result"]:
            series["metric"] |= {"nomad_job": f"in{RIGHT_TO_LEFT}take{AWAY}{MARKUP}", "topic": CLIPBOARD}
    return status, data(body["data"]) | {"warnings": []} if status == 200 else body


def test_no_byte_of_it_reaches_the_terminal_as_a_command(nomad: NomadDouble, tmp_path: Path) -> None:
    servers = [Scripted(), Scripted()]
    servers[0].answer, servers[1].answer = prometheus, alertmanager
    job: dict[str, Any] = {
        "ID": MARKUP,
        "Name": MARKUP,
        "Namespace": "default",
        "Type": "service",
        "Status": "running",
        "Version": 0,
    }
    nomad.change("jobs", "default/evil", **job, TaskGroups=[], SubmitTime=0, Priority=50,
                 Meta={"owner": f"mallory{TITLE}{C1}"})  # fmt: skip
    node = nomad.find("nodes")["ID"]
    nomad.change("nodes", node, "NodeStreamEvent", Name=f"fra9{AWAY}{CLIPBOARD}{RIGHT_TO_LEFT}", Status="down")
    house = House(
        tmp_path, "--nomad-addr", nomad.address, "--prometheus-url", servers[0].address, "--alertmanager-url",
        servers[1].address, "--step", "5s",
    )  # fmt: skip
    try:
        board = house.board()
        board.until(MARKUP)
        board.until("fra9")
        board.until("backlog 7", 30)
        board.until("Evil")
        for keys in ("tN", "N", "\x1b", ".", "1g\r", "\x1b", "1gj\r", "\x1b", "1gjj\r", "\x1b", "3g\r", "\x1b", "4g\r"):
            board.type(keys)
            board.read(0.3)
        board.type("\x1b")
        board.until("1 Scheduling")
        board.type("q")
        assert board.ended(5) == 0
    finally:
        house.close()
        for server in servers:
            server.stop()
    sent = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", board.output)  # the shape of the pointer, as Textual asks for it
    assert MARKUP.encode() in sent
    assert b"\x1b]" not in sent, "no command to the terminal's own system, whoever wants it"
    for trap in (CLIPBOARD, TITLE, AWAY, "\x1b[31;47;5m", "\x1b[5n", "\x07", "\x9b", "\x9d", RIGHT_TO_LEFT):
        assert trap.encode() not in sent, trap
    assert sent.count(b"\x1b[?1049l") == 1
    allowed = rb"\x1b(?:\[[0-9;?<>=]*[A-Za-z$ ]+|[78=>]|[()][AB012]|P[^\x1b]*\x1b\\)"
    assert b"\x1b" not in re.sub(allowed, b"", sent)
    assert not re.search(rb"[\x00-\x06\x0b\x0c\x0e-\x1a\x7f]", sent)
