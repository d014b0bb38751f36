"""Nomads that cannot be seen now: what is shown of them is as it was, and is drawn and said so. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from console.format import age
from console.naming import is_nomad, place_of_source
from console.panes.rows import FeedView
from console.signals import Health


def unseen(feeds: Sequence[FeedView], place: str = "") -> str:
    """Of which Nomads nothing is heard, and for how long: ``nomad down 3m``; empty while all are seen, and where the
    one of ``place`` is."""
    lost = [feed for feed in feeds if _is_lost(feed) and place in ("", place_of_source(feed.name))]
    return ", ".join(f"{feed.name} {feed.word}{'' if feed.age_s is None else f' {age(feed.age_s)}'}" for feed in lost)


def none_is_seen(feeds: Sequence[FeedView], place: str = "") -> bool:
    """Whether nothing of it can be taken for the present: no Nomad is seen, or that of ``place`` is not."""
    nomads = [feed for feed in feeds if is_nomad(feed.name) and place in ("", place_of_source(feed.name))]
    return bool(nomads) and all(map(_is_lost, nomads))


def as_seen(health: Health, *, stale: bool) -> Health:
    """What is known of something that was well when it was last seen."""
    return Health.STALE if stale and health in (Health.OK, Health.UNKNOWN) else health


def _is_lost(feed: FeedView) -> bool:
    return is_nomad(feed.name) and feed.health not in (Health.OK, Health.WARN)
