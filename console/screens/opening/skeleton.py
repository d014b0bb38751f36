"""The first frame, written to the terminal before anything heavy is imported.

Imports nothing but the layout: a person sees four panes as soon as Python runs.
"""

from console.screens.board.layout import PANE_TITLES, pane_boxes, too_small

ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
LEAVE = "\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"


def first_frame(width: int, height: int, tape: str, *, ascii_only: bool = False) -> str:
    """Four empty panes, the title and what is being opened, as text for the terminal."""
    small = too_small(width, height)
    if small:
        return f"{ENTER}{harmless(small)[:width]}"
    parts = [ENTER, at(0, 0), "\x1b[1m Fourth Signal\x1b[0m", at(0, 1)]
    parts.append(f"\x1b[2m {harmless(f'opening {tape}')[: width - 2]}\x1b[0m\x1b[2m")
    across, up, left, right, bottom_left, bottom_right = "-|++++" if ascii_only else "─│╭╮╰╯"
    for box, title in zip(pane_boxes(width, height), PANE_TITLES, strict=True):
        inner = box.width - 2
        parts.append(f"{at(box.x, box.y)}{left}{across} {title} {across * (inner - len(title) - 3)}{right}")
        for line in range(1, box.height - 1):
            parts.append(f"{at(box.x, box.y + line)}{up}{at(box.x + box.width - 1, box.y + line)}{up}")
        parts.append(f"{at(box.x, box.y + box.height - 1)}{bottom_left}{across * inner}{bottom_right}")
    parts.append("\x1b[0m")
    return "".join(parts)


def harmless(text: str) -> str:
    """Text without anything that a terminal could obey."""
    return "".join(char if char.isprintable() else "?" for char in text)


def at(x: int, y: int) -> str:
    """What puts the terminal's cursor on a cell."""
    return f"\x1b[{y + 1};{x + 1}H"
