"""The tape, as doctor sees it: is it there, can it be written, who records, is there room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from console.feeds.check import Finding
from console.plain import plain
from console.tape.errors import TapeError, TapeMissing
from console.tape.status import read_status
from console.tape.store import open_tape
from console.times import format_time

LITTLE_ROOM = 1024**3
NO_ROOM = 50 * 1024**2


def check_tape(tape: str, now_ms: int, *, bundled: bool = False) -> list[Finding]:
    """Findings about a tape; it is only read. ``bundled`` is the demo's, which is never written."""
    if "://" in tape:
        return _opened(tape, now_ms)
    path = Path(tape)
    found = _opened(tape, now_ms)
    return found if bundled else [*found, *_writable(path), *_room(path)]


def _opened(tape: str, now_ms: int) -> list[Finding]:
    try:
        store = open_tape(tape, "read")
    except TapeMissing:
        return [Finding("tape", "ok", "there is none yet; the first recorder makes it")]
    except TapeError as problem:
        return [Finding("tape", "bad", plain(problem.what), plain(problem.todo), "configuration")]
    try:
        span, lease = store.span(), store.lease()
        size = Path(tape).stat().st_size if "://" not in tape else 0
    except (TapeError, OSError) as problem:
        return [Finding("tape", "bad", f"it opens, but cannot be read ({plain(str(problem))})", "", "configuration")]
    finally:
        store.close()
    said = "it holds nothing yet"
    if span is not None:
        said = f"it holds {format_time(span[0] // 1000 * 1000)} to {format_time(span[1] // 1000 * 1000)}"
    findings = [Finding("tape", "ok", f"{said}, {_size(size)}" if size else said)]
    if lease is not None and lease.expires_ms > now_ms:
        who = plain(f"{lease.holder.user or 'somebody'} (process {lease.holder.pid} on {lease.holder.host})")
        findings.append(Finding("recorder", "ok", f"recorded by {who}"))
        status = read_status(tape) if "://" not in tape else None
        if status is not None and status.state != "ok" and status.pid == lease.holder.pid:
            held = f" ({status.held_records} records wait in memory)" if status.held_records else ""
            findings.append(Finding("recorder", "bad", f"the recorder says: {plain(status.text)}{held}", "", "denied"))
    elif not store.grows:
        findings.append(Finding("recorder", "ok", "it is finished: nobody records to it any more"))
    else:
        findings.append(Finding("recorder", "ok", "nobody is recording; opening the board starts a recorder"))
    return findings


def _writable(path: Path) -> list[Finding]:
    """Whether a recorder of ours could write here, without trying it."""
    place = _nearest(path)
    if place == path and not os.access(path, os.W_OK):
        return [_denied(f"{path} cannot be written", f"run chmod u+w {path}, or name another with --tape")]
    folder = path.parent if place == path else place
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return [_denied(f"nothing can be written in {folder}", "name another tape with --tape")]
    if place == path and path.stat().st_mode & 0o077:
        what = f"{path} can be read by others"
        return [Finding("tape access", "warn", what, f"run chmod 600 {path} unless that is meant")]
    return [Finding("tape access", "ok", "it can be written")]


def _denied(what: str, todo: str) -> Finding:
    return Finding("tape access", "bad", what, todo, "denied")


def _room(path: Path) -> list[Finding]:
    try:
        free = shutil.disk_usage(_nearest(path)).free
    except OSError as problem:
        return [Finding("disk", "unknown", f"the room on its disk is not known ({problem.strerror})")]
    if free >= LITTLE_ROOM:
        return [Finding("disk", "ok", f"{_size(free)} free")]
    todo = "free space, or name a tape elsewhere with --tape"
    return [Finding("disk", "bad" if free < NO_ROOM else "warn", f"only {_size(free)} free", todo)]


def _nearest(path: Path) -> Path:
    """The path, or the nearest directory above it that exists."""
    return next((place for place in (path, *path.parents) if place.exists()), Path("/"))


def _size(size: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
