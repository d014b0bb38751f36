"""The command ``fourthsignal``: first the empty board on the terminal, then everything else.

A person sees four panes before Python has imported a parser of command lines. So this module and what it imports
(``console.screens.opening.entrance``) stay with a few small modules of the standard library, and have no postponed
annotations, which would be an import too.
"""

import sys

from console.screens.opening import entrance


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code. No traceback reaches the user: it goes to a log that is named."""
    words = list(sys.argv[1:] if argv is None else argv)
    opening = what_opens(words)
    if opening is not None:
        entrance.enter(opening)
    try:
        from console.command import run

        return run(words)
    finally:
        entrance.leave()


def what_opens(words: list[str]) -> str | None:
    """What these words open on the board, as told in its first frame; None where they may want something else.

    A guess that costs nothing: where the words turn out to be wrong, the terminal is put back before that is said.
    """
    if any(word in ("-h", "-help", "--help", "--version") for word in words):
        return None
    verb = words[0] if words else "watch"
    if verb.startswith("-") and not any(word in ("record", "snapshot", "doctor") for word in words):
        verb = "watch"
    if verb == "replay" and len(words) > 1:
        file = words[1]
        return "the tape" if file.startswith("-") or "://" in file else file.rpartition("/")[2]
    return {"watch": "the board", "demo": "demo"}.get(verb)
