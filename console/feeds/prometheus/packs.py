"""Packs: metric names of known producers as data (``console/packs/README.md`` has the schema).

A pack that cannot be used says so with file and line, and the others are used. A user's pack overrules the packs that
come with the console: the same ``pack.signal`` id replaces a signal, and a metric that a user's pack names belongs to
that pack alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from console.feeds.prometheus.entity import EntityRule, template_labels
from console.signals import Bad, EntityKind, Pane
from console.tomlfile import TomlError, TomlFile, read_toml

SHAPES = ("gauge", "rate", "count_rate", "p50", "p95", "p99", "mean", "age")
FOLDS = ("sum", "max", "min", "avg")
_PACK_KEYS = {"name", "title", "signature", "covers", "ignore"}
_SIGNAL_KEYS = {
    "id", "name", "pane", "entity", "unit", "bad", "rank", "metrics", "needs", "shape", "fold", "by", "where", "scale",
    "promql", "window_s", "warn_at", "bad_at", "source", "counts_failures", "suffix",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PackSignal:
    """One signal of a pack. ``metrics`` are spellings of one metric, newest first: the first that exists is used."""

    id: str
    name: str
    pane: Pane
    rules: tuple[EntityRule, ...]
    metrics: tuple[str, ...]
    shape: str = "gauge"
    by: tuple[str, ...] = ()
    fold: str = "sum"
    where: str = ""
    promql: str = ""
    needs: tuple[str, ...] = ()
    unit: str = ""
    bad: Bad = Bad.EITHER
    rank: int = 100
    window_s: int = 0
    scale: float = 1.0
    warn_at: float | None = None
    bad_at: float | None = None
    source: str = ""
    counts_failures: bool = False
    suffix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """The signals of one producer. ``covers`` are patterns of its names: those are never guessed at."""

    name: str
    title: str
    signature: tuple[str, ...]
    covers: tuple[re.Pattern[str], ...] = ()
    signals: Mapping[str, PackSignal] = field(default_factory=dict)
    origin: str = ""
    users: bool = False

    def covers_name(self, metric: str) -> bool:
        return any(pattern.fullmatch(metric) for pattern in self.covers)


def bundled_dir() -> Path:
    """Where the packs that come with the console are."""
    import console.packs

    return Path(str(console.packs.__path__[0]))


def load_packs(user_dirs: Iterable[Path] = ()) -> tuple[list[Pack], list[TomlError]]:
    """All packs, users' first, and what was wrong with those that could not be used. A missing directory is empty."""
    errors: list[TomlError] = []
    packs: dict[str, Pack] = {}
    for directory, users in ((bundled_dir(), False), *((Path(d), True) for d in user_dirs)):
        for path in sorted(directory.glob("*.toml")) if directory.is_dir() else ():
            try:
                pack = replace(read_pack(path), users=users)
            except TomlError as error:
                errors.append(error)
                continue
            under = packs.get(pack.name)
            packs[pack.name] = _laid_over(pack, under) if under else pack
    return sorted(packs.values(), key=lambda pack: not pack.users), errors


def _laid_over(pack: Pack, under: Pack) -> Pack:
    """A user's pack over one of the same name."""
    signature = tuple(dict.fromkeys((*pack.signature, *under.signature)))
    return replace(
        pack, signature=signature, covers=(*pack.covers, *under.covers), signals={**under.signals, **pack.signals}
    )


def read_pack(path: Path) -> Pack:
    """Read and check one file; raises TomlError with the line."""
    file = read_toml(path)
    head = file.data.get("pack")
    if not isinstance(head, dict):
        raise file.error("has no [pack] table", "pack")
    _known(file, head, _PACK_KEYS, "pack")
    unknown = set(file.data) - {"pack", "signal"}
    if unknown:
        name = min(unknown)
        raise file.error(f"unknown table [{name}]; a pack has [pack] and [[signal]]", name)
    signals: dict[str, PackSignal] = {}
    raw = file.data.get("signal", [])
    if not isinstance(raw, list):
        raise file.error("signals are [[signal]] tables", "signal")
    for number, table in enumerate(raw):
        signal = _signal(file, number, table)
        if signal.id in signals:
            raise file.error(f"signal id {signal.id!r} is used twice", "signal", number, "id")
        signals[signal.id] = signal
    covers = []
    for pattern in (*_strings(file, head, "covers", "pack"), *_strings(file, head, "ignore", "pack")):
        try:
            covers.append(re.compile(pattern))
        except re.error as problem:
            raise file.error(f"{pattern!r} is no regular expression ({problem})", "pack", "covers") from None
    name = _text(file, head, "name", "pack")
    signature = _strings(file, head, "signature", "pack")
    title = _text(file, head, "title", "pack", default=name)
    return Pack(name, title, signature, tuple(covers), signals, str(path))


def _signal(file: TomlFile, number: int, table: Any) -> PackSignal:
    at: tuple[str | int, ...] = ("signal", number)
    if not isinstance(table, dict):
        raise file.error("a signal is a table", *at)
    _known(file, table, _SIGNAL_KEYS, *at)
    shape = _choice(file, table, "shape", SHAPES, at, "gauge")
    promql = _text(file, table, "promql", *at, default="")
    metrics = _strings(file, table, "metrics", *at)
    if not metrics:
        raise file.error("a signal needs metrics = [...], the names of what it reads", *at)
    if promql and ("by" in table or "shape" in table or "where" in table):
        raise file.error("promql says it all: leave out shape, by and where", *at, "promql")
    limits = {key: _number(file, table, key, at) for key in ("warn_at", "bad_at")}
    source = _text(file, table, "source", *at, default="")
    if any(limit is not None for limit in limits.values()) and not source:
        raise file.error("a limit needs source = who published it", *at, "warn_at" if "warn_at" in table else "bad_at")
    return PackSignal(
        id=_text(file, table, "id", *at),
        name=_text(file, table, "name", *at),
        pane=Pane(_choice(file, table, "pane", tuple(Pane), at)),
        rules=_rules(file, table, at),
        metrics=metrics,
        shape=shape,
        by=_strings(file, table, "by", *at),
        fold=_choice(file, table, "fold", FOLDS, at, "sum"),
        where=_text(file, table, "where", *at, default=""),
        promql=promql,
        needs=_strings(file, table, "needs", *at),
        unit=_text(file, table, "unit", *at, default=""),
        bad=Bad(_choice(file, table, "bad", tuple(Bad), at, "either")),
        rank=int(_number(file, table, "rank", at) or 100),
        window_s=int(_number(file, table, "window_s", at) or 0),
        scale=_number(file, table, "scale", at) or 1.0,
        warn_at=limits["warn_at"],
        bad_at=limits["bad_at"],
        source=source,
        counts_failures=bool(table.get("counts_failures", False)),
        suffix=_strings(file, table, "suffix", *at),
    )


def _rules(file: TomlFile, table: Mapping[str, Any], at: Sequence[str | int]) -> tuple[EntityRule, ...]:
    raw = table.get("entity")
    rules = []
    for rule in raw if isinstance(raw, list) else [raw]:
        if not isinstance(rule, dict) or set(rule) != {"kind", "id"} or not isinstance(rule["id"], str):
            raise file.error('entity is { kind = "...", id = "..." }, or a list of these', *at, "entity")
        if rule["kind"] not in tuple(EntityKind):
            raise file.error(f"{rule['kind']!r} is no kind of entity: {', '.join(EntityKind)}", *at, "entity")
        grouped = set(_strings(file, table, "by", *at))
        asked = template_labels(rule["id"])
        if "promql" not in table and asked and not grouped & set(asked):
            raise file.error(f"by must hold a label of {rule['id']!r}", *at, "by" if "by" in table else "entity")
        rules.append(EntityRule(EntityKind(rule["kind"]), rule["id"]))
    return tuple(rules)


def _known(file: TomlFile, table: Mapping[str, Any], known: set[str], *at: str | int) -> None:
    for key in table:
        if key not in known:
            raise file.error(f"unknown key {key!r}; known are {', '.join(sorted(known))}", *at, key)


_REQUIRED = "\0"
_MOST_NUMBER = 1e15
_NOT_NEGATIVE = ("rank", "window_s", "scale")


def _text(file: TomlFile, table: Mapping[str, Any], key: str, *at: str | int, default: str = _REQUIRED) -> str:
    value = table.get(key, default)
    if value == _REQUIRED or not isinstance(value, str) or (default == _REQUIRED and not value):
        raise file.error(f"{key} must be a text" + (", and is missing" if key not in table else ""), *at, key)
    return value


def _choice(
    file: TomlFile,
    table: Mapping[str, Any],
    key: str,
    choices: Sequence[str],
    at: Sequence[str | int],
    default: str = "",
) -> str:
    value = table.get(key, default)
    if value not in tuple(choices):
        raise file.error(f"{key} must be one of {', '.join(choices)}", *at, key)
    return str(value)


def _number(file: TomlFile, table: Mapping[str, Any], key: str, at: Sequence[str | int]) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _MOST_NUMBER:
        raise file.error(f"{key} must be a number", *at, key)
    if (value < 0 and key in _NOT_NEGATIVE) or (value == 0 and key == "scale"):
        raise file.error(f"{key} must be {'above zero' if key == 'scale' else 'zero or more'}", *at, key)
    return value


def _strings(file: TomlFile, table: Mapping[str, Any], key: str, *at: str | int) -> tuple[str, ...]:
    value = table.get(key, [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise file.error(f"{key} must be a list of texts", *at, key)
    return tuple(value)
