"""Nomads and other sources that cannot be seen now: what is shown of them is as it was, and is drawn so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.format import age
from console.naming import is_nomad, place_of_source
from console.panes.rows import FeedView
from console.signals import EntityKind, Health


def unseen(feeds: Sequence[FeedView], place: str = "") -> str:
    """Of which Nomads nothing is heard, and for how long: ``nomad down 3m``; empty while all are seen, and where the
    one of ``place`` is."""
    lost = [feed for feed in feeds if _is_lost(feed) and place in ("", place_of_source(feed.name))]
    return ", ".join(map(_since, lost))


def none_is_seen(feeds: Sequence[FeedView], place: str = "") -> bool:
    """Whether nothing of it can be taken for the present: no Nomad is seen, or that of ``place`` is not."""
    nomads = [feed for feed in feeds if is_nomad(feed.name) and place in ("", place_of_source(feed.name))]
    return bool(nomads) and all(map(_is_lost, nomads))


_TELLS = {
    EntityKind.FLOW: "ownership", EntityKind.OWNER: "ownership", EntityKind.CONTRACT: "ownership",
    EntityKind.MODEL: "models", EntityKind.KPI: "kpis", EntityKind.ONCALL: "oncall",
}  # fmt: skip


def declared_unseen(feeds: Iterable[FeedView], kind: EntityKind) -> str:
    """Since when who tells of declared things of a kind is not seen: ``models down 3m``; empty while it is."""
    source = _TELLS.get(kind)
    lost = [feed for feed in feeds if feed.name == source and feed.health not in (Health.OK, Health.WARN)]
    return ", ".join(dict.fromkeys(_since(feed) for feed in lost))


def _since(feed: FeedView) -> str:
    return f"{feed.name} {feed.word}{'' if feed.age_s is None else f' {age(feed.age_s)}'}"


def as_seen(health: Health, *, stale: bool) -> Health:
    """What is known of something that was well when it was last seen."""
    return Health.STALE if stale and health in (Health.OK, Health.UNKNOWN) else health


def _is_lost(feed: FeedView) -> bool:
    return is_nomad(feed.name) and feed.health not in (Health.OK, Health.WARN)
