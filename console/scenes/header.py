"""What the header of a column says: a series in Prometheus notation -> a signal.

``latency_p90{entity="checkout",unit="s",bad="up"}``: the label ``entity`` says whose it is; ``unit``, ``bad`` and
``pane`` may be left out, and are then read from the name as the Prometheus feed reads it. A name without labels is a
series of the thing that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

from console.metricnames.classify import Reading, read_name
from console.metricnames.labels import CONSUMER_LABELS, FLOW_LABELS, MODEL_LABELS, TOPIC_LABELS
from console.signals import Bad, EntityKind, EntityRef, Pane, Signal

SOURCE = "csv"
ENTITY = "entity"
# Labels that say whose a series is where nobody says it, the nearest first.
_WHOSE = ("service", "service_name", "app", "component", *CONSUMER_LABELS, *TOPIC_LABELS, *MODEL_LABELS, *FLOW_LABELS,
          "nomad_job", "job", "deployment", "pod", "container", "node", "host", "instance")  # fmt: skip
_OURS = ("unit", "bad", "pane")
_LABEL = re.compile(r'\s*([A-Za-z_][A-Za-z0-9_.:-]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DEFAULT_RANK = 60

Kind = TypeVar("Kind", bound=StrEnum)


class HeaderError(ValueError):
    """A header that cannot be read; ``str()`` is what is wrong with it."""


class Column(NamedTuple):
    """The signal of a column, the number that brings its values to the signal's unit (they are divided by it), and
    whether its name is one that counters have."""

    signal: Signal
    divisor: float
    counts: bool


def parse_series(header: str) -> tuple[str, dict[str, str]]:
    """Name and labels of a series. Raises HeaderError."""
    name, brace, inner = header.strip().partition("{")
    name = name.strip()
    if not name:
        raise HeaderError("has no name before its labels" if brace else "is empty")
    if not brace:
        return name, {}
    if not inner.endswith("}"):
        raise HeaderError('has no } at its end; write it as name{label="value"}')
    inner, labels, at = inner[:-1], {}, 0
    while inner[at:].strip():
        found = _LABEL.match(inner, at)
        if found is None:
            raise HeaderError(f'cannot be read at {inner[at:][:40]!r}; write it as name{{label="value"}}')
        label, value = found[1], _ESCAPED.sub(_unescape, found[2])
        if label in labels:
            raise HeaderError(f"says {label} twice")
        labels[label] = value
        at = found.end()
    return name, labels


def is_open(header: str) -> bool:
    """Whether the labels of a header go on after it: somebody wrote them without quotes around the cell."""
    _, brace, inner = header.partition("{")
    if not brace:
        return False
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", inner, flags=re.DOTALL)
    return '"' in bare or "}" not in bare


def column_of(header: str, entity_label: str = ENTITY) -> Column:
    """What a header says. ``key`` of the signal is the header itself. Raises HeaderError."""
    name, labels = parse_series(header)
    reading = read_name(name, labels=labels)
    bad = _one_of(Bad, "bad", labels)
    pane = _one_of(Pane, "pane", labels)
    unit = labels.get("unit")
    counts = name.endswith(("_total", "_count", "_sum", "_bucket"))
    divisor = reading.divisor if reading is not None and unit is None else 1.0
    return Column(
        Signal(
            key=header,
            name=_called(name, labels, entity_label),
            entity=EntityRef(EntityKind.SERVICE, _whose(name, labels, entity_label)),
            pane=pane or _pane(reading),
            unit=unit if unit is not None else _unit(reading),
            bad=bad or (reading.bad if reading is not None else Bad.EITHER),
            source=SOURCE,
            rank=reading.rank if reading is not None else _DEFAULT_RANK,
            guessed=bad is None,
            labels=labels,
        ),
        divisor,
        counts,
    )


def _unescape(found: re.Match[str]) -> str:
    return {"n": "\n"}.get(found[1], found[1])


def _one_of(kind: type[Kind], label: str, labels: Mapping[str, str]) -> Kind | None:
    given = labels.get(label)
    if given is None or not given.strip():
        return None
    try:
        return kind(given.strip().lower())
    except ValueError:
        raise HeaderError(f"has {label}={given!r}, which is none of {', '.join(kind)}") from None


def _pane(reading: Reading | None) -> Pane:
    """What a name says; a runtime's own numbers are the machine's, and what answers requests serves a model."""
    if reading is None:
        return Pane.SCHEDULING
    return reading.pane or Pane.MODELS


def _unit(reading: Reading | None) -> str:
    if reading is None:
        return ""
    # A rate is one only once the values were turned into it.
    return {"/s": "", "By/s": "By"}.get(reading.unit, reading.unit) if reading.kind == "counter" else reading.unit


def _whose(name: str, labels: Mapping[str, str], entity_label: str) -> str:
    return next((labels[one] for one in (entity_label, *_WHOSE) if labels.get(one)), name)


def _called(name: str, labels: Mapping[str, str], entity_label: str) -> str:
    """The name, with what tells it from the entity's other series of that name."""
    whose = next((one for one in (entity_label, *_WHOSE) if labels.get(one)), "")
    rest = [value for label, value in labels.items() if label not in (whose, *_OURS) and value]
    return " ".join([name, *rest])
