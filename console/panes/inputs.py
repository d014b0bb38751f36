"""What the folds take from a tape, by shape: a tape's own classes have it, and so does any test's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol


class SeriesLike(Protocol):
    """Samples of one signal: times in unix ms, rising, and the value at each."""

    @property
    def times_ms(self) -> Sequence[int]: ...

    @property
    def values(self) -> Sequence[float]: ...


class PartLike(Protocol):
    """Signals that were seen at the same times."""

    @property
    def times_ms(self) -> Sequence[int]: ...

    def rows(self) -> Iterable[tuple[int, Sequence[float]]]:
        """Each signal's id with its values, one for each of ``times_ms``."""
        ...


class BlockLike(Protocol):
    """Samples of one source, as a tape keeps them."""

    @property
    def source(self) -> str: ...

    @property
    def parts(self) -> Sequence[PartLike]: ...


class GapLike(Protocol):
    """A time in which a source was not seen; ``to_ms`` is None while it lasts."""

    @property
    def source(self) -> str: ...

    @property
    def from_ms(self) -> int: ...

    @property
    def to_ms(self) -> int | None: ...

    @property
    def why(self) -> str: ...


class Gap(NamedTuple):
    """A gap as it is read from a record."""

    source: str
    from_ms: int
    to_ms: int | None
    why: str
