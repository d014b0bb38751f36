"""Which series an expression of PromQL reads, and where in its text. Pure.

This is no parser: what is wrong with an expression its server says best. It finds the selectors (``up``,
``up{job="a"}``, ``{__name__="up"}``) among the functions, operators and label lists around them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[a-zA-Z]*(?:\d+[a-z]+)*)
    |(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_MATCHER = re.compile(r"""([A-Za-z_][A-Za-z0-9_.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""")
_LISTS = frozenset(("by", "without", "on", "ignoring", "group_left", "group_right"))
_WORDS = _LISTS | {"and", "or", "unless", "atan2", "offset", "bool", "start", "end", "inf", "nan"}
_LINEAR = frozenset(("sum", "max", "min", "avg", "label_replace", "label_join", "vector", "group"))
_LINEAR |= {"+", "-", "*", ",", "or", "offset", "@"}
_COUNTERS = ("_total", "_count", "_bucket")
_CLOSES = {"(": ")", "{": "}", "[": "]"}


class Selector(NamedTuple):
    """One selector: its metric (empty where braces name none plainly), labels that must be just so, and where it
    stands (``text[begin:end]``, without a range). ``ranged``: a range ``[5m]`` stands behind it already."""

    metric: str
    labels: Mapping[str, str]
    begin: int
    end: int
    ranged: bool


class Expression(NamedTuple):
    """What was found in an expression: its selectors, the functions and aggregations it calls, the operators."""

    selectors: tuple[Selector, ...]
    calls: tuple[str, ...]
    operators: tuple[str, ...]


def read_expression(text: str) -> Expression:
    """What stands in an expression; as much of it as can be made out."""
    tokens = [found for found in _TOKEN.finditer(text) if found.lastgroup not in ("comment", "space")]
    selectors: list[Selector] = []
    calls: list[str] = []
    operators: list[str] = []
    at = 0
    while at < len(tokens):
        token, word = tokens[at], tokens[at][0]
        after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        if token.lastgroup == "name" and word.lower() in _LISTS and after == "(":
            at = _closing(tokens, at + 1) + 1
        elif token.lastgroup == "name" and _called(word.lower(), after.lower()):
            calls.append(word.lower())
            at += 1
        elif (token.lastgroup == "name" and word.lower() not in _WORDS) or word == "{":
            at = _selector(text, tokens, at, selectors)
        elif word == "[":
            at = _closing(tokens, at) + 1
        else:
            if (token.lastgroup == "other" and word not in "()") or word.lower() in ("and", "or", "unless", "offset"):
                operators.append(word.lower())
            at += 1
    return Expression(tuple(selectors), tuple(calls), tuple(operators))


def not_linear(found: Expression) -> str:
    """The first function or operator through which the growth of counters cannot be told; empty where there is none."""
    return next((one for one in (*found.calls, *found.operators) if one not in _LINEAR), "")


def named_counters(text: str) -> bool:
    """Whether an expression adds up counters just as they stand, by the names that Prometheus asks of them
    (https://prometheus.io/docs/practices/naming): what it gives then only ever grows."""
    found = read_expression(text)
    plain = bool(found.selectors) and not any(one.ranged for one in found.selectors) and not not_linear(found)
    return plain and all(one.metric.endswith(_COUNTERS) for one in found.selectors)


def _selector(text: str, tokens: list[re.Match[str]], at: int, found: list[Selector]) -> int:
    begin, metric, last = tokens[at].start(), "", at
    if tokens[at].lastgroup == "name":
        metric = tokens[at][0]
    if tokens[at][0] == "{" or (at + 1 < len(tokens) and tokens[at + 1][0] == "{"):
        last = _closing(tokens, at if tokens[at][0] == "{" else at + 1)
    end = tokens[last].end()
    matchers = _MATCHER.findall(text[begin + len(metric) : end])
    labels = {name: _unquoted(value) for name, op, value in matchers if op == "="}
    ranged = last + 1 < len(tokens) and tokens[last + 1][0] == "["
    found.append(Selector(metric or labels.get("__name__", ""), labels, begin, end, ranged))
    return last + 1


def _called(word: str, after: str) -> bool:
    """``rate(``, ``sum(``, ``sum by (``."""
    return word not in _WORDS and after in ("(", "by", "without")


def _unquoted(value: str) -> str:
    return value[1:-1] if value.startswith("`") else re.sub(r"\\(.)", r"\1", value[1:-1])


def _closing(tokens: list[re.Match[str]], at: int) -> int:
    """Where the bracket at a token is closed; the end where it never is."""
    opens, closes, depth = tokens[at][0], _CLOSES[tokens[at][0]], 0
    for place in range(at, len(tokens)):
        depth += (tokens[place][0] == opens) - (tokens[place][0] == closes)
        if depth == 0:
            return place
    return len(tokens) - 1
