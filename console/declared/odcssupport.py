"""The support channels of a data contract: where to reach its owner, and whom a paging tool would call."""

from __future__ import annotations

from console.declared.odcssaid import Section
from console.declared.shapes import Told
from console.declared.withheld import without_secrets
from console.declared.yamlpart import Part
from console.governance.shapes import ChannelDoc

# As on-call schedules are named: provider:id.
_PAGERS = {
    "pagerduty": "pagerduty",
    "opsgenie": "opsgenie",
    "goalert": "goalert",
    "grafana": "grafana",
    "grafanaoncall": "grafana",
    "rota": "rota",
}
_ESCALATION = "escalation"


def support(contract: Part) -> Section:
    """Channels; the first one of a paging tool is who is on call, later ones and those for escalation come after.

    Raises DeclaredError for one without a name.
    """
    channels: list[ChannelDoc] = []
    paged: list[str] = []
    escalation: list[str] = []
    fields: dict[str, Told] = {}
    for part in contract.parts("support"):
        channel = _channel(part)
        channels.append(channel)
        provider = _PAGERS.get("".join(one for one in channel.get("tool", "").casefold() if one.isalnum()))
        if channel.get("scope", "").casefold() == _ESCALATION:
            escalation.append(channel["name"])
            fields.setdefault("escalation", Told(escalation, part.line("channel")))
        elif provider:
            paged.append(f"{provider}:{channel['name']}")
            fields.setdefault("on_call", Told(paged[0], part.line("channel")))
            if len(paged) > 1:
                escalation.append(paged[-1])
                fields.setdefault("escalation", Told(escalation, part.line("channel")))
    if channels:
        fields["channels"] = Told(channels, contract.line("support"))
    return Section(fields)


def _channel(part: Part) -> ChannelDoc:
    name = part.name("channel")
    # 3.0 knows channels that are an address only.
    address = part.name("url")
    if name is None and address is None:
        part.needed("channel", "each way to get support has one")
    doc: ChannelDoc = {"name": name or address or ""}
    if scope := part.name("scope"):
        doc["scope"] = scope
    if tool := part.name("tool"):
        doc["tool"] = tool
    if address:
        doc["url"] = str(without_secrets(address))
    return doc
