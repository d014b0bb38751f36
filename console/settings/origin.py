"""Where a value comes from."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from typing import Literal, NamedTuple

_RANKS = ("flag", "env", "file", "default")


class Origin(NamedTuple):
    """``where`` is the flag, the variable, or the file with its line; ``default`` where nobody said anything."""

    kind: Literal["flag", "env", "file", "default"]
    where: str

    @property
    def rank(self) -> int:
        """0 for what wins over everything else."""
        return _RANKS.index(self.kind)

    def __str__(self) -> str:
        return self.where
