"""How MLflow is reached and by whom: its address, and a token or user and password that are never shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from console.feeds.http import TIMEOUT_S, Source
from console.settings.secret import Secret, TokenSource

SETTING = "MLFLOW_TRACKING_URI"
_REREAD_S = 30.0
_TODO = "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or ask who runs it"


class MlflowAccess(NamedTuple):
    """``address`` holds no credentials; ``auth`` is ``user:password``. A token counts more than these."""

    address: str
    auth: Secret | None = None
    token: TokenSource = TokenSource()


def opened(access: MlflowAccess, now_ms: Callable[[], float] | None = None, timeout_s: float = TIMEOUT_S) -> Source:
    """A source that is not connected yet."""
    has_token = access.token.kind != "none"
    return Source(
        "MLflow",
        access.address,
        SETTING,
        None if has_token else access.auth,
        timeout_s,
        now_ms=now_ms,
        token=_Reread(access.token) if has_token else None,
        denied_todo=_TODO,
    )


class _Reread:
    """A token that is read again every half a minute: a command is not run for each of a thousand requests."""

    def __init__(self, token: TokenSource) -> None:
        self._token = token
        self._held: Secret | None = None
        self._read_s = -_REREAD_S

    def __call__(self) -> Secret | None:
        if time.monotonic() - self._read_s >= _REREAD_S:
            self._held = self._token.read()
            self._read_s = time.monotonic()
        return self._held
