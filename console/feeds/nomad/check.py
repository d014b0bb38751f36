"""Trying a Nomad out, for ``doctor``: what works, what does not, and what to do."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import httpx

from console.feeds.check import Cause, Finding, Verdict
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress, http_client
from console.feeds.nomad.rights import OF_TABLE, of_topic, policy
from console.feeds.nomad.stream import TOPICS, follow, permitted
from console.feeds.nomad.troubles import EXPECTED, NomadTroubleError, Trouble, trouble

SKEW_WARN_MS = 2_000


async def check(address: NomadAddress) -> list[Finding]:
    """Findings in the order in which they were tried; after one that rules out the rest, nothing more is tried."""
    calls = Calls(address, lambda: int(time.time() * 1000))
    try:
        return await _check(calls, address)
    finally:
        calls.close()


async def _check(calls: Calls, address: NomadAddress) -> list[Finding]:
    try:
        await calls.get("status", "leader")
    except NomadTroubleError as error:
        name = "leader" if error.trouble is Trouble.NO_LEADER else "reachable"
        return [_bad(name, error)]
    found = [Finding("reachable", "ok", f"Nomad at {address.base} answers and has a leader.")]
    found.append(await _version(calls))
    found.append(await _token(calls))
    if not address.base.startswith("https:") and not _loopback(address.base) and address.token():
        found.append(
            Finding(
                "transport",
                "warn",
                "The token goes over plain HTTP.",
                "write https:// in NOMAD_ADDR and set NOMAD_CACERT",
            )
        )
    found += await _lists(calls, address)
    found.append(await _stream(address))
    found.append(_skew(calls))
    return found


def _loopback(base: str) -> bool:
    return httpx.URL(base).host in ("127.0.0.1", "localhost", "::1")


async def _version(calls: Calls) -> Finding:
    try:
        config = (await calls.get("agent", "self")).body.get("config") or {}
    except NomadTroubleError as error:
        if error.trouble is Trouble.DENIED:
            todo = f"add to its policy: {policy(['agent:read'])}"
            return Finding(
                "version", "unknown", "The token does not permit agent:read, so the version is not known.", todo
            )
        return Finding("version", "unknown", f"{error.why}.", error.todo)
    version = config.get("Version") or {}
    tag = version.get("VersionPrerelease")
    text = f"{version.get('Version', 'unknown')}{f'-{tag}' if tag else ''}"
    return Finding("version", "ok", f"Nomad {text}, region {config.get('Region', 'unknown')}.")


async def _token(calls: Calls) -> Finding:
    try:
        token = (await calls.get("acl", "token", "self")).body
    except NomadTroubleError as error:
        if error.trouble is Trouble.DENIED:
            what = "The token is unknown or has expired."
            return Finding("token", "bad", what, "set NOMAD_TOKEN to a valid token", "denied")
        return Finding("token", "unknown", f"{error.why}.", error.todo)
    accessor = str(token.get("AccessorID") or "")
    if accessor == "anonymous":
        return Finding("token", "warn", "No token is set: this is the anonymous policy.", "set NOMAD_TOKEN")
    if accessor == "acls-disabled":
        return Finding("token", "ok", "ACLs are off: everybody may do everything.")
    what = f"Token {token.get('Name') or accessor[:8]!r} of type {token.get('Type')}"
    if token.get("Type") == "management":
        return Finding("token", "warn", f"{what} may do everything.", "a read-only token is enough")
    expires = token.get("ExpirationTime")
    return Finding("token", "ok", f"{what}" + (f", valid until {expires}." if expires else ", without expiry."))


async def _lists(calls: Calls, address: NomadAddress) -> list[Finding]:
    wrong: dict[str, Finding] = {}
    for name, capability in OF_TABLE.items():
        try:
            await calls.get(name, per_page=1, namespace=address.namespace)
        except NomadTroubleError as error:
            denied = error.trouble is Trouble.DENIED
            wrong[capability if denied else name] = _lacks(capability) if denied else _bad(name, error)
    told = f"{', '.join(OF_TABLE).capitalize()} can be listed."
    return list(wrong.values()) or [Finding("lists", "ok", told)]


def _lacks(capability: str) -> Finding:
    serious: Verdict = "warn" if capability == "node:read" else "bad"
    seen = "nodes are not shown" if capability == "node:read" else "jobs and allocations are not shown"
    return Finding(
        capability,
        serious,
        f"The token does not permit {capability}: {seen}.",
        f"add to its policy: {policy([capability])}",
        "denied" if serious == "bad" else "",
    )


def _bad(name: str, error: NomadTroubleError) -> Finding:
    cause: Cause = "denied" if error.trouble is Trouble.DENIED else "unreachable"
    return Finding(name, "bad", f"{error.why}.", error.todo, cause)


async def _stream(address: NomadAddress) -> Finding:
    async with await asyncio.to_thread(http_client, address) as client:  # it may run the token command
        try:
            async with aclosing(follow(client, address, 0)) as batches:
                await anext(batches)
            return Finding("event stream", "ok", "The event stream answers.")
        except EXPECTED as error:
            return _bad("event stream", trouble(address, "/v1/event/stream", error))
        except NomadTroubleError as error:
            if error.trouble is not Trouble.SILENT:
                return _bad("event stream", error)
        allowed = await permitted(client, address, 0)
    if not allowed:
        text = "The event stream stays silent on every topic: denied, or held back by a proxy. Lists are read instead."
        return Finding("event stream", "warn", text, f"add to its policy: {policy(['read-job'])}")
    denied = [topic for topic in TOPICS if topic not in allowed]
    text = f"The event stream is silent with {', '.join(denied)} in it; it is read without."
    return Finding("event stream", "warn", text, f"add to its policy: {policy(map(of_topic, denied))}")


def _skew(calls: Calls) -> Finding:
    skew = calls.skew
    if skew.ms is None:
        return Finding("clock", "unknown", "Nomad's clock cannot be told: its answers carry no date.")
    side = "ahead of" if skew.ms > 0 else "behind"
    shown = f"{abs(skew.ms) / 1000:.1f} s {side} ours, give or take {skew.error_ms / 1000:.1f} s"
    if abs(skew.ms) - skew.error_ms > SKEW_WARN_MS:
        return Finding("clock", "warn", f"Nomad's clock is {shown}.", "synchronise both machines (NTP)")
    return Finding("clock", "ok", "Nomad's clock agrees with ours, as far as its answers tell.")
