"""Makes the bundled tape: this recorder on the real recording, in recorded time.

``python -m tests.tapes.record_story [TARGET] [--speed 8]``. The Nomad double serves the recorded answers and events, a
real Prometheus runs on the recorded TSDB, the Alertmanager double answers what the real one answered; the recorder
does what it always does. What it sees of these is as it was; what teams declare (``tests/recordings/declared``) is made
up for the demo, and says so. Needs Debian's ``prometheus``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from console.config import load_settings
from console.recorder.feeds import Known, feeds_of
from console.recorder.session import Session, Terms
from console.settings.paths import DEMO_TAPE
from console.tape.shapes import Holder
from console.tape.store import open_tape
from tests.doubles.alertmanager import AlertmanagerDouble
from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.recording import meta
from tests.servers import prometheus, unpack_recording

DECLARED = Path(__file__).parents[1] / "recordings" / "declared"


async def record(nomad: NomadDouble, prometheus: str, alertmanager: str, tape: Path) -> None:
    """Run a session until the recording ends."""
    flags = {"nomad.address": nomad.address, "prometheus_url": prometheus, "alertmanager_url": alertmanager}
    settings = load_settings({**flags, "catalog": [str(DECLARED)]}, {"HOME": str(tape.parent)})
    # Relative, since where a file was read stands on the tape; and beside it, where no git says when it was committed.
    shutil.copytree(DECLARED, tape.parent / DECLARED.name)
    os.chdir(tape.parent)
    settings = settings._replace(catalog=(Path(DECLARED.name),), flows=(), declaring=())
    feeds = feeds_of(settings, Known())
    holder = Holder("story", os.getpid(), "recording")
    session = Session(lambda: open_tape(tape, "create"), feeds, nomad.clock, holder, _complain, Terms())
    stop = asyncio.Event()
    task = asyncio.create_task(session.run(stop))
    end_ms = int(meta()["end_ms"])
    while nomad.clock.now_ms() < end_ms and not task.done():
        await asyncio.sleep(0.2)
    stop.set()
    await task


def _complain(text: str, held_records: int) -> None:
    if text:
        sys.stderr.write(f"{text} ({held_records} records held)\n")


def make(target: Path, speed: float) -> None:
    """Record the story and put the finished tape in its place."""
    with tempfile.TemporaryDirectory() as place:
        tape = Path(place) / "story.tape"
        with (
            prometheus(Path(place), unpack_recording(Path(place))) as metrics,
            NomadDouble.recorded(speed=speed) as nomad,
            AlertmanagerDouble(nomad.clock.now_ms) as alertmanager,
        ):
            begin_ms = nomad.clock.now_ms()
            asyncio.run(record(nomad, metrics, alertmanager.url, tape))
        with open_tape(tape, "write") as store:
            store.set_meta("title", "A recorded incident")
            store.set_meta("begin_ms", str(begin_ms))
            span = store.span()
            if span is not None:
                store.compact(span[1] + 1)
            target.unlink(missing_ok=True)
            store.finish(target)
    target.chmod(0o644)


def main() -> None:
    """Make the tape and say what is on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, nargs="?", default=DEMO_TAPE)
    parser.add_argument("--speed", type=float, default=8.0, help="recorded seconds per second")
    asked = parser.parse_args()
    asked.target = asked.target.absolute()
    make(asked.target, asked.speed)
    with open_tape(asked.target, "read") as store:
        sys.stdout.write(f"{asked.target}: {asked.target.stat().st_size:,} bytes, {store.last_seq()} entries\n")


if __name__ == "__main__":
    main()
