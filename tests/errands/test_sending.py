"""What is known after a request that changed something, or did not: never taken for undone when it may be done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import Request

from console.errands.acting.sending import UnknownOutcomeError, not_done, send
from console.errands.nomads import Nomad
from console.feeds.nomad.calls import quoted
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.troubles import NomadTroubleError
from console.nomadactions.planning import plan
from console.nomadactions.shapes import Asked
from tests.nomadactions.making import NOW_MS, cluster

Answer = Callable[[BaseHTTPRequestHandler], None]


def said(status: int, text: str, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def broken(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def silent(handler: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(1.0)


def outcome(answer: Answer | None) -> tuple[str, list[str]]:
    """How one attempt ended in a word, and the paths that a server was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            assert answer is not None
            answer(self)

        do_GET = do_POST  # noqa: N815 - a redirect that is followed would come as one

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    if answer is None:
        server.shutdown()
        server.server_close()
    made = plan(Asked("revert", None, ("answerer", "5")), cluster(), NOW_MS)
    try:
        asyncio.run(send(Nomad(NomadAddress(f"http://127.0.0.1:{port}")), made, 0.3))
    except UnknownOutcomeError:
        return "unknown", asked
    except NomadTroubleError:
        return "not done", asked
    finally:
        server.shutdown() if answer is not None else None
    return "done", asked


PATH = "/v1/job/answerer/revert?namespace=llm-prod"


@pytest.mark.parametrize(("answer", "word"), [
    (said(200, '{"EvalID": "e"}'), "done"),
    (said(200, "null"), "done"),
    (said(200, ""), "done"),
    (said(403, "Permission denied"), "not done"),
    (said(500, "Permission denied"), "not done"),
    (said(404, "job not found"), "not done"),
    (said(400, "bad"), "not done"),
    (said(500, "No cluster leader"), "not done"),
    (said(500, "Current job has version 8; enforcing version 7"), "not done"),
    (said(500, "rpc error: EOF"), "unknown"),
    (said(500, "rpc error: i/o timeout"), "unknown"),
    (said(500, "context deadline exceeded"), "unknown"),
    (said(502, "bad gateway"), "unknown"),
    (said(504, "gateway"), "unknown"),
    (said(200, "<html>proxy</html>"), "unknown"),
    (broken, "unknown"),
    (silent, "unknown"),
])  # fmt: skip
def test_whatever_is_answered_is_asked_once(answer: Answer, word: str) -> None:
    assert outcome(answer) == (word, [PATH])


def test_nobody_there_is_not_done() -> None:
    assert outcome(None) == ("not done", [])


def test_a_redirect_is_not_followed() -> None:
    told, asked = outcome(said(307, "", Location="/elsewhere"))
    assert told != "done" and asked == [PATH]


@pytest.mark.parametrize("odd", ["..", ".", ""])
def test_an_id_that_would_lead_elsewhere_is_never_asked_for(odd: str) -> None:
    """``/v1/job/../stop`` is ``/v1/stop`` to every client and every server."""
    nomad = Nomad(NomadAddress("http://127.0.0.1:9"))
    for asked in (nomad.calls.get("job", odd, "versions"), nomad.calls.post("job", odd, "revert", body={})):
        with pytest.raises(NomadTroubleError, match="cannot be asked for an object that is called") as refused:
            asyncio.run(asked)
        assert not_done(refused.value)


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text not in (".", "..")))
def test_any_other_id_is_one_part_of_the_path(name: str) -> None:
    address = "http://nomad.example/v1/job/" + quoted(NomadAddress(""), name) + "/versions"
    sent = Request("GET", address).prepare().url
    assert sent is not None
    parts = urlsplit(sent).path.split("/")
    assert [*parts[:3], parts[4:]] == ["", "v1", "job", ["versions"]] and unquote(parts[3]) == name
