"""What annotations and links of a Backstage entry say beside its spec: who is on call, which job, channels, a runbook.

``pagerduty.com/service-id``, ``opsgenie.com/team``, ``goalert.com/service-id`` and ``grafana.com/oncall-schedule`` name
who is on call; ``nomad.io/job-id`` and ``nomad.io/namespace`` the job. Keys that let in (``integration-key``) are not
read at all.
"""

from __future__ import annotations

import re

from console.declared.ownkeys import PREFIX, Own, Said, own_fields
from console.declared.shapes import Told
from console.declared.withheld import shown
from console.declared.yamlpart import Part
from console.governance.shapes import ChannelDoc

_PAGERS = {
    "pagerduty.com/service-id": "pagerduty",
    "opsgenie.com/team": "opsgenie",
    "goalert.com/service-id": "goalert",
    "goalert.com/service": "goalert",
    "grafana.com/oncall-schedule": "grafana",
    "grafana/oncall-schedule": "grafana",
    "grafana.com/oncall-team": "grafana",
    "grafana/oncall-team": "grafana",
}
_CONTACT = frozenset(("support", "contact", "chat", "slack", "teams", "email", "mail", "help", "oncall"))
_WORD = re.compile(r"[a-z]+")
_TOOLS = ("slack", "teams", "email", "mattermost", "discord")
_RUNBOOK = "runbook"


def own_of(metadata: Part) -> Own:
    """What annotations of our own say; those of others are nobody's business here."""
    notes = metadata.part("annotations")
    if notes is None:
        return own_fields(())
    return own_fields(
        Said(key, notes.text(key) if isinstance(value, (int, float)) else value, notes.line(key), notes.origin(key))
        for key, value in notes.data.items()
        if key.startswith(PREFIX)
    )


def on_call_of(metadata: Part) -> Told | None:
    """``provider:id`` of who is on call."""
    notes = metadata.part("annotations")
    for key, provider in _PAGERS.items() if notes is not None else ():
        if notes is not None and (name := notes.name(key)):
            return Told(f"{provider}:{name}", notes.line(key))
    return None


def job_of(metadata: Part) -> Told | None:
    """The Nomad job of an entry, ``namespace/job``."""
    notes = metadata.part("annotations")
    if notes is None or (job := notes.name("nomad.io/job-id")) is None:
        return None
    return Told(f"{notes.name('nomad.io/namespace') or 'default'}/{job}", notes.line("nomad.io/job-id"))


def channels_of(metadata: Part) -> Told | None:
    """Links that lead to people: by their type, icon or title."""
    found: list[ChannelDoc] = []
    for link in metadata.parts("links"):
        words = " ".join(link.name(key) or "" for key in ("type", "icon", "title")).casefold()
        url = link.name("url")
        if url is None or _RUNBOOK in words or _CONTACT.isdisjoint(_WORD.findall(words.replace("on-call", "oncall"))):
            continue
        channel: ChannelDoc = {"name": link.name("title") or url, "url": shown("", url)}
        if tool := next((tool for tool in _TOOLS if tool in words or tool in url), None):
            channel["tool"] = tool
        found.append(channel)
    return Told(found, metadata.line("links")) if found else None


def runbook_of(metadata: Part) -> Told | None:
    """The address of the link that is called a runbook."""
    for link in metadata.parts("links"):
        words = " ".join(link.name(key) or "" for key in ("type", "title")).casefold()
        if _RUNBOOK in words.replace(" ", "") and (url := link.name("url")):
            return Told(shown("", url), link.line("url"))
    return None
