"""What tests of the on-call feed share: settings of a double, and turns around now."""

from __future__ import annotations

import time

from console.settings.oncall import SERVICES, OnCallSettings
from console.settings.secret import Secret, TokenSource
from tests.doubles.oncall import HOUR_MS, TOKEN, Shift

NOW_MS = time.time_ns() // 1_000_000 // 1000 * 1000


def settings_of(provider: str, address: str, token: str = TOKEN) -> OnCallSettings:
    service = next(one for one in SERVICES if one.provider == provider)
    return OnCallSettings(service, address, TokenSource("value", Secret(token), where=service.token_variable))


def turns(*people: str, begin_ms: int = NOW_MS - HOUR_MS, hours: int = 8) -> list[Shift]:
    """People one after another, the first one being on call now."""
    step = hours * HOUR_MS
    return [Shift(who, begin_ms + place * step, begin_ms + (place + 1) * step) for place, who in enumerate(people)]
