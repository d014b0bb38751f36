"""The plan for letting a node take new work, or not."""

from __future__ import annotations

from collections.abc import Iterator

from console.documents import NodeDoc
from console.nomadactions import finding
from console.nomadactions.circumstances import stale, trouble
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan, Request
from console.nomadactions.words import counted, listed, short_name
from console.signals import EntityKind, EntityRef

CAPABILITY = "node:write"
_WORDS = {"on": "eligible", "off": "ineligible"}


def eligibility(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """``on``: the node takes new work again; ``off``: it takes none, and what runs there stays."""
    switches = [word for word in asked.words if word in _WORDS]
    names = [word for word in asked.words if word not in _WORDS]
    if len(switches) != 1 or len(names) > 1:
        raise NotPlannedError("Write ':eligibility on' or ':eligibility off', and a node's name if none is selected.")
    key = finding.node(asked, docs, names[0] if names else "")
    doc, wanted = docs.nodes[key], _WORDS[switches[0]]
    if doc["status"] == "gone":
        raise NotPlannedError(f"Node {doc['name']} is no longer in the cluster.")
    if doc["eligibility"] == wanted:
        raise NotPlannedError(f"{doc['name']} is {wanted} already.")
    if wanted == "eligible" and doc["drain"]:
        raise NotPlannedError(f"{doc['name']} is being drained: Nomad takes no node for eligible while it is.")
    place = doc.get("cluster") or ""
    lines = _off(key, doc, docs) if wanted == "ineligible" else _on(doc, docs)
    return Plan(
        action="eligibility",
        entity=EntityRef(EntityKind.NODE, key),
        title=f"Make {doc['name']} {wanted}",
        affects=tuple(lines),
        warnings=(*stale(place, docs, now_ms), *_warnings(key, doc, docs, wanted), *trouble(docs)),
        name=doc["name"],
        deed=f"made {doc['name']} {wanted}",
        capability=CAPABILITY,
        request=Request(("node", key, "eligibility"), {"NodeID": key, "Eligibility": wanted}),
        looks_at=("node", key),
        place=place,
        more={"eligibility": wanted, "node_name": doc["name"]},
        words=(switches[0],),
    )


def _off(key: str, doc: NodeDoc, docs: Documents) -> Iterator[str]:
    there = sorted(
        short_name(one) for one in docs.allocations.values()
        if one["node_id"] == key and one["status"] == "running" and not one.get("gone")
    )  # fmt: skip
    yield f"{doc['name']} takes no new work"
    if there:
        stay = "stays" if len(there) == 1 else "stay"
        yield f"its {counted(len(there), 'allocation')} ({listed(there)}) {stay} there"
    else:
        yield "nothing runs there now"


def _on(doc: NodeDoc, docs: Documents) -> Iterator[str]:
    yield f"{doc['name']} takes new work again"
    waiting = sum(one["queued"] for job in docs.jobs.values() for one in job.get("blocked") or ())
    if waiting:
        yield f"{counted(waiting, 'allocation')} that found no room {'is' if waiting == 1 else 'are'} tried again"


def _warnings(key: str, doc: NodeDoc, docs: Documents, wanted: str) -> Iterator[str]:
    if doc["status"] != "ready":
        yield f"{doc['name']} is {doc['status']}"
    if wanted == "eligible":
        if doc["unhealthy_drivers"]:
            yield f"drivers of {doc['name']} are not healthy: {listed(doc['unhealthy_drivers'])}"
        return
    alike = [
        one for other, one in docs.nodes.items()
        if other != key and _like(one, doc) and one["status"] == "ready" and one["eligibility"] == "eligible"
        and not one["drain"]
    ]  # fmt: skip
    what = f"class {doc['node_class']}" if doc["node_class"] else f"pool {doc['pool']}"
    if not alike:
        yield f"no other node of {what} takes work then: what has to be placed there waits"
    elif len(alike) == 1:
        yield f"only {alike[0]['name']} of {what} takes work then"


def _like(one: NodeDoc, other: NodeDoc) -> bool:
    ways = ("datacenter", "node_class", "pool")
    return all(one.get(way) == other.get(way) for way in ways) and one.get("cluster") == other.get("cluster")
