"""The rules of the audit as data: what each looks for, how bad it is, what to do, and its numbers.

Where a flow, a model or a KPI declares a number of its own (how often it is reviewed, trained anew, evaluated) that one
counts instead of the rule's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from console.governance.auditshapes import Severity

Family = Literal["ownership", "lifecycle", "kpis", "data"]
About = Literal["flow", "model", "deploy", "kpi", "action", "incident"]
DAY_S = 86_400.0


class Rule(NamedTuple):
    """``title`` names what is wrong where it fails, ``help`` says why that matters, ``todo`` what to do about it.
    ``limit`` is the rule's number in its own unit, where it has one (``limit_unit``)."""

    id: str
    family: Family
    about: About
    severity: Severity
    title: str
    help: str
    todo: str
    limit: float = 0.0
    limit_unit: str = ""
    settles_s: float = 0.0  # what comes and goes by itself is over once it stayed away for so long


_ALL = (
    Rule("O1", "ownership", "flow", "critical", "no owner",
         "When a flow without an owner breaks, nobody is called and nobody may decide.",
         "name the team that answers for it: owner in its producer's meta, in flows.toml or in its contract"),
    Rule("O2", "ownership", "flow", "critical", "owner cannot be found",
         "An owner that no list knows, or whose people have all left, is no owner.",
         "name a team that exists, or bring the list of its people up to date"),
    Rule("O3", "ownership", "flow", "high", "sources disagree",
         "Two sources that say different things about one flow send people to the wrong place.",
         "correct the source that is wrong"),
    Rule("O4", "ownership", "flow", "critical", "nobody on call now",
         "A flow that feeds production needs somebody who can be called at this moment.",
         "put somebody on call in its schedule, or name the right schedule"),
    Rule("O5", "ownership", "flow", "high", "no way to reach its owner",
         "An owner who can only be reached by announcements is not reached in time.",
         "name an interactive or issues channel, or an escalation"),
    Rule("O6", "ownership", "flow", "high", "promises are missing",
         "Without a promised freshness or latency nobody can say that a flow is late; without completeness nobody can "
         "say that it loses data.",
         "promise freshness or latency, and completeness, in its contract or in flows.toml; with units"),
    Rule("O7", "ownership", "flow", "high", "no contract in force",
         "What comes without a contract may change its form at any time; what it feeds learns of that by breaking.",
         "agree on a data contract with its consumers and name it; put its file where the catalog finds it"),
    Rule("O8", "ownership", "flow", "medium", "not reviewed",
         "What nobody looked at on purpose for a long time is no longer true.",
         "look at it with its consumers and record that: fourthsignal review", 90.0, "days"),
    Rule("O9", "ownership", "flow", "medium", "no retention",
         "Without a promised retention nobody knows for how long a broken index can be built again.",
         "promise a retention in its contract or in flows.toml"),
    Rule("L1", "lifecycle", "model", "critical", "another version runs than is called production",
         "What was evaluated and released is not what answers.",
         "deploy the version that the registry calls production, or move its alias"),
    Rule("L2", "lifecycle", "model", "high", "runs without a pinned version",
         "What does not say its version changes when nobody looks, and cannot be rolled back.",
         "say model_version in the meta of the job that serves it"),
    Rule("L3", "lifecycle", "model", "high", "versions are mixed",
         "Outside a rollout two versions answer the same question differently.",
         "finish the rollout, or take it back"),
    Rule("L4", "lifecycle", "model", "critical", "the running version was never evaluated",
         "Nobody knows how good the answers of this version are.",
         "evaluate the running version and record that with it in the registry"),
    Rule("L5", "lifecycle", "model", "high", "evaluated before its data changed",
         "The evaluation says nothing of the data that it answers from today.",
         "evaluate the running version again on the data as it is now"),
    Rule("L6", "lifecycle", "model", "high", "evaluation data old or unknown",
         "An evaluation counts for the data it was made on, and for a while.",
         "evaluate on current data, and record the revision of the data", 90.0, "days"),
    Rule("L7", "lifecycle", "model", "high", "training overdue",
         "The model knows less and less of what it is asked about.",
         "train it anew, or change how often that is due"),
    Rule("L8", "lifecycle", "model", "high", "model has no owner",
         "When its answers are bad nobody is called and nobody may decide.",
         "name its owner in the registry (tag owner), in its card or in models.toml"),
    Rule("L9", "lifecycle", "deploy", "critical", "deployed during a backlog",
         "What is deployed while its data is behind meets data that it was never tried on, and hides what began it.",
         "wait until the backlog has drained, or take the deployment back"),
    Rule("L10", "lifecycle", "deploy", "high", "deployed in an incident without a word",
         "Fixes that nobody announced cannot be told from causes.",
         "write the fix down in the incident before it is made"),
    Rule("L11", "lifecycle", "deploy", "high", "stricter checks without a new contract version",
         "A consumer that refuses what it took before breaks an agreement that its producers do not know is broken.",
         "take the check back, or agree on a new version of the contract first"),
    Rule("L12", "lifecycle", "model", "medium", "promoted, not deployed",
         "What the registry calls production is not what people get.",
         "deploy the promoted version, or move the alias back", 24.0, "hours"),
    Rule("L13", "lifecycle", "model", "high", "an archived or unfinished version runs",
         "The registry says that this version should not be used.",
         "deploy a version that is ready and not archived"),
    Rule("L14", "lifecycle", "model", "medium", "nothing to roll back to",
         "Without a version that was good before there is no quick way out.",
         "keep the version before in the registry, ready to be deployed"),
    Rule("L15", "lifecycle", "model", "high", "reads fields that no contract requires",
         "A field that nobody promised can be gone tomorrow.",
         "have the contract require the fields, or no longer read them"),
    Rule("K1", "kpis", "model", "high", "no objective for its output",
         "Nobody said how good its answers have to be, so nobody can say that they are bad.",
         "declare a KPI about its output: OpenSLO or kpis.toml"),
    Rule("K2", "kpis", "model", "critical", "objectives for the system only",
         "Latency, errors and restarts can all be fine while the answers are wrong.",
         "declare a KPI about its output beside those of the system"),
    Rule("K3", "kpis", "kpi", "high", "indicator without data",
         "An objective whose indicator returns nothing is always met.",
         "correct its query, or bring back what it counts"),
    Rule("K4", "kpis", "kpi", "medium", "not reviewed",
         "An objective that nobody questions any more guards what nobody needs any more.",
         "look at it with those who rely on it and record that: fourthsignal review", 90.0, "days"),
    Rule("K5", "kpis", "kpi", "high", "broken, and nobody took it on",
         "A promise is broken and nobody has declared an incident or acknowledged it.",
         "declare an incident, or acknowledge it and say why it can wait"),
    Rule("K6", "kpis", "action", "medium", "action overdue",
         "What was promised after the last incident is not done before the next.",
         "do it, or agree on another date"),
    Rule("K7", "kpis", "incident", "medium", "incident not reviewed",
         "What nobody writes down is learned again the hard way.",
         "hold the review and record it", 5.0, "business days"),
    Rule("D1", "data", "flow", "high", "freshness promise broken",
         "The models that it feeds answer from what is no longer true.",
         "find out what holds it up; its owner and consumers should know", settles_s=300.0),
    Rule("D2", "data", "flow", "high", "loses data between its stages",
         "What goes in and does not come out is missing from the answers, and nothing alarms.",
         "look at the stage that loses: its dead letters, rejects and schema failures", settles_s=300.0),
)  # fmt: skip

RULES: Mapping[str, Rule] = {rule.id: rule for rule in _ALL}
"""By id, in the order in which people look for them."""

FAMILIES: Mapping[Family, str] = {
    "ownership": "Ownership",
    "lifecycle": "Lifecycle of models",
    "kpis": "KPIs and reviews",
    "data": "Data",
}
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium")
