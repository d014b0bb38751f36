"""What of a kind a list is to show, and in which order."""

# No postponed annotations here: a screen waits for these while it opens.
from typing import NamedTuple

from console.signals import EntityKind

WORST_FIRST = ""


class Within(NamedTuple):
    """Only what is there; an empty text lets all through. A cluster is known by its profile."""

    namespace: str = ""
    region: str = ""
    cluster: str = ""

    def lets(self, where: "Where") -> bool:
        """Whether something lies within. What has no namespace (a node) is in all of them."""
        if self.namespace and where.namespace and where.namespace != self.namespace:
            return False
        if self.region and self.region not in (where.region, where.place):
            return False
        return not self.cluster or where.place == self.cluster


class Where(NamedTuple):
    """Where an object is; what nobody told is empty. A place is a cluster's profile, or one of its regions."""

    place: str = ""
    region: str = ""
    namespace: str = ""


class Query(NamedTuple):
    """``filter`` is a text that must be there, with ``!`` before it one that must not. ``sorted_by`` is the title of a
    column, or ``WORST_FIRST``; ``inverted`` turns its order around."""

    kind: EntityKind
    filter: str = ""
    sorted_by: str = WORST_FIRST
    inverted: bool = False
    within: Within = Within()

    def lets(self, text: str) -> bool:
        """Whether the text of an object goes through the filter. Case does not matter."""
        wanted = self.filter.strip().casefold()
        without = wanted.startswith("!")
        wanted = wanted[without:].strip()
        return not wanted or (wanted in text.casefold()) is not without
