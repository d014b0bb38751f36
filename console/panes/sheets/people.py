"""Owners and schedules in words: who they are, what they answer for, who is called and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.format import moment
from console.governance.fields import folded_owner
from console.governance.oncall import named
from console.governance.shapes import MemberDoc, OnCallDoc, OwnerDoc, ShiftDoc
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.words import ago, many
from console.naming import job_name
from console.ownership import by_meta
from console.panes.sheets.register import Known
from console.panes.sheets.wording import SAID, channel_lines, findings_of, on_call_lines, short_time
from console.signals import EntityKind, EntityRef, Health

_MOST_SCHEDULES = 4
_HELD = (Column("", left=True, cells=8), Column("", left=True))


def owner_sheet(known: Known, name: str) -> Sheet | None:
    """A team or a person; None where nothing declares them and nothing names them."""
    doc = known.register.owners.get(name)
    owned = tuple(_owned(known, name, doc))
    if doc is None and not owned:
        return None
    health, word = _owner_standing(known, doc)
    return Sheet(
        entity=EntityRef(EntityKind.OWNER, name),
        name=name,
        health=health,
        word=word,
        facts=tuple(fact for fact in _owner_facts(doc) if fact.text),
        parts=tuple(_owner_parts(known, doc, owned)),
    )


def _owner_standing(known: Known, doc: OwnerDoc | None) -> tuple[Health, str]:
    if doc is None:
        return Health.UNKNOWN, "named as an owner, but nothing says who that is"
    if doc["kind"] == "person":
        return Health.OK, "a person"
    there = [one for one in doc["members"] if _is_member(one, known.now_ms)]
    if not there:
        return Health.BAD, "nobody is a member of it" if doc["members"] else "it has no members"
    return Health.OK, f"a group of {many(len(there), 'person').replace('persons', 'people')}"


def _owner_facts(doc: OwnerDoc | None) -> Iterator[Fact]:
    if doc is None:
        return
    yield Fact("title", doc.get("title") or "")
    yield Fact("part of", doc.get("parent") or "")
    yield Fact("on call by", doc.get("on_call") or "")
    yield Fact("declared in", doc["origin"])


def _owner_parts(known: Known, doc: OwnerDoc | None, owned: tuple[Line, ...]) -> Iterator[Section]:
    if doc is not None:
        own = doc.get("on_call")
        lines = list(on_call_lines(known, own, needed=False)) if own else list(_called_through(known, owned))
        lines += channel_lines(doc.get("channels") or ())
        yield Section("Reached by", SAID, tuple(lines), "No schedule and no channel of theirs is known.")
        if doc["kind"] == "group":
            columns = (Column("Role", left=True, cells=10), Column("Since"), Column("Until"))
            yield Section("Members", columns, tuple(_member(one, known.now_ms) for one in doc["members"]), "Nobody.")
    yield Section("Answers for", _HELD, owned, "Nothing is known to be theirs.")


def _called_through(known: Known, owned: Iterable[Line]) -> Iterator[Line]:
    """Who is on call for what they answer for, where they have no schedule of their own."""
    register = known.register
    refs: dict[str, str] = {}
    for line in owned:
        of = line.opens
        flow = register.flows.get(of.id) if of is not None and of.kind is EntityKind.FLOW else None
        job = register.jobs.get(of.id) if of is not None and of.kind is EntityKind.JOB else None
        model = register.models.get(of.id) if of is not None and of.kind is EntityKind.MODEL else None
        for ref in (flow and flow.doc["on_call"], job and by_meta(job).on_call, model and model.get("on_call")):
            if ref:
                refs.setdefault(ref, line.name)
    for at, (ref, name) in enumerate(list(refs.items())[:_MOST_SCHEDULES]):
        for line in on_call_lines(known, ref):
            *rest, told = line.cells
            said = told._replace(text=f"for {name} · {told.text}")
            yield line._replace(key=f"through:{at}:{line.key}", cells=(*rest, said))


def _is_member(one: MemberDoc, now_ms: int) -> bool:
    return one.get("from_ms", now_ms) <= now_ms < one.get("until_ms", now_ms + 1)


def _member(one: MemberDoc, now_ms: int) -> Line:
    begins, ends = one.get("from_ms"), one.get("until_ms")
    word = "" if _is_member(one, now_ms) else "left" if ends is not None and ends <= now_ms else "not yet"
    cells = (
        Cell(one.get("role") or ""),
        Cell(moment(begins)[:10] if begins is not None else ""),
        Cell(moment(ends)[:10] if ends is not None else ""),
    )
    return Line(f"member:{one['name']}", None, Health.STALE if word else Health.OK, one["name"], word, cells)


def _owned(known: Known, name: str, doc: OwnerDoc | None) -> Iterator[Line]:
    """What names them as its owner."""
    names = {folded_owner(name), folded_owner((doc.get("title") if doc is not None else "") or name)}
    register = known.register
    for flow in register.flows.values():
        if flow.doc["owner"] and folded_owner(flow.doc["owner"]) in names:
            yield _holding(known, EntityRef(EntityKind.FLOW, flow.name), flow.name, "flow")
    for model, found in register.models.items():
        if found["owner"] and folded_owner(found["owner"]) in names:
            yield _holding(known, EntityRef(EntityKind.MODEL, model), model, "model")
    for kpi, told in register.kpis.items():
        owner = told.get("owner")
        if owner and folded_owner(owner) in names:
            yield _holding(known, EntityRef(EntityKind.KPI, kpi), told["title"], "KPI")
    for job, body in register.jobs.items():
        if body.get("parent"):
            continue
        owner = by_meta(body).owner
        if owner and folded_owner(owner) in names:
            yield _holding(known, EntityRef(EntityKind.JOB, job), job_name(job), "job")


def _holding(known: Known, entity: EntityRef, name: str, word: str) -> Line:
    found = [one for _, one in findings_of(known, [str(entity)]) if one["status"] == "fail"]
    health = Health.BAD if any(one["severity"] == "critical" for one in found) else Health.WARN if found else Health.OK
    return Line(
        str(entity), entity, health, name, cells=(Cell(word), Cell(many(len(found), "finding") if found else ""))
    )


# -- schedules ---------------------------------------------------------------------------------------------------------


def schedule_sheet(known: Known, key: str) -> Sheet | None:
    """Who is called by one schedule, and for what."""
    doc = known.register.schedules.get(key)
    if doc is None:
        return None
    now = known.register.on_call(key, known.now_ms)
    who, problem = (now.who, now.problem) if now is not None else ("", "")
    return Sheet(
        entity=EntityRef(EntityKind.ONCALL, key),
        name=doc["name"],
        health=Health.BAD if not who else Health.WARN if problem else Health.OK,
        word=f"{who} is on call" if who else "NOBODY is on call",
        facts=tuple(fact for fact in _schedule_facts(known, doc) if fact.text),
        parts=tuple(_schedule_parts(known, key, doc)),
        why=f"{f'{who} is on call' if who else 'NOBODY is on call'}: {problem}" if problem else "",
    )


def _schedule_facts(known: Known, doc: OnCallDoc) -> Iterator[Fact]:
    yield Fact("kept by", doc["provider"])
    yield Fact("asked", ago(doc["read_ms"], known.now_ms))
    yield Fact("problem", doc.get("problem") or "", Health.WARN)
    yield Fact("stands for", ", ".join(one for one in doc["names"] if one != doc["name"]))
    yield Fact("address", doc.get("url") or "")
    yield Fact("said by", doc["origin"])


def _schedule_parts(known: Known, key: str, doc: OnCallDoc) -> Iterator[Section]:
    columns = (Column("Level"), Column("From"), Column("Until"))
    yield Section("Turns", columns, tuple(_turns(known, doc)), "It says nothing of anybody's turn.")
    yield Section("Called for", _HELD, tuple(_called_for(known, key)), "Nothing names this schedule.")


def _turns(known: Known, doc: OnCallDoc) -> Iterator[Line]:
    told = [(one, "on call") for one in doc["now"]] + [(one, "next") for one in doc.get("next") or ()]
    for at, (one, word) in enumerate(sorted(told, key=lambda each: (each[0].get("from_ms", 0), each[0]["level"]))):
        runs = one.get("from_ms", known.now_ms) <= known.now_ms < one.get("until_ms", known.now_ms + 1)
        over = "until_ms" in one and one["until_ms"] <= known.now_ms
        said = "on call" if runs else "was on call" if over else word.replace("on call", "next")
        cells = (Cell(str(one["level"])), Cell(_bound(one, "from_ms", known)), Cell(_bound(one, "until_ms", known)))
        yield Line(f"turn:{at}", None, Health.STALE if over else Health.OK, one["who"], said, cells)


def _bound(one: ShiftDoc, field: str, known: Known) -> str:
    at_ms = one.get(field)
    return short_time(at_ms, known.now_ms) if isinstance(at_ms, int) else ""


def _called_for(known: Known, key: str) -> Iterator[Line]:
    register = known.register
    refs: list[tuple[EntityRef, str, str, Iterable[str | None]]] = []
    for flow in register.flows.values():
        refs.append((EntityRef(EntityKind.FLOW, flow.name), flow.name, "flow",
                     [flow.doc["on_call"], *(flow.doc.get("escalation") or ())]))  # fmt: skip
    for model, doc in register.models.items():
        refs.append((EntityRef(EntityKind.MODEL, model), model, "model", [doc.get("on_call")]))
    for owner, told in register.owners.items():
        refs.append((EntityRef(EntityKind.OWNER, owner), owner, "owner", [told.get("on_call")]))
    for job, body in register.jobs.items():
        refs.append((EntityRef(EntityKind.JOB, job), job_name(job), "job", [by_meta(body).on_call]))
    for entity, name, word, named_by in refs:
        if any(one and key in named(one, register.schedules) for one in named_by):
            yield _holding(known, entity, name, word)
