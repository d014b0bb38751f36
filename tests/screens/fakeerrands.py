"""Errands that ask nobody: what was asked is kept, and answered by the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errands.protocol import Kind, Reply
from console.screens.errands import Errand, Errands, Take


class FakeErrands(Errands):
    """Nothing is started. ``answer`` and ``fail`` reply to the oldest question of a kind that waits."""

    def __init__(self) -> None:
        super().__init__(["false"])
        self.asked: list[dict[str, Any]] = []
        self.waiting: dict[int, tuple[str, Take]] = {}

    def ask(self, request: Mapping[str, Any], take: Take) -> Errand:
        self.asked.append(dict(request))
        number = len(self.asked)
        self.waiting[number] = (str(request["ask"]), take)
        return Errand(self, number)

    def stop(self, number: int) -> None:
        self.waiting.pop(number, None)

    def answer(self, what: str, told: Mapping[str, Any]) -> None:
        self._reply(what, "answer", told)

    def fail(self, what: str, why: str, todo: str = "", *, denied: bool = False) -> None:
        self._reply(what, "error", {"why": why, "todo": todo, "denied": denied})

    def _reply(self, what: str, kind: Kind, told: Mapping[str, Any]) -> None:
        for number, (asked, take) in list(self.waiting.items()):
            if asked == what:
                del self.waiting[number]
                take(Reply(number, kind, told))
                return
