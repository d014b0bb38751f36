"""Waivers: what somebody accepted, why and until when. A waived finding stays in sight; another subject never hides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from console.analysis.audit.judgement import Judgement, evidence
from console.analysis.audit.rules import RULES
from console.format import moment
from console.governance.auditshapes import WaiverDoc

_ALL = "*"


def waived(judgements: Sequence[Judgement], waivers: Sequence[WaiverDoc], at_ms: int,
           aliases: Mapping[str, Sequence[str]]) -> list[Judgement]:  # fmt: skip
    """The judgements with the waivers that hold at a time. ``aliases``: by subject, other names that mean it.

    Of several waivers the one that holds longest counts. What was waived up to a time that has passed says so.
    """
    known = [one for one in waivers if not one.get("removed")]
    if not known:
        return list(judgements)
    return [_held(one, known, at_ms, aliases.get(one.subject, ())) for one in judgements]


def _held(one: Judgement, waivers: Sequence[WaiverDoc], at_ms: int, aliases: Sequence[str]) -> Judgement:
    if one.status not in ("fail", "unknown"):
        return one
    mine = [waiver for waiver in waivers if _means(waiver, one, aliases)]
    if not mine:
        return one
    last = max(mine, key=lambda waiver: waiver["until_ms"])
    if last["until_ms"] > at_ms:
        return one._replace(status="waived", waiver=last)
    ended = f"it was waived by {last['who']} until {moment(last['until_ms'])}, which has passed: {last['why']}"
    return one._replace(evidence=(*one.evidence, evidence(ended, last["origin"], last["until_ms"])))


def _means(waiver: WaiverDoc, one: Judgement, aliases: Sequence[str]) -> bool:
    return waiver["rule"] in (_ALL, one.rule) and waiver["subject"] in (_ALL, one.subject, *aliases)


def doubts(judgements: Sequence[Judgement], waivers: Sequence[WaiverDoc], at_ms: int,
           aliases: Mapping[str, Sequence[str]]) -> Iterator[str]:  # fmt: skip
    """What is odd about the waivers: a rule or a subject that nobody knows, a time that has passed."""
    subjects = {one.subject for one in judgements}
    subjects |= {alias for subject in list(subjects) for alias in aliases.get(subject, ())}
    for one in waivers:
        if one.get("removed"):
            continue
        what = f"{one['origin']}: the waiver of {one['rule']} for {one['subject']} by {one['who']}"
        if one["rule"] != _ALL and one["rule"] not in RULES:
            yield f"{what} names a rule that does not exist"
        elif one["subject"] != _ALL and one["subject"] not in subjects:
            yield f"{what} names a subject that is not known now"
        elif one["until_ms"] <= at_ms:
            yield f"{what} ended {moment(one['until_ms'])} and no longer holds"
