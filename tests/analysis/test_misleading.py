"""Whether what alarmed first points at the trouble, or away from it."""

from __future__ import annotations

from console.analysis.misleading import BEFORE_S, Misleading, first_alarm, judge_alarm
from console.analysis.reach import Reach
from console.analysis.scene import Alarm, Scene
from console.signals import EntityRef
from tests.analysis.making import alarm
from tests.analysis.saying import CPU, FAILURES, FEED, HURT, MOVED, NODE, QUALITY, candidate, hurt, made, named


def ms(one: Scene, slot: int) -> int:
    return int(one.grid.times_ms[slot])


def judged(slot: int, about: EntityRef, until: int | None = None, known: bool = True) -> Misleading:
    one = made()
    first = named(candidate()) if known else named(why_not="nothing moved")
    began = ms(one, MOVED if known else HURT)
    return judge_alarm(one, alarm(slot, about, until=until), hurt(), began, ms(one, HURT), first, Reach(one.topology))


def test_an_alarm_about_something_else_after_it_began_misleads() -> None:
    told = judged(80, NODE)
    assert told.misleads
    assert told.why.startswith("partner schema failures had moved 2m50s before it, and answer quality was in trouble")


def test_an_alarm_that_was_over_while_the_trouble_went_on_misleads() -> None:
    told = judged(48, NODE, until=52)
    assert told.misleads and "the trouble went on for" in told.why


def test_an_alarm_that_cannot_reach_the_symptom_misleads() -> None:
    one = made()
    apart = one.topology.links[0]._replace(cause=CPU.entity, effect=NODE)
    one = one._replace(topology=one.topology._replace(links=[*one.topology.links, apart]))
    first, reach = named(candidate()), Reach(one.topology)
    told = judge_alarm(one, alarm(40, NODE), hurt(), ms(one, MOVED), ms(one, HURT), first, reach)
    assert told.misleads and "no known way leads from node-2 to answer" in told.why


def test_alarms_that_belong_to_the_trouble_do_not_mislead() -> None:
    assert not judged(80, QUALITY.entity).misleads
    assert not judged(80, FAILURES.entity).misleads
    assert not judged(80, FEED).misleads


def test_an_alarm_before_anything_moved_may_be_right() -> None:
    assert not judged(MOVED - 10, NODE).misleads


def test_no_alarm() -> None:
    one = made()
    told = judge_alarm(one, None, hurt(), 0, 0, named(candidate()), Reach(one.topology))
    assert told == Misleading(None, False, "nothing has alarmed")


def test_the_first_alarm_is_the_first_of_this_trouble() -> None:
    early, late = alarm(10, NODE, "Old", until=12), alarm(70, NODE, "New")
    one = made(alarms=[late, early])
    began = ms(one, MOVED)
    assert first_alarm(one, None) == early
    assert first_alarm(one, began) == late
    lasting = Alarm(began - 60_000, "Lasting", NODE, "nomad", early.health)
    assert first_alarm(one._replace(alarms=[late, lasting]), began) == lasting
    stale = lasting._replace(at_ms=began - round(BEFORE_S * 1000) - 1)
    assert first_alarm(one._replace(alarms=[late, stale]), began) == late
    assert first_alarm(made(), began) is None
