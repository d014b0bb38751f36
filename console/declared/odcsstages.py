"""Where the data of a contract is (``servers``), and what it is made of (``transformSourceObjects``).

A server is a stage of the flow. Where servers name their environments those of production count: the others hold
another copy of the data, not a further stage of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.declared.odcssaid import Section
from console.declared.shapes import Told
from console.declared.yamlpart import Part
from console.governance.shapes import StageDoc

_PRODUCTION = frozenset(("prod", "production", "prd", "live"))
_QUEUES = frozenset(("kafka", "kinesis", "pubsub", "nats", "rabbitmq", "pulsar", "redpanda", "eventhub", "jetstream"))
_TOPIC_KEYS = ("topic", "stream", "subject", "queue")
_TOPIC_TYPES = frozenset(("topic", "stream", "queue", "subject"))


def stages(contract: Part) -> Section:
    """The stages and the upstream flows. Raises DeclaredError for a server without a name or a type."""
    fields: dict[str, Told] = {}
    servers = contract.parts("servers")
    in_force = [one for one in servers if (one.text("environment") or "").casefold() in _PRODUCTION] or servers
    if found := [_stage(one, contract) for one in in_force]:
        fields["stages"] = Told(found, in_force[0].line())
    own: set[str] = set()
    sources: dict[str, int] = {}
    for thing in contract.parts("schema"):
        own |= {name for name in (thing.name("name"), thing.name("physicalName")) if name}
        for name, line in _sources(thing):
            sources.setdefault(name, line)
    made_of = {name: line for name, line in sources.items() if name not in own}
    if made_of:
        fields["upstream"] = Told(list(made_of), next(iter(made_of.values())))
    return Section(fields)


def _stage(server: Part, contract: Part) -> StageDoc:
    kind = server.needed("type", "each server has one, as kafka or postgres")
    # Up to v3.0 some called the name of a server its id.
    name = server.name("server") or server.name("id") or server.needed("server", "each server has a name")
    stage: StageDoc = {"name": name, "kind": kind}
    topic = next((found for key in _TOPIC_KEYS if (found := server.name(key))), None)
    if topic is None and kind.casefold() in _QUEUES:
        topics = [thing.name("physicalName") or thing.name("name") for thing in contract.parts("schema")]
        topic = topics[0] if len(topics) == 1 else None
    if topic:
        stage["entity"] = f"topic:{topic}"
    return stage


def topics(contract: Part) -> list[str]:
    """The topics, streams and queues that a contract is about."""
    found = []
    for thing in contract.parts("schema"):
        if (thing.text("physicalType") or "").casefold() in _TOPIC_TYPES:
            found.append(thing.name("physicalName") or thing.name("name"))
    return [name for name in found if name]


def _sources(part: Part) -> Iterator[tuple[str, int]]:
    for inner in part.parts("properties"):
        for name in inner.names("transformSourceObjects"):
            yield name, inner.line("transformSourceObjects")
        yield from _sources(inner)
