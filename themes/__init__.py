"""Themes as files: which style each role of the console's text is drawn in.

A theme is a TOML file with ``dark`` and ``ansi`` and a table ``[roles]`` of Rich style strings. Five come along; a
user's own directories are looked at first, so that a file of the same name replaces ours. A broken file is an error
that names the file, the line and the key, and never a half-drawn screen.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from rich.color import ColorType
from rich.errors import StyleSyntaxError
from rich.style import Style

ROLES: Mapping[str, str] = {
    # role: the role whose style it takes when a theme does not name it ("" = none, then it looks like text)
    "text": "",  # everything not otherwise named; its background is the screen's
    "muted": "",
    "number": "",
    "ok": "",
    "warn": "",
    "bad": "",
    "stale": "muted",
    "unknown": "muted",
    "accent": "",
    "title": "",
    "title_focus": "title",
    "border": "muted",
    "border_focus": "accent",
    "spark": "accent",
    "marker": "accent",  # the mark at the left of the selected row
    "selected": "",  # laid over the selected row of the focused list
    "selected_blur": "",  # laid over the selected row of any other list
    "header": "",
    "footer": "muted",
    "key": "accent",
    "live": "ok",
    "past": "warn",  # the time cursor is not at the end: said loudly
    "notice": "warn",
    "prompt": "accent",
    "hint": "muted",
    "cursor": "",  # the cell at the text or time cursor
    "axis": "muted",
    "found": "accent",  # what a filter or a search matched
    "banner": "title",
    "mover": "accent",
    "fourth": "accent",
    "alarm": "bad",
}
_FOLDER = Path(__file__).parent
_REQUIRED = ("text", "ok", "warn", "bad", "selected", "cursor")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class ThemeError(Exception):
    """A theme that cannot be used: what is wrong, where (file, line, key), and what to do. ``str`` is one sentence."""

    def __init__(self, what: str, where: str, todo: str) -> None:
        super().__init__(f"{where}: {what}; {todo}.")
        self.what = what
        self.where = where
        self.todo = todo


class ThemeFile(NamedTuple):
    """What a theme file says. ``roles`` holds a Rich style string for each role that the file names.

    ``ansi`` themes use the terminal's own 16 colours and its own background, whatever those are.
    """

    name: str
    dark: bool
    ansi: bool
    roles: Mapping[str, str]
    where: str


def names(user_dirs: Iterable[Path] = ()) -> tuple[str, ...]:
    """The themes that there are, a user's own among them, sorted."""
    found = {path.stem for folder in user_dirs for path in folder.glob("*.toml")}
    return tuple(sorted(found.union(_ours())))


def load(name: str, user_dirs: Iterable[Path] = ()) -> ThemeFile:
    """Read the theme of that name; the first of ``user_dirs`` that has it wins over ours. Raises ThemeError."""
    folders = tuple(user_dirs)
    if not _NAME.fullmatch(name):
        raise ThemeError(
            f"{name!r} is not a theme's name", "theme", "use letters, digits, - and _ (the name of a file, no path)"
        )
    for folder in folders:
        path = folder / f"{name}.toml"
        if path.is_file():
            return parse(_read(path), name, str(path))
    if name in _ours():
        return parse((_FOLDER / f"{name}.toml").read_text("utf-8"), name, f"themes/{name}.toml")
    known = names(folders)
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise ThemeError(f"there is no theme called {name!r}", "theme", f"{hint}choose one of {', '.join(known)}")


def parse(text: str, name: str, where: str) -> ThemeFile:
    """Check the text of a theme file; ``where`` is what errors call it. Raises ThemeError."""
    source = _Source(text, where)
    document = source.document()
    for key in document:
        if key not in ("name", "dark", "ansi", "roles"):
            source.refuse(key, f"unknown key {key!r}", _nearest(key, ("name", "dark", "ansi", "roles")))
    flags = {}
    for key in ("dark", "ansi"):
        value = document.get(key, key == "dark")
        if not isinstance(value, bool):
            source.refuse(key, f"{key} is {value!r}", "write true or false")
        flags[key] = value
    roles = document.get("roles")
    if not isinstance(roles, dict):
        source.refuse("roles", "there is no table [roles]", "add one with a style for each role")
    for role, style in roles.items():
        _check_role(source, role, style, ansi=flags["ansi"])
    for role in _REQUIRED:
        if role not in roles:
            source.refuse("roles", f"the role {role!r} has no style", f'add a line {role} = "..." to [roles]')
    return ThemeFile(name, flags["dark"], flags["ansi"], dict(roles), where)


def _check_role(source: _Source, role: str, style: object, *, ansi: bool) -> None:
    if role not in ROLES:
        source.refuse(role, f"unknown role {role!r}", _nearest(role, tuple(ROLES)))
    if not isinstance(style, str):
        source.refuse(role, f"the style of {role!r} is not a text", 'write it like "bold #ff8800 on black"')
    try:
        parsed = Style.parse(style)
    except StyleSyntaxError as error:
        source.refuse(role, str(error), 'write it like "bold #ff8800 on black"')
    if ansi and any(
        color is not None and color.type not in (ColorType.DEFAULT, ColorType.STANDARD)
        for color in (parsed.color, parsed.bgcolor)
    ):
        source.refuse(
            role, f"{style!r} is not one of the terminal's 16 colours", 'use "red", "bright_blue", "default" and such'
        )


def _nearest(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


@cache
def _ours() -> frozenset[str]:
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ThemeError(
            f"cannot be read ({error.strerror})", str(path), "check the file and who may read it"
        ) from error
    except UnicodeDecodeError as error:
        raise ThemeError("is not UTF-8 text", str(path), "save it as UTF-8") from error


class _Source(NamedTuple):
    """A theme file's text and what to call it, to say on which line something is wrong."""

    text: str
    where: str

    def document(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            line = _AT_LINE.search(message)
            where = f"{self.where}, line {line[1]}" if line else self.where
            raise ThemeError(_AT_LINE.sub("", message), where, "correct the TOML there") from error

    def refuse(self, key: str, what: str, todo: str) -> NoReturn:
        raise ThemeError(what, self.place(key), todo.rstrip("?.") if todo.endswith(".") else todo)

    def place(self, key: str) -> str:
        """File and line of a key; tomllib does not tell, so the line is looked for."""
        wanted = re.compile(rf"""\s*(\[\s*)?["']?{re.escape(key)}["']?\s*[=\]]""")
        for number, line in enumerate(self.text.splitlines(), 1):
            if wanted.match(line):
                return f"{self.where}, line {number}, {key}"
        return f"{self.where}, {key}"
