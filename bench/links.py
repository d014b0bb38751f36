"""Slow links and leaving: the driver that sends only changed cells beside the plain one, in the same run.

The demo tape plays so fast that its sparklines change four times a second. The link takes a quarter of a megabyte
from the program before it blocks it, as SSH does.
"""

from __future__ import annotations

from bench.measure import COMMAND, CURSOR, DEMO_ROW, Line, Place, program, told, tty

_LINK = ("--link-buffer", "256k", "--link-rtt", "80")
_KEYS = " ".join(["j", "k"] * 30)
_PLAYING = f"{COMMAND} replay demo --at +9m --play --speed 50"
_STANDING = f"{COMMAND} replay demo --at +19m"
_LEAVING = ("--exit-keys", "q", "--exit-timeout", "12")


def _both(command: str) -> tuple[str, ...]:
    return ("--prog", f"plain={command} --terminal plain", "--prog", f"fast={command}", "--wait-for", DEMO_ROW)


def links(place: Place) -> list[Line]:
    """Keys while data comes, over links that are too small for it; and what a key costs where nothing else changes."""
    lines = []
    for rate, middle, worst in (("64kB", "", "p95 <= 130"), ("20kB", "p50 <= 100", "max <= 550")):
        found = tty(
            place, *_both(_PLAYING), *_LINK, "--link", rate, "--load", "10", "--load-cmd", "sleep 90",
            "--load-warmup", "3", "--load-keys", _KEYS, "--watch", CURSOR, "--key-timeout", "8", *_LEAVING,
        )  # fmt: skip
        for name in ("plain", "fast"):
            seen = program(found, name)
            took = " / ".join(told(seen, f"load.keys.{which}_ms", "{:.0f}") for which in ("p50", "p95", "max"))
            target = ", ".join(part for part in (middle, worst) if part) + " ms" if name == "fast" else ""
            missed = told(seen, "load.keys.missed", "{:.0f} missed")
            lines.append(Line(f"{rate}/s, 80 ms round trip, {name}: key to paint, p50 / p95 / max", target,
                              f"{took} ms, {missed}"))  # fmt: skip
            lines.append(Line(f"{rate}/s, {name}: to the terminal", "", told(seen, "load.bytes_per_s", "{:.0f} B/s")))
    still = tty(place, "--compare", "--runs", "3", *_both(_STANDING), "--keys", _KEYS, *_LEAVING)
    for name in ("plain", "fast"):
        seen = program(still, name)
        took = told(seen, "keys.p50_ms", "{:.1f}") + " / " + told(seen, "keys.p95_ms", "{:.1f} ms")
        lines += [
            Line(f"no link, {name}: key to paint, p50 / p95", "", took),
            Line(f"{name}: bytes a cursor key", "", told(seen, "keys.bytes_per_key", "{:.0f} B")),
            Line(f"{name}: first screen with data", "", told(seen, "startup.bytes", "{:.0f} B")),
        ]
    return lines


def leaving(place: Place) -> list[Line]:
    """From the key to the end of the process: on a link that takes all, and on one that has been full for seconds."""
    free = tty(place, "--compare", "--runs", "5", *_both(_STANDING), *_LEAVING)
    full = tty(
        place, "--compare", "--runs", "3", *_both(_PLAYING.replace("50", "100")), "--link", "8kB",
        "--setup-keys", "wait:5", *_LEAVING, "--timeout", "60",
    )  # fmt: skip
    lines = []
    for what, target, found in (("", "<= 50 ms", free), (" on a full link", "<= 150 ms", full)):
        for name in ("plain", "fast"):
            seen = program(found, name)
            back = all(run["exit"]["restored"] for run in found["programs"][name]["runs"])
            restored = "" if back else ", terminal NOT restored"
            took = told(seen, "exit.ms", "{:.0f} ms")
            lines.append(Line(f"leaving{what}, {name}", target if name == "fast" else "", f"{took}{restored}"))
    return lines
