"""Words and lines that the sheets of declared things have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from console.format import NOTHING, age, duration, moment
from console.governance.auditshapes import FindingDoc
from console.governance.fields import folded_owner
from console.governance.reviews import Review
from console.governance.shapes import ChannelDoc, DoubtDoc
from console.inventory.shapes import Cell, Column, Line, Section
from console.inventory.words import ago, many, when
from console.panes.kpis import percent as share_text
from console.panes.kpis import standing
from console.panes.rows import SEVERITY
from console.panes.sheets.register import Known
from console.signals import EntityKind, EntityRef, Health

SAID = (Column("", left=True, cells=14), Column("", left=True))
_HEALTHS = {"critical": Health.BAD, "high": Health.WARN, "medium": Health.WARN}
_RANKS = {"critical": 0, "high": 1, "medium": 2}
_MOST_TEXT = 60


def plain_line(key: str, name: str, text: str, more: str = "", health: Health = Health.OK,
               opens: EntityRef | None = None) -> Line:  # fmt: skip
    """A line of a name, what it is, and more on that."""
    return Line(key, opens, health, name, cells=(Cell(text, health), Cell(more)))


def value_text(field: str, value: Any) -> str:
    """The value of a field as a person reads it: by the unit that the field's name says."""
    if value is None or value == "":
        return "nothing"
    if field.endswith("_ms") and isinstance(value, int):
        return moment(value)
    if field.endswith("_s") and isinstance(value, int | float):
        return duration(value)
    if field == "completeness" and isinstance(value, int | float):
        return _cut(f"{value:.2%}".replace(".00%", "%"))
    if isinstance(value, Mapping):
        return _cut(", ".join(f"{key} {_flat(one)}" for key, one in value.items()))
    return _cut(_flat(value))


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("channel") or ", ".join(map(str, value.values())))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_flat(one) for one in value) or "none"
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


def channel_lines(channels: Iterable[ChannelDoc]) -> Iterator[Line]:
    """Ways to reach somebody."""
    for at, one in enumerate(channels):
        said = " · ".join(part for part in (one.get("tool"), one.get("scope"), one.get("url")) if part)
        yield plain_line(f"channel:{at}", "channel", one["name"], said)


# -- who is on call ----------------------------------------------------------------------------------------------------


def on_call_lines(known: Known, ref: str | None, *, needed: bool = True) -> Iterator[Line]:
    """Who is on call now, until when and who is next, by which schedule, and how old that answer is."""
    if not ref:
        if needed:
            yield plain_line("on call", "on call", "NOBODY", "nothing says whom to call", Health.BAD)
        return
    now = known.register.on_call(ref, known.now_ms)
    if now is None:
        yield plain_line("on call", "on call", ref, "no schedule is known by that name", Health.UNKNOWN)
        return
    opens = EntityRef(EntityKind.ONCALL, now.id) if now.id else None
    asked = f"{now.schedule}, asked {ago(now.read_ms, known.now_ms)}"
    until = f"until {short_time(now.until_ms, known.now_ms)}" if now.until_ms else ""
    said = " · ".join(part for part in (until, now.problem, asked) if part)
    health = Health.BAD if not now.who else Health.WARN if now.problem else Health.OK
    yield plain_line("on call", "on call", now.who or "NOBODY", said, health, opens)
    if now.next_who:
        yield plain_line("next", "next", now.next_who, until.replace("until", "from"))


def short_time(at_ms: int, now_ms: int) -> str:
    """``18:00Z``, with the day where that is another one and not near."""
    text, now = moment(at_ms), moment(now_ms)
    near = text[:10] == now[:10] or abs(at_ms - now_ms) < 43_200_000
    return f"{text[11:16]}Z" if near else f"{text[:10]} {text[11:16]}Z"


def owner_line(known: Known, owner: str | None, said_by: str) -> Line:
    """Who owns it, or loudly that nobody does."""
    if not owner:
        return plain_line("owner", "owner", "NO OWNER", "nobody answers for it", Health.BAD)
    found = owner_ref(known, owner)
    unknown = "" if found is not None or not known.register.owners else "nothing is known of them"
    return plain_line("owner", "owner", owner, " · ".join(part for part in (unknown, said_by) if part),
                      Health.WARN if unknown else Health.OK, found)  # fmt: skip


def owner_ref(known: Known, name: str) -> EntityRef | None:
    """The owner of that name or title, as far as anything is known of one."""
    wanted = folded_owner(name)
    for one, doc in known.register.owners.items():
        if wanted in (folded_owner(one), folded_owner(doc.get("title") or one)):
            return EntityRef(EntityKind.OWNER, one)
    return None


# -- sections ----------------------------------------------------------------------------------------------------------


def findings_of(known: Known, subjects: Iterable[str]) -> list[tuple[str, FindingDoc]]:
    """What the audit finds of some subjects, worst first, with their ids."""
    wanted = set(subjects)
    return in_order((key, one) for key, one in known.register.findings.items() if one["subject"] in wanted)


def in_order(findings: Iterable[tuple[str, FindingDoc]]) -> list[tuple[str, FindingDoc]]:
    """Worst first: what fails by its severity, what nobody can tell, what is waived. What is cleared is none."""
    ranks = {"fail": 0, "unknown": 1, "waived": 2}
    kept = [one for one in findings if one[1]["status"] in ranks]
    return sorted(
        kept, key=lambda one: (ranks[one[1]["status"]], _RANKS[one[1]["severity"]], one[1]["name"], one[1]["rule"])
    )


def finding_health(one: FindingDoc) -> Health:
    """How a finding is drawn: by its severity, unknown, or stale where somebody has waived it."""
    return {"unknown": Health.UNKNOWN, "waived": Health.STALE}.get(one["status"]) or _HEALTHS[one["severity"]]


def finding_word(one: FindingDoc) -> str:
    """``critical``, ``unknown``, ``waived``."""
    return one["severity"] if one["status"] == "fail" else one["status"]


def findings_section(known: Known, subjects: Iterable[str]) -> Section:
    """What the audit finds of something; who opens a line sees the finding in full."""
    lines = []
    for key, one in findings_of(known, subjects):
        entity = EntityRef(EntityKind.FINDING, key)
        cells = (Cell(finding_word(one), finding_health(one)), Cell(one["text"]))
        lines.append(Line(str(entity), entity, finding_health(one), f"{one['rule']} {one['title']}", cells=cells))
    ran = known.register.audit is not None
    empty = "The audit finds nothing." if ran else "No audit has run as of this time."
    return Section("Audit", (Column("", left=True, cells=8), Column("", left=True, cells=10)), tuple(lines), empty)


def kpis_section(known: Known, subjects: Iterable[str], empty: str) -> Section:
    """The KPIs of something: attainment, what is left of the budget, how fast it burns, how much was seen."""
    wanted, found = set(subjects), []
    for name, doc in known.register.kpis.items():
        if doc["subject"] not in wanted:
            continue
        stands, measured = standing(doc, known.now_ms), doc.get("measured")
        entity = EntityRef(EntityKind.KPI, name)
        told = [percent(measured[key] if measured else None) for key in ("attainment", "budget_left")]
        burn = measured["burn"] if measured else None
        cells = (
            Cell(told[0], stands.health),
            Cell(percent(doc["target"])),
            Cell(told[1]),
            Cell(NOTHING if burn is None else f"{burn:.1f}x"),
            Cell(percent(measured["coverage"] if measured else None)),
            Cell(reviewed_text(known, entity, doc.get("last_review_ms"))),
        )
        line = Line(str(entity), entity, stands.health, doc["title"], stands.word, cells, stands.note)
        found.append((SEVERITY[stands.health], name, line))
    columns = (Column("Attained"), Column("Target"), Column("Left"), Column("Burn"), Column("Seen"),
               Column("Reviewed", left=True, cells=10))  # fmt: skip
    return Section("KPIs", columns, tuple(line for _, _, line in sorted(found, key=lambda one: one[:2])), empty)


def kpi_problems(known: Known, subjects: Iterable[str]) -> Iterator[tuple[Health, str]]:
    """The KPIs of something that do not stand well: how they stand, and which it is."""
    wanted = set(subjects)
    for doc in known.register.kpis.values():
        stands = standing(doc, known.now_ms)
        if doc["subject"] in wanted and stands.health in (Health.BAD, Health.WARN):
            yield stands.health, f"{stands.word}: {doc['title']}"


def percent(value: float | None) -> str:
    """``97.3%``; a dash where it is not known."""
    return NOTHING if value is None else share_text(value)


def doubts_section(doubts: Iterable[DoubtDoc]) -> Section:
    """What cannot be taken as it is said."""
    lines = tuple(
        Line(f"doubt:{at}", None, Health.WARN, one["field"], cells=(Cell(one["origin"]), Cell(one["why"])))
        for at, one in enumerate(doubts)
    )
    return Section("Doubts", (Column("", left=True, cells=12), Column("", left=True, cells=10)), lines)


# -- reviews -----------------------------------------------------------------------------------------------------------


def last_review(known: Known, entity: EntityRef, by_file_ms: int | None) -> Review | None:
    """The newest review: what somebody said on the tape, or what a file says."""
    told = known.register.reviews.get(entity)
    if by_file_ms is not None and (told is None or told.at_ms < by_file_ms):
        return Review(by_file_ms, "", None)
    return told


def reviewed_text(known: Known, entity: EntityRef, by_file_ms: int | None) -> str:
    """``12d ago by ana``; ``never``."""
    found = last_review(known, entity, by_file_ms)
    if found is None:
        return "never"
    return f"{ago(found.at_ms, known.now_ms)}{f' by {found.by}' if found.by else ''}"


def review_section(known: Known, entity: EntityRef, by_file_ms: int | None, every_s: float | None) -> Section:
    """When it was last reviewed, by whom, what changed, and when the next is due."""
    found, lines = last_review(known, entity, by_file_ms), []
    if found is None:
        lines.append(plain_line("review", "last review", "never", "nobody has said that they looked", Health.WARN))
    else:
        change = {None: "", "": "nothing had to be changed"}.get(found.change, found.change or "")
        by = f"by {found.by}" if found.by else "as a file says"
        said = " · ".join(part for part in (by, change) if part)
        lines.append(plain_line("review", "last review", when(found.at_ms, known.now_ms).split(",")[0], said))
    if every_s:
        due_ms = (found.at_ms if found is not None else 0) + round(every_s * 1000)
        if found is None:
            lines.append(plain_line("due", "due", "now", f"every {many(round(every_s / 86_400), 'day')}", Health.WARN))
        else:
            late = due_ms < known.now_ms
            text = f"{age((known.now_ms - due_ms) / 1000)} overdue" if late else f"by {moment(due_ms)[:10]}"
            lines.append(plain_line("due", "due", text, f"every {many(round(every_s / 86_400), 'day')}",
                                    Health.WARN if late else Health.OK))  # fmt: skip
    return Section("Review", SAID, tuple(lines))
