"""What a word of YAML without quotes means: null, a switch, a number, or text. The core schema of YAML 1.2.

Three words that YAML 1.2 takes for numbers stay text, since as numbers they would be another thing: those that begin
with a zero (``007``), those that no JSON can hold (``.inf``, ``.nan``, ``1e999``), and those of more than 64 bit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

Scalar = str | int | float | bool | None

_NUMBER_STARTS = frozenset("+-.0123456789")

_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_BROKEN = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 40


@lru_cache(maxsize=16_384)
def scalar(text: str) -> Scalar:
    """The value of a word that stands without quotes."""
    if text[:1] in _NUMBER_STARTS:
        return _number(text)
    return _WORDS.get(text, text)


def tagged(tag: str, text: str) -> Scalar:
    """The value of a word with a tag of YAML itself. Raises KeyError for any other tag, ValueError if it is no such."""
    return _TAGGED[tag](text)


def _number(text: str) -> Scalar:
    if len(text) > _LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return _fitting(int(text), text)
    if _BASED.fullmatch(text):
        return _fitting(int(text, 0), text)
    if _BROKEN.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _fitting(number: int, text: str) -> Scalar:
    return number if -(2**63) <= number < 2**63 else text


def _of_kind(*kinds: type) -> Callable[[str], Scalar]:
    def value(text: str) -> Scalar:
        found = scalar(text)
        if type(found) not in kinds:
            raise ValueError(text)
        return found

    return value


_TAGGED: dict[str, Callable[[str], Scalar]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:timestamp": str,
    "tag:yaml.org,2002:int": _of_kind(int),
    "tag:yaml.org,2002:float": _of_kind(int, float),
    "tag:yaml.org,2002:bool": _of_kind(bool),
    "tag:yaml.org,2002:null": _of_kind(type(None)),
}
