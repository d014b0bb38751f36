"""The event stream: {} at once, several lines an index, an inclusive and forgetful resume, silence when denied."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING

from tests.doubles.nomad.acl import permit
from tests.doubles.nomad.answers import RefusalError
from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble
    from tests.doubles.nomad.server import Query, _Handler

HEARTBEAT_S = 30.0


def serve_stream(handler: _Handler, double: NomadDouble, query: Query) -> None:
    """Answer ``GET /v1/event/stream`` until either side ends it."""
    asked = query.get("index", ["0"])[0]
    if not asked.isdigit():
        handler.send(
            400, f'Unable to parse index: strconv.Atoi: parsing "{asked}": invalid syntax'.encode(), "text/plain"
        )
        return
    handler.close_connection = True
    handler.send_response_only(200)
    handler.send_header("Date", handler.date())
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    double.open_streams += 1
    try:
        _write(handler, double, query, int(asked))
    except OSError:
        pass  # the client left
    finally:
        double.open_streams -= 1
        with contextlib.suppress(OSError):
            handler.wfile.flush()


def _write(handler: _Handler, double: NomadDouble, query: Query, index: int) -> None:
    epoch = double.stream_epoch
    topics = [topic.split(":")[0] for topic in query.get("topic", ["*"])]
    namespace = query.get("namespace", ["default"])[0]
    silent = _denied(double, topics) or not _permitted(handler, double, query)
    if not silent:
        handler.wfile.write(b"{}\n")
    mute = silent or double.faults.get("no_leader") is not None
    world = double.world
    with world.changed:
        buffered = [line for line in world.buffer if line.raft_index >= index]
        last = buffered[0].serial - 1 if buffered else world.serial
    beat = time.monotonic()
    while True:
        with world.changed:
            if double.stream_epoch != epoch or handler.gone() or double.world is not world:
                return
            lines = [line for line in world.buffer if line.serial > last] if not mute else []
            if lines and lines[0].serial > last + 1:
                return  # too slow a reader: its events fell out of the buffer
            if not lines:
                world.changed.wait(0.25)
        for line in lines:
            last = line.serial
            if kept := [e for e in line.events if _wanted(e, topics, namespace)]:
                raw = json.dumps({"Index": line.raft_index, "Events": kept}, separators=(",", ":")).encode()
                broken = double.faults.get("broken_line") is not None
                handler.wfile.write((raw[: len(raw) // 2] if broken else raw) + b"\n")
        if _left(handler.connection):
            return
        every = double.heartbeat_s or HEARTBEAT_S / (1 if double.clock.frozen else double.clock.speed)
        if time.monotonic() - beat >= every:
            beat = time.monotonic()
            if not silent:
                handler.wfile.write(b"{}\n")


def _left(connection: socket.socket) -> bool:
    """Whether the client hung up: a stream that never writes would not notice."""
    readable, _, _ = select.select([connection], [], [], 0)
    if isinstance(connection, ssl.SSLSocket):
        return bool(readable)  # a client of a stream sends nothing: this can only be its goodbye
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


def _denied(double: NomadDouble, topics: list[str]) -> bool:
    if double.faults.get("forbidden", "/v1/event/stream"):
        return True
    fault = double.faults.get("silent_stream")
    return fault is not None and (not fault.topics or "*" in topics or bool(set(fault.topics) & set(topics)))


def _permitted(handler: _Handler, double: NomadDouble, query: Query) -> bool:
    try:
        permit(double, "GET", "/v1/event/stream", query, handler.secret)
    except RefusalError:
        return False
    return True


def _wanted(event: Json, topics: list[str], namespace: str) -> bool:
    if "*" not in topics and event["Topic"] not in topics:
        return False
    return namespace == "*" or not event["Namespace"] or event["Namespace"] == namespace
