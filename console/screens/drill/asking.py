"""What a drill-down wants ranked, when it asks for that again, and which answers it still has a use for. Pure."""

from __future__ import annotations

from console.findings import VerdictDoc
from console.screens.drill.ranking import WINDOW_MS, Answer, Question
from console.screens.frame import LaneQuery, Place
from console.tape.verdicts import unix_ms

LIVE_S = 10.0  # live, a ranking is asked for again no sooner
PLAYING_S = 3.0


class Drill:
    """One drill-down's dealings with the ranker. ``now_s`` is of any clock that never goes back."""

    def __init__(self) -> None:
        self.asked: Question | None = None
        self.answer: Answer | None = None
        self._asked_s = 0.0

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.asked is not None and (self.answer is None or self.answer.question != self.asked)

    @property
    def verdict(self) -> VerdictDoc | None:
        """The newest ranking that there is; that of another signal only while the right one is waited for."""
        return self.answer.verdict if self.answer is not None else None

    def due(self, symptom: str | None, place: Place, now_s: float) -> Question | None:
        """The question to ask now, if there is one: another signal, or the same one at another time."""
        asked = self.asked
        recent = asked is not None and place.live and now_s - self._asked_s < LIVE_S
        if asked is None or asked.symptom != symptom:
            at_ms = asked.at_ms if recent and asked is not None else place.at_ms  # what was read for it still serves
            return Question(at_ms, symptom, WINDOW_MS)
        if asked.at_ms == place.at_ms:
            return None
        if place.live or place.playing:
            rested = now_s - self._asked_s >= (LIVE_S if place.live else PLAYING_S)
            failed = self.answer is not None and bool(self.answer.problem)
            if self.waits or failed or not rested:
                return None
        return Question(place.at_ms, symptom, WINDOW_MS)

    def ask(self, question: Question, now_s: float) -> None:
        """That is what was asked."""
        self.asked, self._asked_s = question, now_s

    def take(self, answer: Answer) -> bool:
        """Keep an answer unless something else has been asked since."""
        if answer.question != self.asked:
            return False
        self.answer = answer
        return True

    def forget(self) -> None:
        """Ask anew when there is an occasion: the answer, if any, was for nobody."""
        if self.waits:
            self.asked = None

    def query(self) -> LaneQuery | None:
        """The signals of the ranking and its time, to be read for the lanes."""
        verdict = self.verdict
        if verdict is None or self.answer is None:
            return None
        first = self.answer.question.symptom or (verdict["symptom"] or {"signal": ""})["signal"]
        keys = dict.fromkeys([first, *(one["signal"] for one in verdict["ranked"])])
        window = verdict["window"]
        to_ms = self.answer.question.at_ms if window["to"] is None else unix_ms(window["to"])
        return LaneQuery(tuple(key for key in keys if key), unix_ms(window["from"]), to_ms)
