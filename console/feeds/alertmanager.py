"""Alerts and silences from Alertmanager: what fires, what was silenced and by whom, what is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.documents import AlertDoc, FeedDoc
from console.feeds.alertdiff import SOURCE, Known, Look
from console.feeds.alertdocs import Reading, Silence, read_alerts, read_silences
from console.feeds.backoff import Backoff
from console.feeds.check import Cause, Finding
from console.feeds.http import Answer, Source, SourceError
from console.feeds.outlet import Outlet
from console.feeds.skew import Skew
from console.plain import plain
from console.settings.secret import Secret

SETTING = "ALERTMANAGER_URL"
SKEW_WARN_MS = 2_000


class AlertmanagerFeed:
    """Reads ``/api/v2/alerts`` and ``/silences`` every ``interval_s`` seconds.

    ``open_alerts`` are the documents of alerts by entity id that earlier runs left open, so that one which ended
    while nobody looked is told as resolved. ``auth`` is ``user:password``.
    """

    def __init__(
        self,
        address: str,
        auth: Secret | None = None,
        interval_s: float = 15.0,
        open_alerts: Mapping[str, AlertDoc] | None = None,
    ) -> None:
        self._address = address
        self._auth = auth
        self._interval_s = interval_s
        self._known = Known(open_alerts or {})
        self._skew = Skew()
        self._version = ""
        self._last_ms = 0

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Poll until cancelled; whatever the server does is told and survived."""
        source = Source("Alertmanager", self._address, SETTING, self._auth, now_ms=out.clock.now_ms)
        backoff = Backoff(most_s=max(30.0, self._interval_s))
        started_ms = out.clock.now_ms()
        problem: SourceError | None = None
        await out.health(SOURCE, self._doc(SourceError("connecting", "", "")))
        try:
            while True:
                try:
                    reading = await self._read(source)
                except SourceError as error:
                    problem = error
                    self._version = ""
                    await out.health(SOURCE, self._doc(error))
                    await backoff.wait(out.clock)
                    continue
                now_ms = out.clock.now_ms()
                since_ms = self._last_ms or started_ms
                if problem is not None and now_ms - since_ms > 1.5 * self._interval_s * 1000:
                    await out.gap(SOURCE, since_ms, now_ms, problem.why)
                problem = None
                backoff.reset()
                await self._tell(out, reading, now_ms)
                await out.clock.sleep(self._interval_s)
        finally:
            await source.close()

    async def _read(self, source: Source) -> Reading:
        if not self._version:
            self._version = version_of((await self._heard(source, "/api/v2/status")).data)
        silences: dict[str, Silence] = read_silences((await self._heard(source, "/api/v2/silences")).data)
        answer = await self._heard(source, "/api/v2/alerts")
        try:
            return read_alerts(answer.data, silences)
        except ValueError:
            why = f"Alertmanager at {self._address} answered /api/v2/alerts with something that is no list of alerts"
            raise SourceError("degraded", why, f"check {SETTING}") from None

    async def _heard(self, source: Source, path: str) -> Answer:
        answer = await source.get(path)
        self._skew.heard(answer.date, answer.sent_ms, answer.arrived_ms)
        return answer

    async def _tell(self, out: Outlet, reading: Reading, now_ms: int) -> None:
        records = self._known.look(reading.alerts, Look(now_ms, self._last_ms))
        self._last_ms = now_ms
        if records:
            await out.records(records)
        out.seen(SOURCE)
        await out.health(SOURCE, self._doc(_partial(reading, self._address)))

    def _doc(self, problem: SourceError | None) -> FeedDoc:
        doc: FeedDoc = {
            "state": problem.state if problem else "ok",
            "why": problem.why if problem else "",
            "todo": problem.todo if problem else "",
            "address": self._address,
            "skew_ms": self._skew.ms,
            "skew_error_ms": self._skew.error_ms,
        }
        if self._version:
            doc["version"] = self._version
        return doc


async def check(address: str, auth: Secret | None = None, timeout_s: float = 5.0) -> list[Finding]:
    """Try an Alertmanager for ``doctor``: reachable, version, clock, alerts and silences readable."""
    source = Source("Alertmanager", address, SETTING, auth, timeout_s)
    skew = Skew()
    try:
        status = await source.get("/api/v2/status")
        skew.heard(status.date, status.sent_ms, status.arrived_ms)
        version = version_of(status.data)
        if not version:
            todo = f"check that {SETTING} is Alertmanager's"
            what = f"{address} answers, but not as Alertmanager does"
            return [Finding("alertmanager", "bad", what, todo, "unreachable")]
        silences = read_silences((await source.get("/api/v2/silences")).data)
        reading = read_alerts((await source.get("/api/v2/alerts")).data, silences)
    except SourceError as problem:
        cause: Cause = "denied" if problem.state == "denied" else "unreachable"
        return [Finding("alertmanager", "bad", problem.why, problem.todo, cause)]
    except ValueError:
        what = f"{address} answers /api/v2/alerts with no list of alerts"
        return [Finding("alertmanager", "bad", what, f"check {SETTING}", "unreachable")]
    finally:
        await source.close()
    what = f"Alertmanager {version} at {address}: {len(reading.alerts)} alerts, {len(silences)} active silences"
    return [Finding("alertmanager", "ok", what), clock_finding(skew)]


def clock_finding(skew: Skew) -> Finding:
    """What the Date headers say about the clocks."""
    if skew.ms is None:
        return Finding("alertmanager clock", "unknown", "Alertmanager does not say what time it is")
    if abs(skew.ms) - skew.error_ms > SKEW_WARN_MS:
        way = "ahead of" if skew.ms > 0 else "behind"
        what = f"Alertmanager's clock is {abs(skew.ms) / 1000:.1f} s {way} this machine's"
        return Finding("alertmanager clock", "warn", what, "check time synchronisation on both machines")
    what = f"Alertmanager's clock agrees with this machine's to within {(abs(skew.ms) + skew.error_ms) / 1000:.1f} s"
    return Finding("alertmanager clock", "ok", what)


def version_of(status: Any) -> str:
    """The version in an answer of ``/api/v2/status``; empty when it is none."""
    info = status.get("versionInfo") if isinstance(status, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    return plain(version, 40) if isinstance(version, str) else ""


def _partial(reading: Reading, address: str) -> SourceError | None:
    if reading.left_out:
        why = f"Alertmanager at {address} holds {reading.left_out} more alerts than the {len(reading.alerts)} read"
        return SourceError("degraded", why, "narrow what it holds")
    if reading.unreadable:
        why = f"{reading.unreadable} alerts of Alertmanager at {address} could not be read"
        return SourceError("degraded", why, "check its version")
    return None
