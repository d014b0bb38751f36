"""How well the feed sees Nomad, in words; what plain calls tell about the server itself."""

from __future__ import annotations

import time
from collections.abc import Sequence

from console.documents import FeedDoc, FeedState
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.rights import of_topic, policy
from console.feeds.nomad.stream import TOPICS
from console.feeds.nomad.telling import SOURCE
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.feeds.outlet import Outlet

_SKEW_STEP_MS = 500  # the skew is told in such steps: a new document for every millisecond helps nobody


class Standing:
    """The one place that says ``health``; every change of it goes out once."""

    def __init__(self, out: Outlet, address: NomadAddress, calls: Calls) -> None:
        self._out, self._address, self._calls = out, address, calls
        self._version = ""
        self._region = address.region or ""
        self._agent_denied = False
        self._heard_at = 0.0
        self._news_at = 0.0
        self._doc: FeedDoc | None = None
        self.heard_ms: int | None = None
        self.why = "not connected yet"
        self.live = False

    def server_now_ms(self) -> int:
        """The time at the server, as far as it can be told."""
        skew = self._calls.skew
        believed = skew.ms if skew.ms is not None and abs(skew.ms) > skew.error_ms else 0
        return self._out.clock.now_ms() + (believed or 0)

    def heard(self) -> None:
        """The source said something that shows its data to be fresh."""
        self.heard_ms = self._out.clock.now_ms()
        self._heard_at = time.monotonic()
        self._out.seen(SOURCE)

    def news(self) -> None:
        """The source told of a change."""
        self._news_at = time.monotonic()

    @property
    def newsless_s(self) -> float:
        """Seconds since it last told of a change."""
        return time.monotonic() - self._news_at

    @property
    def silent_s(self) -> float:
        """Seconds since something was heard."""
        return time.monotonic() - self._heard_at

    async def connecting(self) -> None:
        await self._say("connecting", "", "")

    async def meet(self) -> None:
        """First calls of a connection: is there a leader, which version, which region. Raises when there is none."""
        self.live = False
        await self._calls.get("status", "leader")
        try:
            agent = (await self._calls.get("agent", "self")).body
            config = agent.get("config") or {}
            version = config.get("Version") or {}
            tag = version.get("VersionPrerelease") or ""
            self._version = str(version.get("Version") or "") + (f"-{tag}" if tag else "")
            self._region = str(config.get("Region") or self._region)
            self._agent_denied = False
        except NomadTroubleError as error:
            if error.trouble is not Trouble.DENIED:
                raise
            self._agent_denied = True

    async def fine(self, missing: Sequence[str], topics: Sequence[str]) -> None:
        """Lists are in and the stream runs, perhaps without what is denied."""
        self.live = True
        lacking = list(dict.fromkeys([*missing, *(of_topic(t) for t in TOPICS if t not in topics)]))
        if lacking:
            why = f"the token lacks {' and '.join(lacking)}: {_unseen(lacking)}"
            todo = f"add to its policy: {policy(lacking)}"
            await self._say("degraded", why, todo, lacking)
        else:
            await self._say("ok", "", "")

    async def without_stream(self, error: NomadTroubleError, missing: Sequence[str]) -> None:
        """Plain calls work, the stream says nothing on any topic."""
        why = f"{error.why}, though plain calls work: changes are read from lists, some seconds late"
        if missing:
            why += f"; the token lacks {' and '.join(missing)}"
        todo = (
            "allow read-job on every namespace of the stream, set NOMAD_NAMESPACE to one that may be read, or look for "
            "a proxy that holds streams back"
        )
        await self._say("degraded", why, todo, missing)

    async def leaderless(self, error: NomadTroubleError) -> None:
        """The stream is open, but the servers cannot say anything new."""
        await self._say("degraded", f"{error.why}: what is shown may be old", error.todo)

    async def trouble(self, error: NomadTroubleError) -> None:
        """The connection failed or ended."""
        self.live = False
        state: FeedState = "denied" if error.trouble is Trouble.DENIED else "down"
        if error.trouble in (Trouble.CLOSED, Trouble.BACKWARDS):
            state = "connecting" if self._doc and self._doc["state"] in ("ok", "degraded") else "down"
        await self._say(state, error.why, error.todo)

    async def _say(self, state: FeedState, why: str, todo: str, missing: Sequence[str] = ()) -> None:
        skew = self._calls.skew
        self.why = why or self.why
        lacking = [*missing, *(["agent:read"] if self._agent_denied else [])]
        doc: FeedDoc = {"state": state, "why": why, "todo": todo, "address": self._address.base}
        if self._version:
            doc["version"] = self._version
        if self._region:
            doc["region"] = self._region
        doc["skew_ms"] = None if skew.ms is None else round(skew.ms / _SKEW_STEP_MS) * _SKEW_STEP_MS
        doc["skew_error_ms"] = -(-skew.error_ms // _SKEW_STEP_MS) * _SKEW_STEP_MS
        if lacking:
            doc["missing"] = lacking
        self._doc = doc
        await self._out.health(SOURCE, doc)


def _unseen(lacking: Sequence[str]) -> str:
    if list(lacking) == ["node:read"]:
        return "nodes are not shown"
    if all(" in namespace " in one for one in lacking):
        return "what is there is not shown in full"
    return "some of the cluster is not shown"
