"""The command line: which verb, which flags; wrong ones are told with what was most likely meant."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
import argparse
import os
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn

from console.settings.errors import nearest
from console.settings.kinds import switch
from console.settings.options import OPTIONS
from console.verbs import VERBS

PROGRAM = "fourthsignal"
_HELP = frozenset({"-h", "--help", "-help"})


class UseError(Exception):
    """A command line that cannot be used; ``str()`` is one sentence."""


class Parsed(NamedTuple):
    """A verb and its arguments; settings are keyed by their names in the TOML file."""

    verb: str
    args: argparse.Namespace


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse makes a formatter for each parser and would import shutil to measure."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 100
        super().__init__(prog, max_help_position=34, width=max(60, min(width, 120)) - 2)


class Parser(argparse.ArgumentParser):
    """A parser that raises UseError, in the console's words, and never guesses abbreviations."""

    def error(self, message: str) -> NoReturn:
        raise UseError(f"{message}; see {self.prog} --help")

    def values(self) -> set[str]:
        """The flags that take a value."""
        return {flag for action in self._actions if action.nargs != 0 for flag in action.option_strings}

    def flags(self) -> set[str]:
        """All flags."""
        return set(self._option_string_actions)


def parse(argv: Sequence[str]) -> Parsed | None:
    """The verb and arguments; None when help or the version is wanted of no verb in particular. Raises UseError.

    ``--help`` of a verb is written here and ends in SystemExit(0), as argparse does it.
    """
    verb, rest = _split(list(argv))
    if verb is None and _HELP & set(rest):
        return None
    parser = build(verb or "watch")
    args, unknown = parser.parse_known_args(_joined(rest, parser))
    if unknown:
        raise UseError(_unknown(unknown[0], parser))
    return Parsed(verb or "watch", args)


def build(verb: str) -> Parser:
    """The parser of one verb: its own arguments and the settings."""
    parser = Parser(
        prog=f"{PROGRAM} {verb}",
        description=f"{VERBS[verb][0].upper()}{VERBS[verb][1:]}.",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    import_module(f"console.verbs.{verb}").arguments(parser)
    add_settings(parser)
    return parser


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The flags that every verb has."""
    group = parser.add_argument_group("settings (flags win over the environment, which wins over the file)")
    group.add_argument("--config", metavar="FILE", help="the TOML file to read (FOURTHSIGNAL_CONFIG)")
    for option in OPTIONS:
        if not option.flags:
            continue
        told = f"{option.help} ({option.env})" if option.env else option.help
        told = told.replace("%", "%%")
        if option.reader is switch:
            group.add_argument(*option.flags, dest=option.name, action="store_const", const=True, help=told)
        else:
            group.add_argument(*option.flags, dest=option.name, metavar=option.metavar, help=told)
    group.add_argument("--no-color", "-no-color", dest="no_color", action="store_true", help="no colours (NO_COLOR)")


def overview() -> str:
    """The help of the command as a whole."""
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {name:{width}}  {text}" for name, text in VERBS.items())
    return (
        f"usage: {PROGRAM} [VERB] [FLAGS]\n\n"
        "Nomad scheduling, model health, ingestion and data ownership side by side, and what moved first.\n\n"
        f"verbs:\n{verbs}\n\n"
        f"{PROGRAM} VERB --help shows the flags of a verb; {PROGRAM} --version the version.\n"
        "exit codes: 0 fine, 1 findings, 2 wrong use or configuration, 3 a system could not be reached,\n"
        "  4 not permitted, 129 hung up, 130 interrupted, 70 a fault of the console itself\n"
    )


def _split(argv: list[str]) -> tuple[str | None, list[str]]:
    """The verb, which is the first word that is neither a flag nor a flag's value, and all the rest."""
    settings = {flag for o in OPTIONS for flag in o.flags} | {"--config", "--no-color", "-no-color"}
    takes_value = {"--config"} | {flag for o in OPTIONS if o.reader is not switch for flag in o.flags}
    skip = False
    for i, word in enumerate(argv):
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = word in takes_value
        elif word in VERBS:
            return word, argv[:i] + argv[i + 1 :]
        elif i == 0 or not argv[i - 1].startswith("-") or argv[i - 1].partition("=")[0] in settings:
            near = nearest(word, VERBS)
            hint = f"did you mean {near}?" if near else f"verbs are {', '.join(VERBS)}."
            raise UseError(f"{word!r} is not a verb; {hint}")
    return None, argv


def _joined(words: list[str], parser: Parser) -> list[str]:
    """Join ``--at -5m`` to ``--at=-5m``: argparse would take the value for a flag."""
    joined: list[str] = []
    values, flags = parser.values(), parser.flags()
    pending = False
    for word in words:
        if pending and word.startswith("-") and word.partition("=")[0] not in flags:
            joined[-1] += f"={word}"
            pending = False
        else:
            pending = not pending and word in values
            joined.append(word)
    return joined


def _unknown(word: str, parser: Parser) -> str:
    flag = word.partition("=")[0]
    if not flag.startswith("-"):
        return f"{word!r} is one argument too many; see {parser.prog} --help"
    near = nearest(flag, parser.flags())
    return f"{parser.prog} has no flag {flag}; " + (f"did you mean {near}?" if near else f"see {parser.prog} --help")
