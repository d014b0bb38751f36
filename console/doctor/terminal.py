"""The terminal, as doctor sees it: size, colours, multiplexer, encoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.feeds.check import Finding
from console.plain import plain

SMALLEST = (80, 24)


class Facts(NamedTuple):
    """What the process knows of its terminal: ``size`` is None without one."""

    size: tuple[int, int] | None
    encoding: str
    env: Mapping[str, str]


def check_terminal(facts: Facts) -> list[Finding]:
    """Findings about the terminal that this runs in."""
    return [_size(facts), _kind(facts.env), _colours(facts.env), _encoding(facts.encoding)]


def _size(facts: Facts) -> Finding:
    if facts.size is None:
        todo = "run it in a terminal to see the board; snapshot works without one"
        return Finding("terminal", "unknown", "this does not run in a terminal", todo)
    width, height = facts.size
    said = f"{width} columns, {height} rows"
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return Finding("terminal", "warn", said, f"make it at least {SMALLEST[0]}x{SMALLEST[1]}")
    return Finding("terminal", "ok", said)


def _kind(env: Mapping[str, str]) -> Finding:
    term = plain(env.get("TERM", ""), 60)
    if term in ("", "dumb"):
        return Finding("TERM", "warn", f"TERM is {term or 'not set'}", "set TERM to what the terminal is")
    inside = [name for name, key in (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_CONNECTION")) if env.get(key)]
    if env.get("TMUX") and not term.startswith(("tmux", "screen")):
        return Finding("TERM", "warn", f"TERM is {term} inside tmux", "let tmux set TERM (tmux-256color)")
    return Finding("TERM", "ok", f"{term}" + (f", in {' and '.join(inside)}" if inside else ""))


def _colours(env: Mapping[str, str]) -> Finding:
    if env.get("NO_COLOR"):
        return Finding("colours", "ok", "none, as NO_COLOR asks; shapes and words say the same")
    if env.get("COLORTERM", "") in ("truecolor", "24bit"):
        return Finding("colours", "ok", "true colour")
    if "256color" in env.get("TERM", ""):
        return Finding("colours", "ok", "256")
    return Finding("colours", "ok", "16; the theme ansi is made for these")


def _encoding(encoding: str) -> Finding:
    if "utf" in encoding.lower():
        return Finding("encoding", "ok", encoding.upper())
    todo = "set LANG or LC_ALL to a UTF-8 locale, such as C.UTF-8"
    return Finding("encoding", "warn", f"{encoding or 'unknown'}, not UTF-8: lines are drawn in ASCII", todo)
