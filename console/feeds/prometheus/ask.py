"""What is asked of Prometheus: one expression whose result is one signal per series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.feeds.prometheus.entity import EntityRule, entity_of, notation
from console.signals import Bad, EntityRef, Pane, Signal


@dataclass(frozen=True, slots=True)
class Ask:
    """A chosen expression and what its values mean.

    ``key`` begins the keys of its signals and is unique among the asks of a feed; it is the metric's name where one
    metric makes one signal. ``rules`` name the entity (a pack's); without rules the labels decide by preference.
    ``counts`` is true for a rate of things that go wrong: while the process is scraped and its counter has not been
    born, nothing went wrong, and that is 0 (``born_at_zero`` in ``matrix.py``). ``suffix`` are labels whose values are
    added to the name (``rejected schema``).
    """

    key: str
    metric: str
    name: str
    expr: str
    pane: Pane
    unit: str = ""
    bad: Bad = Bad.EITHER
    rank: int = 100
    window_s: float = 0.0
    warn_at: float | None = None
    bad_at: float | None = None
    rules: tuple[EntityRule, ...] = ()
    entity: EntityRef | None = None
    guessed: bool = False
    counts: bool = False
    suffix: tuple[str, ...] = ()
    id: str = ""

    def signal(self, labels: Mapping[str, str], source: str, step_s: float) -> Signal:
        """The signal of one series of the answer."""
        kept = {k: v for k, v in labels.items() if v and k not in ("__name__", "le")}
        if "nomad_job" in kept:
            kept.pop("job", None)
        ruled = (rule.apply(labels) for rule in self.rules)
        entity = self.entity or next((ref for ref in ruled if ref), None) or entity_of(kept, self.metric)[0]
        tail = " ".join(kept[label] for label in self.suffix if label in kept)
        return Signal(
            key=notation(self.key, kept),
            name=f"{self.name} {tail}" if tail else self.name,
            entity=entity,
            pane=self.pane,
            unit=self.unit,
            bad=self.bad,
            source=source,
            rank=self.rank,
            warn_at=self.warn_at,
            bad_at=self.bad_at,
            step_s=step_s,
            window_s=self.window_s,
            guessed=self.guessed,
            labels=kept,
            expr=self.expr,
        )
