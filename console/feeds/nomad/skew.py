"""How far the server's clock is from ours, from the Date headers of its answers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime


class Skew:
    """Narrows the interval in which the difference (server minus ours, ms) must lie.

    A Date header has whole seconds, so one answer tells no more than a second and the round trip; many answers
    together tell more. When an answer contradicts what was believed, a clock was set, and it starts again.
    """

    def __init__(self) -> None:
        self._least: float | None = None
        self._most: float | None = None

    def heard(self, date: str | None, sent_ms: float, arrived_ms: float) -> None:
        """An answer with this header was sent for and arrived at these times of our clock."""
        if not date:
            return
        try:
            server_ms = parsedate_to_datetime(date).timestamp() * 1000
        except (ValueError, TypeError):
            return
        least, most = server_ms - arrived_ms, server_ms + 1000 - sent_ms
        if self._least is None or self._most is None or least > self._most or most < self._least:
            self._least, self._most = least, most
        else:
            self._least, self._most = max(self._least, least), min(self._most, most)

    @property
    def ms(self) -> int | None:
        """The middle of what is possible, in ms; None before any answer."""
        if self._least is None or self._most is None:
            return None
        return round((self._least + self._most) / 2)

    @property
    def error_ms(self) -> int:
        """Half the width of what is possible."""
        if self._least is None or self._most is None:
            return 0
        return round((self._most - self._least) / 2)
