"""What an action on Nomad is before it is done: what is known, what was asked for, and the plan that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.documents import AllocationDoc, DeploymentDoc, FeedDoc, JobDoc, NodeDoc
from console.signals import EntityRef


class NotPlannedError(Exception):
    """What was asked for cannot be done; its text is one sentence."""


class Asked(NamedTuple):
    """``action`` is a command (``restart``, ``revert`` ...), ``words`` what was typed after it; ``subject`` is what
    was selected then."""

    action: str
    subject: EntityRef | None = None
    words: tuple[str, ...] = ()


class Documents(NamedTuple):
    """The newest states on a tape, by entity id, and the verdict's headline while there is trouble.

    ``pulses``: when each source was last heard, unix ms.
    """

    jobs: Mapping[str, JobDoc] = {}
    allocations: Mapping[str, AllocationDoc] = {}
    nodes: Mapping[str, NodeDoc] = {}
    deployments: Mapping[str, DeploymentDoc] = {}
    feeds: Mapping[str, FeedDoc] = {}
    pulses: Mapping[str, int] = {}
    trouble: str = ""


class Request(NamedTuple):
    """What is sent to Nomad: POST ``/v1/<path>``, once."""

    path: tuple[str, ...]
    body: Mapping[str, Any]


class Plan(NamedTuple):
    """All that a person has to know before it is done.

    ``name`` is what has to be typed. ``looks_at`` is the path of the object that must not have changed meanwhile;
    ``place`` the cluster (empty where there is one), ``job`` the job that feels it, as an entity's id.
    ``deed`` says it in the past tense, after who did it: ``restarted answerer[0] on fra1-gpu-02``.
    ``more`` goes into the record of the deed; ``guard`` is the field of the object that tells whether it changed;
    ``words`` are those that ask for the same of the same object.
    """

    action: str
    entity: EntityRef
    title: str
    affects: Sequence[str]
    warnings: Sequence[str]
    name: str
    deed: str
    capability: str
    request: Request
    looks_at: tuple[str, ...]
    namespace: str = ""
    place: str = ""
    job: str = ""
    more: Mapping[str, Any] = {}
    guard: str = "ModifyIndex"
    words: Sequence[str] = ()
