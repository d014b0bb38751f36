"""Values that must never be shown, logged or stored, and where they are read from."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
import stat
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from console.settings.errors import ConfigError

COMMAND_TIMEOUT_S = 10.0
_MOST_BYTES = 64 * 1024
_known: set[str] = set()


class Secret:
    """A value whose text forms hide it; only ``reveal`` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        _known.add(value)

    def reveal(self) -> str:
        """The value itself, to be put into a request and nowhere else."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __str__(self) -> str:
        return "(hidden)"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be stored")


def known_values() -> frozenset[str]:
    """Every secret that this process has held, so that its log can hide them."""
    return frozenset(_known)


class TokenSource(NamedTuple):
    """Where a token comes from. It is read again at each use, so that a rotated one is picked up."""

    kind: Literal["none", "value", "file", "command"] = "none"
    value: Secret | None = None
    path: Path | None = None
    command: tuple[str, ...] = ()
    where: str = ""

    def read(self) -> Secret | None:
        """The token as of now, or None when none is configured. Raises ConfigError; may run a command for 10 s."""
        if self.kind == "file" and self.path is not None:
            return read_token_file(self.path, self.where)
        if self.kind == "command":
            return _run(self.command, self.where)
        return self.value

    def __str__(self) -> str:
        shown = {"file": f"file {self.path}", "command": f"command {self.command[0] if self.command else ''}"}
        return shown.get(self.kind, "none" if self.kind == "none" else self.where)


def is_private(path: Path) -> bool:
    """Whether only the owner can read a file."""
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def read_token_file(path: Path, where: str = "") -> Secret:
    """The first line of a token file that only its owner can read."""
    try:
        if not is_private(path):
            raise ConfigError(f"token file {path} can be read by others", where, f"run chmod 600 {path}")
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8")
    except OSError as problem:
        reason = problem.strerror or "it cannot be read"
        raise ConfigError(f"token file {path} cannot be read ({reason})", where, "name a file that exists") from None
    except UnicodeDecodeError:
        raise ConfigError(f"token file {path} is not text", where, "put the token alone on its first line") from None
    return _one_line(text, f"token file {path}", where)


def _run(command: tuple[str, ...], where: str) -> Secret:
    import subprocess  # most users have no token command

    name = command[0] if command else "(empty)"
    try:
        done = subprocess.run(command, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False, text=True)
    except subprocess.TimeoutExpired:
        todo = "make it answer without asking anybody"
        raise ConfigError(f"token command {name} took over {COMMAND_TIMEOUT_S:g} s", where, todo) from None
    except (OSError, UnicodeDecodeError, ValueError):
        raise ConfigError(f"token command {name} cannot be run", where, "name a program that exists") from None
    if done.returncode != 0:
        todo = "run it yourself to see why"
        raise ConfigError(f"token command {name} ended with exit code {done.returncode}", where, todo)
    return _one_line(done.stdout, f"token command {name}", where)


def _one_line(text: str, source: str, where: str) -> Secret:
    lines = text.strip().splitlines()
    token = lines[0].strip() if lines else ""
    if not token or not token.isprintable() or " " in token:
        raise ConfigError(f"{source} gives no token", where, "it must give the token alone on its first line")
    return Secret(token)
