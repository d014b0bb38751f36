"""Who is on call by the schedules on the tape: a name, a service or a team in, a person and an age out. Pure."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from console.format import age, clock
from console.governance.shapes import OnCallDoc, OwnerDoc, ShiftDoc

STALE_MS = 20 * 60_000  # a state is repeated each 15 minutes, so one that is older was not asked for since
HAND_OVER_MS = 2 * 60_000  # for so long an announced hand-over is believed before the schedule was asked again


class OnCallNow(NamedTuple):
    """Who is to be called. ``who`` is empty where nobody is, or nobody knows; ``problem`` is then why.

    ``schedule`` is what people call it and ``id`` its entity's; ``level`` that of ``who`` (1 is called first).
    ``until_ms`` is when their turn ends, None where that is not known; ``read_ms`` when the provider said so;
    ``next_who`` has the next turn of that level, and is empty where that is not known. ``problem`` may be set beside
    somebody, too: the answer is old, or another schedule of that name says otherwise.
    """

    who: str
    schedule: str
    level: int
    until_ms: int | None
    read_ms: int
    next_who: str
    problem: str
    id: str = ""


class _Turn(NamedTuple):
    who: str
    level: int
    until_ms: int | None
    next_who: str
    problem: str


def on_call_now(
    ref: str, schedules: Mapping[str, OnCallDoc], now_ms: int, owners: Mapping[str, OwnerDoc] = {}
) -> OnCallNow | None:
    """Who is on call by what a flow, a job or an owner names; None where no schedule is known by that name.

    ``ref`` is ``provider:id``, the name, URL, service or team of a schedule, or the name of an owner who has one. Give
    a ``Directory`` of the schedules where many are asked for.
    """
    found = named(ref, schedules)
    if not found and (owner := owners.get(ref)) is not None and (on_call := owner.get("on_call")):
        found = named(on_call, schedules)
    if not found:
        return None
    answers = [_now(key, schedules[key], now_ms) for key in found]
    first = next((one for one in answers if one.who and not one.problem), None)
    first = first or next((one for one in answers if one.who), answers[0])
    others = [one for one in answers if one.who and one.who != first.who]
    if first.who and others:
        said = f"{others[0].id} of the same name says {others[0].who}"
        return first._replace(problem=f"{first.problem}; {said}" if first.problem else said)
    return first


class Directory(Mapping[str, OnCallDoc]):
    """Schedules by id that can be looked up by all that may mean them at once: for who asks many times."""

    def __init__(self, schedules: Mapping[str, OnCallDoc]) -> None:
        self._schedules = schedules
        self._meaning: dict[str, dict[int, list[str]]] = {}
        for key, doc in schedules.items():
            if not doc.get("removed"):
                for name, near in _meanings(key, doc).items():
                    self._meaning.setdefault(name, {}).setdefault(near, []).append(key)

    def __getitem__(self, key: str) -> OnCallDoc:
        return self._schedules[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schedules)

    def __len__(self) -> int:
        return len(self._schedules)

    def named(self, ref: str) -> list[str]:
        """The ids of the schedules that a reference may mean, of those that are still declared.

        The nearest meaning wins: an id or URL, then a name, then a service or team.
        """
        found = self._meaning.get(ref.strip().casefold(), {})
        return found[min(found)] if found else []


def named(ref: str, schedules: Mapping[str, OnCallDoc]) -> list[str]:
    """``Directory.named``, for who asks once."""
    return (schedules if isinstance(schedules, Directory) else Directory(schedules)).named(ref)


def _meanings(key: str, doc: OnCallDoc) -> dict[str, int]:
    """All folded names that may mean a schedule, and how directly each does: 0 for its id."""
    name, names, provider = doc["name"].casefold(), [one.casefold() for one in doc["names"]], doc["provider"]
    by_nearness = (
        (key.casefold(), doc.get("url", "").casefold()),
        (f"{provider}:{name}",),
        [f"{provider}:{one}" for one in names],
        (name,),
        names,
    )
    found: dict[str, int] = {}
    for near, forms in enumerate(by_nearness):
        for form in forms:
            if form:
                found.setdefault(form, near)
    return found


def _now(key: str, doc: OnCallDoc, now_ms: int) -> OnCallNow:
    turn = _turn(doc, now_ms)
    problems = [turn.problem, doc.get("problem", "")]
    if now_ms - doc["read_ms"] > STALE_MS and not doc.get("problem"):
        problems.append(f"not asked since {age((now_ms - doc['read_ms']) / 1000)} ago")
    problem = "; ".join(one for one in problems if one)
    return OnCallNow(turn.who, doc["name"], turn.level, turn.until_ms, doc["read_ms"], turn.next_who, problem, key)


def _turn(doc: OnCallDoc, now_ms: int) -> _Turn:
    """The turn of the first level that has somebody."""
    then = doc.get("next") or []
    running = sorted((one for one in doc["now"] if _runs(one, now_ms)), key=lambda one: one["level"])
    levels = [one["level"] for one in (*doc["now"], *then)]
    if running:
        one = running[0]
        above = f"nobody of level {min(levels)}" if min(levels) < one["level"] else ""
        return _Turn(one["who"], one["level"], one.get("until_ms"), _next(then, one, now_ms), above)
    level = min(levels, default=1)
    ended = [one for one in doc["now"] if _ended(one, now_ms) is not None]
    if not ended:
        following = min(then, key=_begin, default=None)
        return _Turn("", level, None, following["who"] if following else "", "nobody is on call")
    last = min(ended, key=lambda one: one["level"])
    until_ms = _ended(last, now_ms) or 0
    announced = next((one for one in sorted(then, key=lambda one: one["level"]) if _covers(one, now_ms)), None)
    if announced and now_ms - until_ms <= HAND_OVER_MS:
        return _Turn(announced["who"], announced["level"], announced.get("until_ms"), "", "")
    return _Turn(
        "", level, None, announced["who"] if announced else "", f"{last['who']}'s turn ended {clock(until_ms)}"
    )


def _next(then: Sequence[ShiftDoc], one: ShiftDoc, now_ms: int) -> str:
    """Who follows somebody at their level."""
    of_level = [other for other in then if other["level"] == one["level"] and _begin(other) >= now_ms]
    return min(of_level, key=_begin)["who"] if of_level else ""


def _begin(one: ShiftDoc) -> float:
    return one.get("from_ms", float("inf"))


def _runs(one: ShiftDoc, now_ms: int) -> bool:
    return one.get("from_ms", now_ms) <= now_ms < one.get("until_ms", now_ms + 1)


def _covers(one: ShiftDoc, now_ms: int) -> bool:
    return "from_ms" in one and _runs(one, now_ms)


def _ended(one: ShiftDoc, now_ms: int) -> int | None:
    until_ms = one.get("until_ms")
    return until_ms if until_ms is not None and until_ms <= now_ms else None
