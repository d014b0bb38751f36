"""Errands to the Nomad double, as a viewer has them: a process that takes lines and answers lines."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.errands.protocol import Reply
from console.screens.errands import Errand, Errands
from tests.doubles.nomad import NomadDouble

ROOT = Path(__file__).parent.parent.parent
OpenOffice = Callable[..., AbstractContextManager["Asking"]]


class Asking:
    """Errands under test; the replies of each request in a queue."""

    def __init__(self, errands: Errands) -> None:
        self.errands = errands

    def begin(self, ask: str, **given: Any) -> tuple[Errand, queue.Queue[Reply]]:
        told: queue.Queue[Reply] = queue.Queue()
        return self.errands.ask({"ask": ask, **given}, told.put), told

    def one(self, ask: str, **given: Any) -> Reply:
        """The first reply."""
        return self.begin(ask, **given)[1].get(timeout=20)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OpenOffice]:
    """``with office(double) as asking``."""

    @contextmanager
    def opened(double: NomadDouble, unused_s: float = 60.0, **env: str) -> Iterator[Asking]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NOMAD")}
        home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "console.errands.process"]
        errands = Errands(command, {**kept, **home, "NOMAD_ADDR": double.address, **env}, unused_s=unused_s)
        try:
            yield Asking(errands)
        finally:
            errands.close()

    yield opened
