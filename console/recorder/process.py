"""The recorder as a process: signals, log, exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from console import exits
from console.config import Settings, shown_address
from console.faults import open_log
from console.recorder.clock import SystemClock
from console.recorder.feeds import READS_BACK, feeds_of, known_of
from console.recorder.memory import frugal
from console.recorder.session import Ending, Session, Terms
from console.recorder.trouble import SidecarTrouble
from console.tape.store import open_tape
from console.tape.who import this_holder

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
ARRIVAL_S = 15.0  # whoever started this recorder needs a moment to find its tape and check in
EXITS: dict[int, int] = {signal.SIGHUP: exits.HUNG_UP, signal.SIGINT: exits.INTERRUPTED}
CHATTY = ("httpx", "httpcore", "urllib3", "asyncio")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def run_process(settings: Settings, *, linger_s: float | None) -> int:
    """Record until SIGTERM, SIGINT or SIGHUP, or until the lease is lost or nobody watches. Returns the exit code."""
    try:
        open_log(os.environ)
    except OSError as error:  # what is seen matters more than what is said about it
        sys.stderr.write(f"fourthsignal: {error.filename}: the log cannot be written ({error.strerror}); it goes on\n")
    logging.getLogger().setLevel(logging.INFO)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ONE_THREAD:  # before numpy is imported: a recorder leaves the other cores, and their memory, to others
        os.environ.setdefault(name, "1")
    frugal()
    ending, signalled = asyncio.run(_run(settings, linger_s))
    where = shown_address(settings.tape)
    log.info("recorder of %s ends: %s", where, ending.value)
    if ending is Ending.HELD_ELSEWHERE:
        sys.stderr.write(f"fourthsignal: {where} is being recorded by another process already; nothing to do\n")
    elif ending is Ending.LEASE_LOST:
        sys.stderr.write(f"fourthsignal: another recorder took over {where}; this one stops\n")
    return EXITS.get(signalled, exits.FINE)


async def _run(settings: Settings, linger_s: float | None) -> tuple[Ending, int]:
    stop = asyncio.Event()
    signalled = 0

    def leave(number: int) -> None:
        nonlocal signalled
        signalled = number
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, leave, number)
    clock, holder = SystemClock(), this_holder()
    session = Session(
        lambda: open_tape(settings.tape, "create"),
        feeds_of(settings, known_of(settings.tape)),
        clock,
        holder,
        SidecarTrouble(settings.tape, holder, clock),
        Terms(linger_s, settings.retention_days * DAY_MS, READS_BACK, ARRIVAL_S),
    )
    log.info("recorder of %s starts", shown_address(settings.tape))
    return await session.run(stop), signalled
