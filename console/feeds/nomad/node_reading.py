"""Nomad's JSON of a node -> the node. Lists give fewer fields than whole nodes and events do."""

from __future__ import annotations

from sys import intern

from console.feeds.nomad.objects import Node, NodeEvent
from console.feeds.nomad.reading import Json, ms_of_text

MISSED = "heartbeat missed"  # what a node's history says when it is no longer heard of


def read_node(body: Json) -> Node:
    drivers = _drivers(body.get("Drivers") or {})
    attributes = body.get("Attributes") or {}
    events = tuple(
        NodeEvent(ms_of_text(e.get("Timestamp")), str(e.get("Message") or ""), str(e.get("Subsystem") or ""))
        for e in body.get("Events") or ()
    )
    cpu, memory = _capacity(body.get("NodeResources") or {})
    reserved_cpu, reserved_memory = _capacity(body.get("ReservedResources") or {})
    return Node(
        id=intern(body["ID"]),
        name=intern(body.get("Name") or body["ID"][:8]),
        status=intern(body.get("Status") or ""),
        eligibility=intern(body.get("SchedulingEligibility") or ""),
        drain=bool(body.get("Drain")),
        datacenter=intern(body.get("Datacenter") or ""),
        node_class=intern(body.get("NodeClass") or ""),
        pool=intern(body.get("NodePool") or ""),
        version=intern(body.get("Version") or attributes.get("nomad.version") or ""),
        unhealthy_drivers=tuple(sorted(name for name, health in drivers.items() if health != "healthy")),
        updated_ms=max(0, int(body.get("StatusUpdatedAt") or 0)) * 1000,
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
        last_event_ms=max((event.at_ms for event in events), default=0),
        events=events,
        drivers=drivers,
        address=_host(str(body.get("Address") or body.get("HTTPAddr") or "")),
        cpu_mhz=cpu,
        memory_mb=memory,
        reserved_mhz=reserved_cpu,
        reserved_mb=reserved_memory,
        drain_by_ms=ms_of_text((body.get("DrainStrategy") or {}).get("ForceDeadline")),
        disconnects=sum(MISSED in event.text.lower() for event in events),
    )


def _drivers(bodies: Json) -> dict[str, str]:
    """Drivers that are there, each "healthy" or "unhealthy: why"."""
    found = {}
    for name, driver in sorted(bodies.items()):
        if driver and driver.get("Detected"):
            why = str(driver.get("HealthDescription") or "")[:160]
            found[intern(name)] = "healthy" if driver.get("Healthy") else intern(f"unhealthy: {why}".rstrip(": "))
    return found


def _capacity(resources: Json) -> tuple[int, int]:
    cpu, memory = resources.get("Cpu") or {}, resources.get("Memory") or {}
    return int(cpu.get("CpuShares") or 0), int(memory.get("MemoryMB") or 0)


def _host(address: str) -> str:
    """Lists give an address without the port, whole nodes with it."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.rpartition(":")[0] if address.count(":") == 1 else address
