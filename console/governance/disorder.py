"""Where the stages of a model's life are not in their order: schema change, train, evaluate, promote, deploy.

Each rule is a function that says what it finds of one version. A rule speaks only where both times are known well
enough: ``earlier`` lies after ``later`` even if ``later`` happened as late as it may have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from console.format import duration
from console.governance.lifeshapes import LifecycleFacts, Stage, Violation
from console.governance.running import Running
from console.governance.stages import called, version_of

_OUT = ("deployed", "rolled back")


class Life(NamedTuple):
    """What is known of one version of the model. ``judged_ms``: up to when its data is held against it, which is now
    for what runs or is in production, otherwise when it last went out or was promoted."""

    facts: LifecycleFacts
    version: str
    trained: Sequence[Stage]
    evaluated: Sequence[Stage]
    promoted: Sequence[Stage]
    deployed: Sequence[Stage]
    schemas: Sequence[Stage]  # the last schema change of each flow by then
    backlogs: Sequence[Stage]
    judged_ms: int
    runs: bool

    @property
    def name(self) -> str:
        return called(self.facts, self.version)


def violations_of(facts: LifecycleFacts, stages: Sequence[Stage]) -> Sequence[Violation]:
    """What is out of order, by the time of the stage that should not be where it is."""
    versions = dict.fromkeys(one.version for one in stages if one.version or one.clock != "data")
    versions.update(dict.fromkeys(version_of(facts, one.version) for one in facts.running))
    lives = [life for version in versions for life in _life(facts, stages, version)]
    found = [said for life in lives for rule in RULES for said in rule(life)]
    return sorted(found, key=lambda one: (one.later.at_ms, one.text))


def _life(facts: LifecycleFacts, stages: Sequence[Stage], version: str) -> Iterator[Life]:
    """The life of a version, if it was ever put to use: what lies in a registry unused may lie there as it likes.

    Where nobody says which version went out it may be any of those that have names, so only its going out is known.
    """
    own: dict[str, list[Stage]] = {}
    named = facts.doc is not None and any(one["version"] for one in facts.doc["versions"])
    for one in stages:
        if one.version == version and (version or not named or one.what in _OUT):
            own.setdefault("deployed" if one.what in _OUT else one.what, []).append(one)
    runs = any(version_of(facts, one.version) == version for one in facts.running)
    used = [one.at_ms for what in ("deployed", "promoted") for one in own.get(what, ())]
    in_production = facts.doc is not None and facts.doc["production"] == version
    if not (runs or in_production or used):
        return
    judged_ms = facts.now_ms if runs or in_production else max(used)
    last: dict[str, Stage] = {}
    for one in stages:
        if one.what == "schema change" and one.at_ms <= judged_ms:
            last[one.subject] = one
    yield Life(
        facts, version, own.get("trained", ()), own.get("evaluated", ()), own.get("promoted", ()),
        own.get("deployed", ()), list(last.values()), [one for one in stages if one.what == "backlog"], judged_ms, runs,
    )  # fmt: skip


def _too_early(earlier: Stage, later: Stage) -> int:
    """By how many ms ``later`` came before ``earlier``, at least; 0 or less where it need not have."""
    return earlier.at_ms - (later.at_ms + later.unsure_ms)


def _by(ms: int) -> str:
    return duration(ms / 1000)


def trained_before_schema(life: Life) -> Iterator[Violation]:
    """Trained on data of a shape that is gone, and nobody has evaluated it since."""
    for trained in life.trained[-1:]:
        for schema in life.schemas:
            ms = _too_early(schema, trained)
            if ms > 0 and not any(_too_early(schema, one) <= 0 for one in life.evaluated):
                text = f"{life.name} was trained {_by(ms)} before {schema.subject} changed its schema"
                yield Violation(text, schema, trained, "trained before schema change")


def evaluated_before_schema(life: Life) -> Iterator[Violation]:
    """Its newest evaluation is on data of a shape that is gone."""
    known = [one for one in life.evaluated if one.at_ms <= life.judged_ms]
    for evaluated in known[-1:]:
        for schema in life.schemas:
            ms = _too_early(schema, evaluated)
            if ms > 0:
                text = f"{life.name} was evaluated {_by(ms)} before {schema.subject} changed its schema"
                yield Violation(text, schema, evaluated, "evaluated before schema change")


def evaluated_before_trained(life: Life) -> Iterator[Violation]:
    """Its newest evaluation is of something else than what its training ended with."""
    for trained in life.trained[-1:]:
        for evaluated in life.evaluated[-1:]:
            ms = _too_early(trained, evaluated)
            if ms > 0:
                text = f"{life.name} was evaluated {_by(ms)} before its training ended"
                yield Violation(text, trained, evaluated, "evaluated before trained")


def promoted_before_evaluated(life: Life) -> Iterator[Violation]:
    """It was promoted, and what is known as its first evaluation came after that."""
    for evaluated in life.evaluated[:1]:
        for promoted in life.promoted[:1]:
            ms = _too_early(evaluated, promoted)
            if ms > 0:
                text = f"{life.name} was promoted {_by(ms)} before its first known evaluation"
                yield Violation(text, evaluated, promoted, "promoted before evaluated")


def deployed_before_evaluated(life: Life) -> Iterator[Violation]:
    """It was let onto users, and what is known as its first evaluation came after that."""
    for evaluated in life.evaluated[:1]:
        for deployed in _first_of_each_job(life.deployed):
            ms = _too_early(evaluated, deployed)
            if ms > 0:
                text = f"{life.name} was deployed in {deployed.subject} {_by(ms)} before its first known evaluation"
                yield Violation(text, evaluated, deployed, "deployed before evaluated")


def deployed_before_promoted(life: Life) -> Iterator[Violation]:
    """It was let onto users before anybody promoted it. Nothing is said where the alias had named it before."""
    if not life.promoted or _named_before(life):
        return
    for deployed in _first_of_each_job(life.deployed):
        ms = _too_early(life.promoted[0], deployed)
        if ms > 0:
            text = f"{life.name} was deployed in {deployed.subject} {_by(ms)} before it was promoted"
            yield Violation(text, life.promoted[0], deployed, "deployed before promoted")


def _named_before(life: Life) -> bool:
    """Whether an alias was seen to leave this version before it was seen to come to it."""
    first_ms = life.promoted[0].at_ms
    return any(
        one.before and version_of(life.facts, one.before) == life.version and one.at_ms <= first_ms
        for one in life.facts.promotions
    )


def deployed_during_backlog(life: Life) -> Iterator[Violation]:
    """What it answers from was behind when it went out: what it did then tells nothing of the version."""
    for deployed in life.deployed:
        for backlog in life.backlogs:
            if backlog.at_ms <= deployed.at_ms <= (backlog.until_ms or backlog.at_ms):
                into = _by(deployed.at_ms - backlog.at_ms)
                text = f"{life.name} was deployed in {deployed.subject} {into} into a backlog of {backlog.subject}"
                yield Violation(text, backlog, deployed, "deployed during backlog")


def never_promoted(life: Life) -> Iterator[Violation]:
    """It runs, the registry calls another version production, and nobody was ever seen to promote it."""
    facts = life.facts
    production = facts.doc["production"] if facts.doc else None
    if not production or life.version in ("", production) or life.promoted or _left(life):
        return
    for one in facts.running:
        if version_of(facts, one.version) != life.version or one.rollout:
            continue
        later = next((stage for stage in life.deployed if stage.subject == one.job), None) or _as_running(life, one)
        text = (
            f"{life.name} runs in {one.job or 'some job'} and was never promoted: production is "
            f"{called(facts, production)}, and it was deployed {_by(facts.now_ms - later.at_ms)} ago"
        )
        yield Violation(text, None, later, "never promoted")


def _as_running(life: Life, one: Running) -> Stage:
    at_ms = one.since_ms if one.since_ms is not None else life.facts.now_ms
    text = f"{life.name} runs in {one.job}"
    return Stage("operations", "deployed", at_ms, None, text, one.said_by, one.job, life.version)


def _left(life: Life) -> bool:
    return any(one.before and version_of(life.facts, one.before) == life.version for one in life.facts.promotions)


def _first_of_each_job(deployed: Sequence[Stage]) -> list[Stage]:
    first: dict[str, Stage] = {}
    for one in deployed:
        first.setdefault(one.subject, one)
    return list(first.values())


RULES: tuple[Callable[[Life], Iterator[Violation]], ...] = (
    trained_before_schema,
    evaluated_before_trained,
    evaluated_before_schema,
    promoted_before_evaluated,
    deployed_before_evaluated,
    deployed_before_promoted,
    deployed_during_backlog,
    never_promoted,
)
