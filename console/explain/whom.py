"""Who answers for what moved first, in words: the owner, who is on call and how sure that is, whom else to ask.

Imports nothing heavy: the board says it too.
"""

from __future__ import annotations

from console.explain.when import time_of_day
from console.findings import LeadDoc, PersonDoc, ResponsibleDoc
from console.format import age

OLD_S = 1200.0  # a schedule is asked again each quarter of an hour
_ID = 36  # characters of the accessor of a token; eight of them tell it apart


def answer_text(owner: str | None, on_call: str | None, person: PersonDoc | None, day: str) -> str:
    """``search-data, ana on call until 18:00Z``; ``NO OWNER, no on-call``."""
    if person is not None:
        return f"{owner or 'NO OWNER'}, {person_text(person, day)}"
    return f"{owner or 'NO OWNER'}, {f'on call {on_call}' if on_call else 'no on-call'}"


def person_text(person: PersonDoc, day: str) -> str:
    """``ana on call until 18:00Z``, with what makes that doubtful."""
    why = f": {person['problem']}" if person["problem"] else ""
    if not person["name"]:
        return f"nobody on call now by {person['schedule']}{why}"
    return f"{person['name']} {_turn(person, day)}{why}"


def _turn(person: PersonDoc, day: str) -> str:
    """``on call until 18:00Z``."""
    if is_doubtful(person):
        return f"on call as of {age(person['age_s'])} ago"
    return f"on call until {short_time(person['until'], day)}" if person["until"] else "on call"


def is_doubtful(person: PersonDoc) -> bool:
    """Whether somebody else may be on call by now."""
    return bool(person["problem"]) or person["age_s"] > OLD_S


def short_time(at: str, day: str) -> str:
    """A time of day without its seconds; with its date where that is another."""
    told = time_of_day(at, day)
    return f"{told[:-4]}Z" if told.endswith("Z") and told.count(":") == 2 else told


def is_answered(doc: ResponsibleDoc) -> bool:
    """Whether there is an owner, and no schedule that has nobody."""
    person = doc["person"]
    return bool(doc["owner"]) and bool(person["name"] if person is not None else doc["on_call"])


def who_deployed(lead: LeadDoc) -> str:
    """A name, or the beginning of a token's accessor; empty where nobody knows."""
    who = lead["who"] or ""
    return f"token {who[:8]}" if len(who) == _ID and who.count("-") == 4 else who


def lead_text(lead: LeadDoc, day: str) -> str:
    """A lead as a sentence without its stop."""
    if lead["what"] == "deployed":
        at = f" at {time_of_day(lead['at'], day)}" if lead["at"] else ""
        by = f" by {who}" if (who := who_deployed(lead)) else ", nobody knows by whom"
        return f"{lead['text']} was deployed{at}{by}"
    person = lead["person"]
    if person is not None and person["name"]:
        whose = f" for {lead['owner']}" if lead["owner"] else ""
        return f"ask {person['name']}, {_turn(person, day)}{whose}: {lead['text']}"
    on_call = f" (on call {lead['on_call']})" if lead["on_call"] else ""
    return f"ask {lead['owner'] or lead['on_call']}{on_call}: {lead['text']}"


def lead_short(lead: LeadDoc, day: str) -> str:
    """A lead in a few words: ``ask ana (indexer)``, ``deployed 04:58Z by ana``."""
    if lead["what"] == "deployed":
        at = f" {short_time(lead['at'], day)}" if lead["at"] else ""
        return f"deployed{at}{f' by {who}' if (who := who_deployed(lead)) else ''}"
    return f"{lead_name(lead)} ({lead['job'].rpartition('/')[2]})"


def lead_name(lead: LeadDoc) -> str:
    """Whom to ask: ``ask ana``."""
    return f"ask {lead['who'] or lead['owner'] or lead['on_call']}"
