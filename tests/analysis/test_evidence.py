"""What speaks for and against a verdict: whole sentences, honest about doubt."""

from __future__ import annotations

from console.analysis.evidence import speaks_against, speaks_for
from console.analysis.first import First
from console.analysis.responsible import owners_near, problems_of, unowned
from tests.analysis.saying import (
    FAILURES,
    FEED,
    NOBODY_ASKED,
    QUALITY,
    alarmed,
    candidate,
    hurt,
    made,
    named,
    owner,
    suspect,
)


def against(first: First) -> str:
    return "\n".join(speaks_against(made(), hurt(), first, NOBODY_ASKED, None))


def test_order_and_the_likely_trigger_come_first() -> None:
    one = made(ownership=[owner("partner", None)])
    told = speaks_for(one, hurt(), named(candidate()), alarmed(), None, [suspect()])
    assert told[0] == "partner schema failures rose 1m10s before answer quality fell"
    assert told[1] == (
        "partner-feed version 1 was registered 10s before the first move, right beside it: it changed env PAYLOAD"
    )
    assert "Nobody answers for partner: no owner, no on-call, no data contract" in told
    assert "NodeDown is not the cause: quality fell before it" in told


def test_chance_speaks_against_and_not_for() -> None:
    one = candidate(hits=4, of=4, p_value=0.4)
    told = speaks_for(made(), hurt(), named(one), NOBODY_ASKED, None, [])
    assert "4 of 4 episodes of answer quality began within or right after its own" in told
    assert "Chance alone could have brought their episodes together, p=.40" in against(named(one))
    assert "Chance" not in against(named(candidate()))


def test_doubt_about_order_is_said() -> None:
    assert "moved first cannot be told: both moved within 5.0s" in against(named(candidate(lead=1.0)))
    assert "cannot be told" not in against(named(candidate()))


def test_what_was_not_seen_to_move_is_not_said_to_have_moved() -> None:
    one = candidate(chain=None, lead=0.0, share=0.9, said="keeps 90% of the symptom's excess latency: +1s x 3 requests")
    told = speaks_for(made(), hurt(), named(one), NOBODY_ASKED, None, [])
    assert told[0] == "partner keeps 90% of answer's excess latency: +1s x 3 requests"
    assert not [each for each in told if " rose " in each or "moved" in each]
    assert "partner schema failures was not seen to leave its own normal range" in against(named(one))


def test_rivals_and_what_moved_earlier() -> None:
    rival = candidate(2, score=0.88)
    assert "node-1 cpu fits nearly as well" in against(named(candidate(), rival))
    assert "node-1 cpu moved before it and fits nearly as well" in against(named(candidate(), rival._replace(onset=20)))
    earlier = candidate(2, score=0.5, onset=20)
    assert "node-1 cpu moved before it, but fits less well" in against(named(candidate(), earlier))


def test_without_a_first_mover_it_says_why() -> None:
    assert against(named(why_not="all came after it")) == "All came after it"


def test_owners_that_nobody_has_come_first() -> None:
    one = made(ownership=[owner("other", None), owner("answer", "ml"), owner("partner", None)])
    assert [each["flow"] for each in owners_near(one, [QUALITY, FAILURES])] == ["partner", "answer"]


def test_who_is_looked_for_is_the_job_that_makes_the_flow() -> None:
    one = made(ownership=[owner("partner", None), owner("partner-feed", None)])
    assert unowned(one, FAILURES.entity) == owner("partner-feed", None)
    assert unowned(one, FEED) == owner("partner-feed", None)
    assert unowned(one, QUALITY.entity) is None
    assert unowned(made(ownership=[owner("partner", "ana")]), FAILURES.entity) is None
    assert problems_of(owner("partner", None)) == ["no owner", "no on-call", "no data contract"]
