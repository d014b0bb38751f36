"""From the command to the first frame: what happens before Textual is there, and after it has gone.

The order is the point. The first frame is on the terminal before anything heavy is imported; the tape is opened and
read by a thread while Textual is imported; the garbage collector rests until the board stands.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.screens.opening import entrance
from console.screens.opening.lastpicture import Picture, find_picture, keep_picture, old_picture
from console.screens.start import DEMO_SPEED, Mode, Start
from console.settings.paths import shown_address

if TYPE_CHECKING:
    from console.config import Settings
    from console.detach import StartedRecorder
    from console.screens.errands import Errands


def open_board(
    settings: Settings,
    *,
    tape: str | Path,
    mode: Mode = "live",
    at: int | None = None,
    speed: float | None = None,
    play: bool | None = None,
    theme: str | None = None,
    actions: bool = False,
) -> int:
    """Show the board until somebody leaves; returns the exit code.

    ``at`` is where to begin, in unix milliseconds: None is the end of a live tape and the start of the recording
    otherwise. ``speed`` is how many times real time a tape is played at, ``play`` whether it plays at once (None: a
    demo does). ``actions``: something may be done to Nomad, on a live tape. 0 is left by a person, also with ^c; 2 a
    tape that cannot be opened or no terminal; 129, 130 and 143 hung up, interrupted and ended from outside.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _refuse("The board needs a terminal on standard input and output; 'snapshot' draws it without one.")
    name = shown_address(str(tape))
    entrance.enter(Path(tape).name)  # unless the command has done so already
    picture = _picture_path(settings) if mode == "live" else None
    try:
        if picture is not None:
            _show_picture(picture, name)
        os.environ["TEXTUAL_FPS"] = "120"
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        from console.screens.tape.feed import TapeFeed

        playing = mode == "demo" if play is None else play
        start = Start(str(tape), name, mode, at, speed or (DEMO_SPEED if mode == "demo" else 1.0), playing, actions)
        feed = TapeFeed(start, lambda: _spawn(settings))
        feed.begin()
        from console.screens.opening.lighter import board_app

        make_app = board_app()
        from console.terminal.driver import DRIVERS

        problem = feed.wait_open()
        if feed.fault is not None:
            raise feed.fault
        if problem:
            return _refuse(problem)
        ascii_only = entrance.ascii_only()
        app = make_app(
            feed,
            theme=theme or settings.theme,
            ascii_only=ascii_only,
            ready=_collect_garbage,
            driver_class=DRIVERS[settings.terminal],
            errands=(lambda: _errands(settings, actions)) if mode == "live" else None,
            settings=settings,
        )
    except BaseException:
        entrance.leave()
        raise
    entrance.hand_over()
    app.run(mouse=False)
    feed.end()
    fault = feed.fault or app.fault
    if fault is not None:
        raise fault
    if picture is not None and app.last_lines:
        _keep(picture, name, app.last_lines)
    return app.return_code or 0


def _spawn(settings: Settings) -> StartedRecorder:
    from console.detach import start_recorder

    return start_recorder(settings)


def _errands(settings: Settings, actions: bool) -> Errands:
    from console.screens.errands import errands_of

    return errands_of(settings, actions=actions)


def _show_picture(path: Path, tape: str) -> None:
    """In place of the first frame the board as it was left, if it is known."""
    picture = find_picture(path, tape, *os.get_terminal_size())
    if picture is not None:
        entrance.show(old_picture(picture, int(time.time())))


def _collect_garbage() -> None:
    """Once the board stands: what was made by then stays, and is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _refuse(problem: str) -> int:
    entrance.leave()
    sys.stderr.write(f"fourthsignal: {problem}\n")
    return 2


def _picture_path(settings: Settings) -> Path:
    return settings.state_dir / "last-picture"


def _keep(path: Path, tape: str, lines: tuple[str, ...]) -> None:
    width = max(len(line) for line in lines)
    keep_picture(path, Picture(width, len(lines), int(time.time()), tape, lines))
