"""Whether there is a verdict at all."""

from __future__ import annotations

from console.analysis.chain import Chain
from console.analysis.gate import state_of
from console.analysis.moves import Episode
from console.analysis.rank import Candidate
from console.analysis.symptom import Symptom
from console.signals import Health
from tests.analysis.making import alarm
from tests.analysis.saying import NODE, candidate, hurt, made

LOUD = [alarm(50, NODE)]
COMPANY = [candidate(score=0.99, p_value=0.01)]


def state(
    symptom: Symptom | None, found: list[Candidate], alarms: list[object] | None = None, asked: bool = False
) -> str:
    one = made()
    return state_of(symptom, found, bool(found), alarms or [], one.signals, one.grid, asked)  # type: ignore[arg-type]


def test_nothing_is_quiet_and_an_alarm_that_lasts_is_not() -> None:
    assert state(None, []) == "quiet"
    assert state(None, [], [*LOUD]) == "suspect"
    assert state(None, [], [alarm(50, NODE, until=60)]) == "quiet"
    assert state(None, [], [LOUD[0]._replace(health=Health.WARN)]) == "quiet"


def test_what_lasts_in_company_is_an_incident() -> None:
    assert state(hurt(), COMPANY) == "incident"


def test_a_blip_is_quiet() -> None:
    assert state(hurt(60, 62), COMPANY) == "quiet"


def test_what_is_alone_and_short_is_quiet() -> None:
    assert state(hurt(60, 72), []) == "quiet"


def test_episodes_that_come_again_count_though_each_is_short() -> None:
    episodes = (Episode(60, 63, False), Episode(75, 78, False), Episode(90, 93, False))
    again = Symptom(0, Chain(0, episodes, 20.0), 0.8)
    assert state(again, COMPANY) == "incident"


def test_who_moved_at_another_time_is_no_company() -> None:
    assert state(hurt(60, 72), [candidate(score=0.99, p_value=0.01, lead=3600.0)]) == "quiet"


def test_who_asks_has_seen_that_something_is_wrong() -> None:
    assert state(hurt(60, 62), [], asked=True) == "suspect"
    assert state(hurt(), COMPANY, asked=True) == "incident"
