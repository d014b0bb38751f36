"""What can be wrong with a tape, said in one sentence: what happened, where, what to do."""

from __future__ import annotations


class TapeError(Exception):
    """A tape that cannot be used as asked. ``str()`` is one sentence for a person."""

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        super().__init__(what, where, todo)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}; {self.todo}." if self.todo else f"{place}{self.what}."


class TapeMissing(TapeError):  # noqa: N818 - says what is wrong, as its siblings do
    """There is no tape at that place."""


class TapeSchemaError(TapeError):
    """The tape was written by an older or newer version."""


class TapeFull(TapeError):  # noqa: N818
    """There is no room to write. Nothing of the attempt is on the tape; all that was committed before is."""


class TapeUnfit(TapeError):  # noqa: N818
    """What was given cannot be put on any tape; trying again changes nothing."""


class TapeBusy(TapeError):  # noqa: N818
    """Somebody else held the tape for longer than we wait."""
