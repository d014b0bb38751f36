"""The verdict as text, for a tired person: what moved first, what misleads, what did what, who owns it, how sure it is.

Lines that begin at the left edge are headings; all else is indented. Sentences are wrapped, nothing that matters is cut
off. Imports nothing heavy: screens show this text, too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from console.explain.ranking import ranking
from console.explain.when import between, date_and_time, in_words, span, time_of_day
from console.explain.whom import answer_text, is_answered, lead_text
from console.findings import FixDoc, FourthSignalDoc, MoverDoc, OmissionDoc, OwnershipDoc, VerdictDoc
from console.format import chance
from console.plain import plain

_INDENT = "  "
_LEAST_WIDTH = 20
_LONGEST = 100_000
_DIRECTIONS = {"up": "rose", "down": "fell"}
_EPISODES = 8
_NAMES = 8


def tell(doc: VerdictDoc, width: int | None = None) -> str:
    """The whole verdict, in lines of at most ``width`` cells where words allow (None: sentences are not wrapped)."""
    lines = [line for part in _parts(doc) for line in _wrapped(part, width)]
    return "\n".join(lines).rstrip() + "\n"


class _Part:
    """A heading and what stands under it: sentences, and lines that are laid out already. Empty parts are left out."""

    def __init__(self, heading: str, said: Sequence[str], kept: Sequence[tuple[str, str]] = ()) -> None:
        self.heading = heading
        self.said = [one for one in said if one]
        self.kept = kept


def _parts(doc: VerdictDoc) -> Iterator[_Part]:
    day = doc["at"][:10]
    yield _Part(_state(doc), [doc["headline"]])
    yield _Part("First mover", _first_mover(doc, day))
    yield _Part("First alarm", _first_alarm(doc, day))
    yield _Part("Symptom", _symptom(doc, day))
    yield _Part("Fourth signal", _fourth(doc["fourth_signal"], day))
    yield _Part("Fixes and changes", [_fix(one, day) for one in doc["fixes"]])
    yield _Part("Who owns it", _who(doc, day))
    yield _Part("For it", _new(doc["evidence_for"], doc))
    yield _Part("Against it", _new(doc["evidence_against"], doc))
    heading, lines = ranking(doc["ranked"], day, doc["first_mover"] and doc["first_mover"]["signal"])
    yield _Part(heading, [], lines)
    gaps = [f"{one['source']}: nothing seen {span(one['from'], one['to'], day)} ({one['why']})" for one in doc["gaps"]]
    yield _Part("Not seen", [*gaps, *_omitted(doc["not_seen"])])


def _state(doc: VerdictDoc) -> str:
    sure = "" if doc["state"] == "quiet" else f", {doc['confidence_word']} confidence ({doc['confidence']:.2f})"
    window = span(doc["window"]["from"], doc["window"]["to"], doc["at"][:10])
    return f"{doc['state'].upper()}{sure}: {date_and_time(doc['at'])}, window {window}"


def _first_mover(doc: VerdictDoc, day: str) -> list[str]:
    mover = doc["first_mover"]
    if mover is None:
        return [] if doc["state"] == "quiet" else ["None is named: see what speaks against it"]
    told = [_moved(mover, day)]
    if doc["lead_text"]:
        same = "as " if doc["lead_text"].endswith("moment") else ""
        told.append(f"{doc['lead_text']} {same}the first alarm" if doc["first_alarm"] is not None else doc["lead_text"])
    return [*told, f"signal {mover['signal']}"]


def _moved(one: MoverDoc, day: str) -> str:
    way = _DIRECTIONS.get(one["direction"], "moved")
    when = f"{time_of_day(one['onset'], day)}{between(one['onset_earliest'], one['onset_latest'], day)}"
    return (
        f"{one['name']} {way} at {when}; {one['entity']}, {one['pane']}, score {one['score']:.2f}{_p(one['p_value'])}"
    )


def _p(p_value: float | None) -> str:
    return "" if p_value is None else f", {chance(p_value)}"


def _first_alarm(doc: VerdictDoc, day: str) -> list[str]:
    alarm, misleads = doc["first_alarm"], doc["misleading"]
    if alarm is None:
        return []
    name = alarm.get("name", "")
    about = alarm["entity"] if not name or name in alarm["entity"] else f"{name} ({alarm['entity']})"
    told = f"{alarm['what']} at {time_of_day(alarm['at'], day)}, about {about}, from {alarm['source']}"
    return [told, f"It {'MISLEADS' if misleads['is'] else 'does not mislead'}: {misleads['why']}"]


def _symptom(doc: VerdictDoc, day: str) -> list[str]:
    told = [] if doc["symptom"] is None else [_moved(doc["symptom"], day)]
    times = [span(one["from"], one["to"], day) for one in doc["symptom_episodes"]]
    if len(times) > 1:
        more = f", and {len(times) - _EPISODES} more" if len(times) > _EPISODES else ""
        told.append(f"{len(times)} episodes: {', '.join(times[:_EPISODES])}{more}")
    return told


def _fourth(fourth: FourthSignalDoc | None, day: str) -> list[str]:
    if fourth is None:
        return []
    hidden = f"{'neither' if fourth['hidden'] else 'one'} of the two crossed a limit or alarmed"
    times = [span(one["from"], one["to"], day) for one in fourth["episodes"]]
    more = f", and {len(times) - _EPISODES} more" if len(times) > _EPISODES else ""
    return [
        fourth["text"],
        f"lag {in_words(fourth['lag_s'])}, strength {fourth['strength']:.2f}{_p(fourth['p_value'])}; {hidden}",
        f"episode{'' if len(times) == 1 else 's'} {', '.join(times[:_EPISODES])}{more}" if times else "",
        f"{fourth['model_signal']} with {fourth['ingestion_signal']}",
    ]


def _fix(one: FixDoc, day: str) -> str:
    """The change, what it did, and what neither of these says yet."""
    text = one["text"].removeprefix(one["effect"]).lstrip(":;,. ")
    told = f"{time_of_day(one['at'], day)} {one['what']} ({one['entity']}): {one['effect'].upper()}"
    told += f": {text}" if text else ""
    known = {part.removesuffix(" changed") for part in re.split("[,:;] ", one["what"])}
    changes = [each for each in one["changes"] if not {each, each.removeprefix("env ")} & known]
    effects = [each for each in one["side_effects"] if each not in text]
    if changes:
        told += f"; changed {', '.join(changes)}"
    if effects:
        new = "also new" if len(effects) < len(one["side_effects"]) else "side effects"
        told += f"; {new}: {', '.join(effects)}"
    return told


def _who(doc: VerdictDoc, day: str) -> list[str]:
    """Who answers for what moved first, and whom to ask where nobody does; then who answers for the rest of it."""
    told = doc.get("responsible")
    known = {told["flow"], (told["job"] or "").partition("/")[2]} if told is not None else set()
    others = _owners([one for one in doc["ownership"] if one["flow"] not in known], day)
    if told is None:
        return others
    said = answer_text(told["owner"], told["on_call"], told["person"], day)
    job = (told["job"] or "").partition("/")[2]
    made = f"made by {job}{', as its name says' if told.get('guessed') else ''}"
    name = f"{told['flow']} ({made})" if job and job != told["flow"] else told["flow"]
    lines = [f"{name}, which moved first: {', '.join([said, *_others(told['problems'])])}"]
    if not is_answered(told):
        lines += [_sentence(lead_text(lead, day)) for lead in told["leads"]]
    return [*lines, *others]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("ask ") else text


def _owners(owners: Sequence[OwnershipDoc], day: str) -> list[str]:
    """One line for those of whom the same is to be said: a flow and the job that makes it mostly are."""
    alike: dict[str, list[str]] = {}
    for one in owners:
        alike.setdefault(_owner(one, day), []).append(one["flow"])
    return [f"{', '.join(flows)}: {said}" for said, flows in alike.items()]


def _owner(one: OwnershipDoc, day: str) -> str:
    """``NO OWNER, no on-call, no data contract``; ``search-data, ana on call until 18:00Z``."""
    said = answer_text(one["owner"], one["on_call"], one.get("person"), day)
    return ", ".join([said, *_others(one["problems"])])


def _others(problems: Sequence[str]) -> list[str]:
    """What the answer itself does not say."""
    return [one for one in problems if one not in ("no owner", "no on-call", "nobody on call")]


def _new(evidence: Sequence[str], doc: VerdictDoc) -> list[str]:
    """Evidence without what stands under another heading word by word: why the alarm misleads, the fourth signal."""
    told = [doc["misleading"]["why"]] if doc["first_alarm"] is not None else []
    told += [doc["fourth_signal"]["text"]] if doc["fourth_signal"] is not None else []
    return [one for one in evidence if not any(each and one.endswith(each) for each in told)]


def _omitted(omitted: Sequence[OmissionDoc]) -> list[str]:
    """What shares its reason in one sentence."""
    alike: dict[str, list[str]] = {}
    for one in omitted:
        alike.setdefault(one["why"], []).append(one["what"])
    return [f"{_some(what)}: {why}" for why, what in alike.items()]


def _some(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{', '.join(names[:_NAMES])}{more}"


def _wrapped(part: _Part, width: int | None) -> Iterator[str]:
    if not part.said and not part.kept:
        return
    width = None if width is None else max(width, _LEAST_WIDTH)
    yield from _filled(part.heading, "", _INDENT, width)
    for one in part.said:
        yield from _filled(one, _INDENT, _INDENT * 2, width)
    for lead, one in part.kept:
        # The rest of a laid-out line stands under its own beginning, where the line has room for that.
        hang = len(lead) if width is None or len(lead) < width // 2 else len(_INDENT) * 2
        yield from _filled(one, _INDENT + lead, " " * (len(_INDENT) + hang), width)
    yield ""


def _filled(text: str, first: str, then: str, width: int | None) -> list[str]:
    text = re.sub(r"\s+", " ", plain(text, _LONGEST)).strip()
    if width is None:
        return [(first + text).rstrip()]
    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )
    return lines or [first.rstrip()]
