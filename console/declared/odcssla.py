"""What a data contract promises of time (``slaProperties``): freshness, latency, retention, availability, its end.

They are kept apart: latency is how long one document takes, freshness how old the newest may be, and neither says
anything of the other. Names and their synonyms are those of the standard, in any case. A unit that cannot be told, a
bare ``m`` before all, is a doubt and no value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from console.declared.odcssaid import Section
from console.declared.shapes import Told
from console.declared.yamlpart import Part
from console.governance.shapes import DoubtDoc
from console.governance.units import Ambiguous, Moment, doubt, duration_s, moment_ms, ratio


class _Promise(NamedTuple):
    """The field of FlowDoc that a property says, how its value and unit are read, and which of two is the stricter."""

    field: str
    read: Callable[[Any, Any], Any]
    stricter: Callable[[Any, Any], Any] = min


def service_levels(contract: Part) -> Section:
    """The fields that they promise. Raises DeclaredError for one without a property or a value; a value that is null,
    which the standard permits, promises nothing."""
    fields: dict[str, Told] = {}
    doubts: list[DoubtDoc] = []
    for part in contract.parts("slaProperties"):
        name = part.needed("property", "each promise of slaProperties has one")
        if "value" not in part.data:
            raise part.wrong(f"the property {name} has no value; write one")
        promise = _PROMISES.get(name.strip().casefold())
        if promise is not None and part.data["value"] is None:
            doubts.append(doubt(promise.field, f"{name} has no value; write one", part.origin("value")))
        elif promise is not None:
            _take(part, promise, name, fields, doubts)
    return Section(fields, tuple(doubts))


def _take(part: Part, promise: _Promise, name: str, fields: dict[str, Told], doubts: list[DoubtDoc]) -> None:
    value = part.data["value"]
    if isinstance(value, (dict, list)):
        value = None
    found = promise.read(value, part.data.get("unit"))
    why = found.why if isinstance(found, Ambiguous) else found.doubt if isinstance(found, Moment) else ""
    if why:
        doubts.append(doubt(promise.field, f"{name}: {why}", part.origin("value")))
    if isinstance(found, Ambiguous):
        return
    if isinstance(found, Moment):
        found = found.at_ms
    before = fields.get(promise.field)
    if before is None or (promise.stricter(before.value, found) == found != before.value):
        fields[promise.field] = Told(found, part.line("value"))
    if before is not None and before.value != found and promise.field != _ENDS:
        what = f"{name} is promised twice, in line {before.line} and here, and not alike; the stricter one is taken"
        doubts.append(doubt(promise.field, what, part.origin("value")))


def _duration(value: Any, unit: Any) -> float | Ambiguous:
    return duration_s(value, unit, m_s=None)


def _moment(value: Any, unit: Any) -> Moment | Ambiguous:
    return moment_ms(value)


_ENDS = "contract_ends_ms"
_PROMISES: Mapping[str, _Promise] = {
    **dict.fromkeys(("freshness", "fr"), _Promise("freshness_s", _duration)),
    **dict.fromkeys(("latency", "ly"), _Promise("latency_s", _duration)),
    **dict.fromkeys(("retention", "re"), _Promise("retention_s", _duration)),
    **dict.fromkeys(("availability", "av"), _Promise("availability", ratio, max)),
    **dict.fromkeys(("endofsupport", "es", "endoflife", "el"), _Promise(_ENDS, _moment)),
}
