"""Trying one Nomad: what works by trial, then what its token permits beyond that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from console.config import NomadSettings
from console.doctor.permissions import check_permissions
from console.feeds.check import Finding
from console.feeds.nomad.check import check
from console.feeds.nomad.places import set_in
from console.feeds.nomad.settings import nomad_address


async def try_nomad(nomad: NomadSettings) -> Sequence[Finding]:
    """Findings; what a trial has said already is not said again. What to set is told as a key of its profile."""
    address = nomad_address(nomad)
    tried, permitted = await asyncio.gather(check(address), check_permissions(address))
    known = {finding.name for finding in tried}
    found = [*tried, *(finding for finding in permitted if finding.name not in known)]
    return [replace(finding, todo=set_in(finding.todo, nomad.profile)) for finding in found]
