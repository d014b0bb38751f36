"""Control over HTTP, for a double that runs as a process of its own.

POST /_double/fault {"name": "slow", "delay_s": 2}     DELETE /_double/fault {"name": "slow"} (or {} for all)
POST /_double/clock {"at_ms": .., "step_ms": .., "speed": .., "frozen": true}
POST /_double/change {"table": "allocations", "key": "..", "patch": {..}, "type": ".."}
POST /_double/do {"what": "close_streams" | "lose_events" | "restore", "index": 7}
POST /_double/storm {"pool": "gpu", "events": 5000, "seconds": 2}: answered when it is over, with its counts
GET /_double/requests   DELETE /_double/requests   GET /_double/state
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble


def handle(double: NomadDouble, method: str, path: str, asked: Json) -> Any:
    """Do what is asked and answer with what a caller may want to see."""
    name = path.removeprefix("/_double/")
    known = {
        ("POST", "fault"): _fault,
        ("DELETE", "fault"): _clear,
        ("POST", "clock"): _clock,
        ("POST", "change"): _change,
        ("POST", "do"): _do,
        ("POST", "storm"): _storm,
        ("GET", "requests"): lambda double, asked: dict(double.requests),
        ("DELETE", "requests"): lambda double, asked: double.requests.clear(),
        ("GET", "state"): _state,
    }
    return known[(method, name)](double, asked)


def _fault(double: NomadDouble, asked: Json) -> Any:
    name = asked.pop("name")
    double.fault(name, **{k: tuple(v) if isinstance(v, list) else v for k, v in asked.items()})
    return {"on": list(double.faults.active)}


def _clear(double: NomadDouble, asked: Json) -> Any:
    double.clear(asked.get("name"))
    return {"on": list(double.faults.active)}


def _clock(double: NomadDouble, asked: Json) -> Any:
    if "at_ms" in asked:
        double.seek(asked["at_ms"])
    if "step_ms" in asked:
        double.clock.step(asked["step_ms"])
    if asked.get("frozen"):
        double.clock.freeze()
    elif "speed" in asked or asked.get("frozen") is False:
        double.clock.run(asked.get("speed"))
    return {"now_ms": double.clock.now_ms()}


def _change(double: NomadDouble, asked: Json) -> Any:
    return {"index": double.change(asked["table"], asked["key"], asked.get("type", ""), **asked["patch"])}


def _do(double: NomadDouble, asked: Json) -> Any:
    if asked["what"] == "restore":
        double.restore(asked["index"])
    elif asked["what"] in ("close_streams", "lose_events"):
        getattr(double, asked["what"])()
    else:
        raise ValueError(f"cannot do {asked['what']}")
    return {"index": double.world.index}


def _storm(double: NomadDouble, asked: Json) -> Any:
    storm = double.lose_pool(asked["pool"], int(asked.get("events", 5000)), float(asked.get("seconds", 2)))
    return {"counts": dict(storm.counts), "lost": storm.lost, "placed": storm.placed, "down": storm.nodes}


def _state(double: NomadDouble, asked: Json) -> Any:
    return {
        "now_ms": double.clock.now_ms(),
        "index": double.world.index,
        "counts": {table: len(rows) for table, rows in double.world.rows.items()},
        "streams": double.open_streams,
    }
