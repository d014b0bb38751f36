"""Questions to a Prometheus: prometheus-api-client in threads for PromQL, httpx for what it lacks.

The library's defaults are not ours: it has no timeout, retries on its own for seconds, and puts long queries into the
URL. Here every question has a timeout and one attempt (the feed has its own back-off), and queries are posted as a
form; a server or proxy that takes no POST is asked by GET from then on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import requests
from prometheus_api_client.exceptions import PrometheusApiClientException
from prometheus_api_client.prometheus_connect import PrometheusConnect
from urllib3.util.retry import Retry

from console.feeds.prometheus.faults import PromError, by_message, by_status
from console.feeds.skew import Skew

POST_CHARS, GET_CHARS = 24_000, 4_000


@dataclass(frozen=True, slots=True)
class Row:
    """One series of an answer: labels, times (unix ms) and values; NaN and infinities are NaN: no number to show."""

    labels: Mapping[str, str]
    times_ms: Sequence[int]
    values: Sequence[float]


class _FormSession(requests.Session):
    """Posts the parameters of a query as a form, and hears what answers say of the server's time.

    Redirects are not followed: questions and credentials go to the address that was configured, and to no other.
    """

    def __init__(self, skew: Skew) -> None:
        super().__init__()
        self._skew = skew
        # An authenticator of our own keeps requests from looking for one in ~/.netrc.
        self.auth = _as_it_is

    def request(self, method: Any, url: Any, params: Any = None, **rest: Any) -> requests.Response:  # type: ignore[override]
        begun = time.time()
        rest = {**rest, "allow_redirects": False}
        if str(method).upper() == "POST":
            response = super().request(method, url, data=params, **rest)
        else:
            response = super().request(method, url, params=params, **rest)
        self._skew.heard(response.headers.get("Date"), begun * 1000, time.time() * 1000)
        return response


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class PromClient:
    """One server. ``address`` holds no credentials; ``auth`` is ``user:password``. Raises PromError only."""

    def __init__(self, address: str, auth: str | None = None, timeout_s: float = 10.0) -> None:
        self.address = address.rstrip("/")
        self._timeout = (min(3.05, timeout_s), timeout_s)
        self._auth = tuple(auth.split(":", 1)) if auth and ":" in auth else None
        self.skew = Skew()
        self._session = _FormSession(self.skew)
        self._lock = asyncio.Lock()
        self._prom = PrometheusConnect(
            url=self.address,
            retry=Retry(total=0, raise_on_status=False),
            auth=self._auth,  # type: ignore[arg-type]  # None is its default
            session=self._session,
            timeout=self._timeout,  # type: ignore[arg-type]  # handed to requests, which takes both
            method="POST",
        )
        self.most_chars = POST_CHARS

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    async def instant(self, expr: str, at_ms: int) -> list[Row]:
        """The value of an expression at one time."""
        raw = await self._ask(lambda: self._prom.custom_query(expr, params={"time": at_ms / 1000}))
        return [_row(item, [item["value"]]) for item in raw if "value" in item]

    async def raw(self, expr: str, at_ms: int) -> list[Row]:
        """Samples as scraped: ``metric[5m]`` at one time."""
        raw = await self._ask(lambda: self._prom.custom_query(expr, params={"time": at_ms / 1000}))
        return [_row(item, item["values"]) for item in raw if "values" in item]

    async def range(self, expr: str, from_ms: int, to_ms: int, step_s: int) -> list[Row]:
        """Values at ``from_ms``, every step, up to ``to_ms``; whole seconds."""
        start, end = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (from_ms, to_ms))
        raw = await self._ask(lambda: self._prom.custom_query_range(expr, start, end, str(step_s)))
        return [_row(item, item["values"]) for item in raw if "values" in item]

    async def names(self, from_ms: int, to_ms: int) -> frozenset[str]:
        """All metric names with series in that time."""
        params = {"start": from_ms / 1000, "end": to_ms / 1000}
        answer = await self._ask(lambda: self._prom.get_label_values("__name__", params=params))
        return frozenset(name for name in answer if isinstance(name, str))

    async def types(self) -> dict[str, str]:
        """Type by metric name, for the targets scraped now; empty where the server does not know."""
        data = await self.get("/api/v1/metadata", quiet=True)
        pairs = data.items() if isinstance(data, dict) else ()
        return {name: str(entries[0].get("type", "")) for name, entries in pairs if entries}

    async def version(self) -> str | None:
        """From buildinfo; None where there is none."""
        data = await self.get("/api/v1/status/buildinfo", quiet=True)
        return str(data["version"]) if isinstance(data, dict) and data.get("version") else None

    async def alerts(self) -> list[dict[str, Any]]:
        """Pending and firing alerts with their annotations."""
        data = await self.get("/api/v1/alerts", quiet=True)
        found = data.get("alerts") if isinstance(data, dict) else None
        return [alert for alert in found or () if isinstance(alert, dict)]

    async def external_labels(self) -> dict[str, str]:
        """Labels this server adds to what it sends away; empty where it does not say."""
        data = await self.get("/api/v1/status/config", quiet=True)
        return external_labels(str(data.get("yaml", ""))) if isinstance(data, dict) else {}

    async def get(self, path: str, *, quiet: bool = False, **params: str) -> Any:
        """``data`` of another API; with ``quiet`` None instead of a fault for what a compatible server lacks."""
        begun = time.time()
        try:
            async with httpx.AsyncClient(
                timeout=httpx.Timeout(self._timeout[1], connect=self._timeout[0]),
                auth=self._auth,  # type: ignore[arg-type]
            ) as client:
                answer = await client.get(self.address + path, params=params)
            self.skew.heard(answer.headers.get("Date"), begun * 1000, time.time() * 1000)
            if answer.status_code != 200:
                raise by_status(answer.status_code, answer.text[:2000], self.address)
            body = answer.json()
            if not isinstance(body, dict) or "data" not in body:
                raise PromError("foreign", f"{self.address} does not answer as Prometheus does")
            return body["data"]
        except httpx.TimeoutException:
            fault = PromError("timeout", f"{self.address} did not answer within {self._timeout[1]:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            fault = PromError("away", f"{self.address} cannot be reached ({_short(problem)})")
        except ValueError:
            fault = PromError("foreign", f"{self.address} answered something that is not JSON: no Prometheus there")
        except PromError as known:
            fault = known
        if quiet and fault.kind not in ("away", "timeout"):
            return None
        raise fault

    async def _ask(self, call: Any) -> list[Any]:
        async with self._lock:
            try:
                answer = await asyncio.to_thread(call)
            except PrometheusApiClientException as problem:
                if "HTTP Status Code 405" in str(problem) and self.most_chars == POST_CHARS:
                    self.most_chars, self._prom._method = GET_CHARS, "GET"
                    raise PromError("unavailable", f"{self.address} takes no POST, asking by GET") from None
                raise by_message(str(problem), self.address) from None
            except requests.exceptions.Timeout:
                raise PromError("timeout", f"{self.address} did not answer within {self._timeout[1]:g} s") from None
            except (requests.exceptions.JSONDecodeError, KeyError, TypeError):
                text = f"{self.address} answered something that is not Prometheus's JSON"
                raise PromError("foreign", text) from None
            except requests.exceptions.RequestException as problem:
                raise PromError("away", f"{self.address} cannot be reached ({_short(problem)})") from None
            except ValueError:
                raise PromError("broken", f"{self.address} gave an answer that cannot be used") from None
        if not isinstance(answer, list):
            raise PromError("foreign", f"{self.address} does not answer as Prometheus does")
        return answer


def _row(item: Mapping[str, Any], points: Sequence[Sequence[Any]]) -> Row:
    try:
        times = [round(float(point[0]) * 1000) for point in points]
        return Row(dict(item["metric"]), times, [number(point[1]) for point in points])
    except (IndexError, KeyError, TypeError, ValueError):
        raise PromError("broken", "Prometheus gave a series that cannot be read") from None


def number(text: Any) -> float:
    """A sample value; NaN for what is no finite number."""
    value = float(text)
    return value if math.isfinite(value) else math.nan


def external_labels(yaml: str) -> dict[str, str]:
    """The ``global: external_labels:`` of the configuration that a server shows (it prints one label a line)."""
    found: dict[str, str] = {}
    inside = False
    for line in yaml.splitlines():
        bare = line.strip()
        if bare == "external_labels:":
            inside, indent = True, len(line) - len(line.lstrip())
        elif inside:
            name, colon, value = bare.partition(":")
            if not colon or len(line) - len(line.lstrip()) <= indent:
                break
            found[name.strip()] = value.strip().strip("\"'")
    return found


def _short(problem: Exception) -> str:
    """The cause without addresses in it, which may hold credentials."""
    text = f"{type(problem).__name__}: {problem}"
    for words in ("Connection refused", "Name or service not known", "No route to host", "Temporary failure",
                  "CERTIFICATE_VERIFY_FAILED", "Connection reset", "Network is unreachable", "closed connection",
                  "unknown protocol", "All connection attempts failed",
                  "WRONG_VERSION_NUMBER", "No address associated"):  # fmt: skip
        if words.lower() in text.lower():
            return words.lower().replace("_", " ")
    return type(problem).__name__
