"""Where the parts of the board stand, in cells. The first frame and the board itself both go by it.

row 0        title: where, live or not, who records
row 1        the verdict: what moved first, and whether what alarmed first misleads
row 2        what was just asked for, what is in trouble, or how things stand
rows 3..     four panes, two by two; one below the other where the terminal is too narrow for two
then         the fourth signal, where the terminal is tall enough; the time strip, one line or three
last row     keys, or the prompt

Imports nothing: the first frame is drawn before there is time for it.
"""

MIN_WIDTH = 60
MIN_HEIGHT = 16
TWO_COLUMNS_FROM = 80
TOP_LINES = 3
FOURTH_FROM = 24
STRIP_LINES = 1
OPEN_STRIP_LINES = 3
FOOTER_LINES = 1

PANE_TITLES = ("1 Scheduling", "2 Models", "3 Ingestion", "4 Ownership")


class Box:
    """A rectangle of cells."""

    __slots__ = ("height", "width", "x", "y")

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self.x = x
        self.y = y
        self.width = width
        self.height = height


def too_small(width: int, height: int) -> str:
    """The sentence to show instead of the board where it has no room, or nothing."""
    if width >= MIN_WIDTH and height >= MIN_HEIGHT:
        return ""
    return f"The terminal has {width}x{height} cells; the board needs {MIN_WIDTH}x{MIN_HEIGHT}. Make it larger."


def columns(width: int, height: int) -> int:
    """How many panes stand side by side: one only in a terminal too narrow for two and tall enough for four."""
    return 1 if width < TWO_COLUMNS_FROM and height >= 2 * MIN_HEIGHT else 2


def fourth_lines(height: int) -> int:
    """Lines of the fourth signal: in a low terminal its rows matter more, and the verdict speaks of it too."""
    return 1 if height >= FOURTH_FROM else 0


def shares(length: int, parts: int) -> list[int]:
    """A length cut into parts that differ by one at most, the longer ones first."""
    each, over = divmod(length, parts)
    return [each + (place < over) for place in range(parts)]


def pane_boxes(width: int, height: int, *, strip_lines: int = STRIP_LINES) -> list[Box]:
    """The four panes' boxes, borders included, in reading order."""
    across = columns(width, height)
    down = 4 // across
    widths = shares(width, across)
    heights = shares(max(0, height - TOP_LINES - fourth_lines(height) - strip_lines - FOOTER_LINES), down)
    boxes: list[Box] = []
    y = TOP_LINES
    for box_height in heights:
        x = 0
        for box_width in widths:
            boxes.append(Box(x, y, box_width, box_height))
            x += box_width
        y += box_height
    return boxes
