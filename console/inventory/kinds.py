"""The kinds of Nomad's objects as lists: by the word that a command names them with, and by kind."""

from __future__ import annotations

from console.inventory.lines import Kind
from console.inventory.tables.allocations import ALLOCATIONS
from console.inventory.tables.deployments import DEPLOYMENTS
from console.inventory.tables.evaluations import EVALUATIONS
from console.inventory.tables.jobs import JOBS
from console.inventory.tables.nodes import NODES
from console.inventory.tables.services import SERVICES
from console.signals import EntityKind

KINDS_OF: dict[EntityKind, Kind] = {
    kind.kind: kind for kind in (JOBS, ALLOCATIONS, NODES, DEPLOYMENTS, EVALUATIONS, SERVICES)
}
