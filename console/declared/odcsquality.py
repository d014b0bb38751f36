"""What a data contract requires of its data (``schema``): properties that must be there, and rules of completeness.

A rule that counts rows of the whole object in percent is the share of what comes in that must go out; a rule of one
property (no nulls) or of a number of rows is told in words, since it says nothing of what may get lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.declared.odcssaid import Section
from console.declared.shapes import Told
from console.declared.yamlpart import Part
from console.governance.units import Ambiguous, ratio

_DIMENSION = "completeness"
_COMPLETE = frozenset(("nullvalues", "missingvalues", "rowcount"))
_OPERATORS = {
    "mustBe": "must be",
    "mustNotBe": "must not be",
    "mustBeGreaterThan": "must be more than",
    "mustBeGreaterOrEqualTo": "must be at least",
    "mustBeGreaterThanOrEqualTo": "must be at least",
    "mustBeLessThan": "must be less than",
    "mustBeLessOrEqualTo": "must be at most",
    "mustBeLessThanOrEqualTo": "must be at most",
    "mustBeBetween": "must be between",
    "mustNotBeBetween": "must not be between",
}
_AT_LEAST = ("mustBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeGreaterThanOrEqualTo")
_LONGEST = 200


def quality(contract: Part) -> Section:
    """Required properties and completeness. Raises DeclaredError where the schema is not what the standard says."""
    required: dict[str, int] = {}
    rules: dict[str, int] = {}
    least: list[Told] = []
    for thing in contract.parts("schema"):
        name = thing.name("name") or thing.name("physicalName") or ""
        for rule in _complete(thing):
            share = _share(rule)
            if share is not None:
                least.append(Told(share, rule.line()))
            rules.setdefault(_words(rule, name), rule.line())
        for path, part in _properties(thing, ""):
            if part.data.get("required") is True:
                required.setdefault(path, part.line("required"))
            for rule in _complete(part):
                rules.setdefault(_words(rule, f"{name}.{path}"), rule.line())
    fields: dict[str, Told] = {}
    if required:
        fields["required"] = Told(list(required), next(iter(required.values())))
    if rules:
        fields["completeness_rules"] = Told(list(rules), next(iter(rules.values())))
    if least:
        fields["completeness"] = max(least, key=lambda told: told.value)
    return Section(fields)


def _properties(part: Part, path: str) -> Iterator[tuple[str, Part]]:
    """All properties with their dotted paths, those of objects and of the items of lists too."""
    for inner in part.parts("properties"):
        name = f"{path}.{inner.name('name')}" if path else inner.name("name") or ""
        yield name, inner
        yield from _properties(inner, name)
        if (items := inner.part("items")) is not None:
            yield from _properties(items, f"{name}[]")


def _complete(part: Part) -> list[Part]:
    """The rules of completeness among the quality of an object or a property."""
    return [
        rule
        for rule in part.parts("quality")
        if str(rule.data.get("dimension") or "").casefold() == _DIMENSION
        or (rule.data.get("dimension") is None and _metric(rule).casefold() in _COMPLETE)
    ]


def _metric(rule: Part) -> str:
    """What is measured; ``rule`` was its name in v3.0."""
    return rule.text("metric") or rule.text("rule") or ""


def _share(rule: Part) -> float | None:
    """The least share of rows that must be there, for a rule of rows in percent."""
    if _metric(rule).casefold() in ("nullvalues", "missingvalues"):
        return None
    least = next((rule.data[key] for key in _AT_LEAST if key in rule.data), None)
    between = rule.data.get("mustBeBetween")
    if least is None and isinstance(between, list) and between:
        least = between[0]
    percent = str(rule.data.get("unit") or "").casefold() in ("percent", "%", "pct")
    found = ratio(least, "percent") if percent and least is not None else Ambiguous("")
    return None if isinstance(found, Ambiguous) else found


def _words(rule: Part, of: str) -> str:
    """``tbl.price: nullValues must be less than 1 percent``."""
    said = [f"{words} {_value(rule.data[key])}" for key, words in _OPERATORS.items() if key in rule.data]
    unit = rule.text("unit")
    what = _metric(rule) or rule.text("name") or rule.text("description") or rule.text("type") or "a rule"
    text = f"{what} {' and '.join(said)}{f' {unit}' if unit else ''}" if said else what
    return " ".join(f"{of}: {text}".split())[:_LONGEST]


def _value(value: Any) -> str:
    return " and ".join(str(one) for one in value) if isinstance(value, list) else str(value)
