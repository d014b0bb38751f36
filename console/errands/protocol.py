"""What the viewer and its errands process say to each other: one JSON object a line. Pure, and light to import."""

# No postponed annotations here: a screen waits for these while it opens.
import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["answer", "part", "end", "error"]
KINDS: tuple[Kind, ...] = ("answer", "part", "end", "error")
STOP = "stop"
ALLOW_ACTIONS = "--allow-actions"  # an argument of the process: its viewer may do something to Nomad
LONGEST = 1024 * 1024  # bytes of a request
_OWN = frozenset({"id", "is"})


class Request(NamedTuple):
    """What is asked. ``cluster`` is empty for the one Nomad, or the first. ``given`` is all that was sent."""

    id: int
    ask: str
    cluster: str
    given: Mapping[str, Any]


class RequestError(ValueError):
    """A line that is no request; its text is one sentence. ``id`` is 0 where none could be read."""

    def __init__(self, sentence: str, id: int = 0) -> None:
        super().__init__(sentence)
        self.id = id


class Reply(NamedTuple):
    """What came of a request: an ``answer``; ``part`` after part, then an ``end``; or an ``error``."""

    id: int
    kind: Kind
    told: Mapping[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.kind != "part"

    @property
    def why(self) -> str:
        """One sentence about an error, without a full stop; empty otherwise."""
        return str(self.told.get("why", "")) if self.kind == "error" else ""

    @property
    def todo(self) -> str:
        """What a person can do about an error; may be empty."""
        return str(self.told.get("todo", ""))

    @property
    def denied(self) -> bool:
        """Whether the token lacks the right."""
        return self.told.get("denied") is True

    @property
    def sentence(self) -> str:
        """An error as it is shown."""
        return f"{self.why}; {self.todo}." if self.todo else f"{self.why}."


def parse_request(line: bytes) -> Request:
    """A line of the input as a request. Raises RequestError."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise RequestError("a request is one JSON object a line, and this is none") from None
    if not isinstance(asked, dict):
        raise RequestError("a request is a JSON object, and this is none")
    number, ask, cluster = asked.get("id"), asked.get("ask"), asked.get("cluster", "")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise RequestError("'id' is a number from 1 on")
    if not isinstance(ask, str) or not ask:
        raise RequestError("'ask' says what is wanted", number)
    if not isinstance(cluster, str):
        raise RequestError("'cluster' is the name of a profile", number)
    return Request(number, ask, cluster, asked)


def parse_reply(line: bytes) -> Reply | None:
    """A line of the process; None where it is no reply."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("id"), int) or told.get("is") not in KINDS:
        return None
    return Reply(told["id"], told["is"], {key: value for key, value in told.items() if key not in _OWN})


def line_of(number: int, kind: Kind, told: Mapping[str, Any]) -> bytes:
    """A reply as a line."""
    return json.dumps({**told, "id": number, "is": kind}, separators=(",", ":")).encode() + b"\n"
