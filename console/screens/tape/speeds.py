"""How fast a tape plays: a speed as people type it, and the usual ones. Pure."""

from __future__ import annotations

from console.screens.actions.registry import RefusedError

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)


def speed_of(text: str) -> float:
    """Times real time, of ``10`` or ``10x``. Raises RefusedError."""
    try:
        speed = float(text.rstrip("xX× "))
    except ValueError:
        speed = 0.0
    if not 0.01 <= speed <= 10_000:
        raise RefusedError(f"'{text}' is no speed; type a number from 0.01 to 10000, for example ':speed 10'.")
    return speed


def next_speed(speed: float, direction: int) -> float:
    """The next faster of the usual speeds, or with -1 the next slower; the same where there is none."""
    if direction > 0:
        return next((one for one in SPEEDS if one > speed), speed)
    return next((one for one in reversed(SPEEDS) if one < speed), speed)
