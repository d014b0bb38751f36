"""``audit``: who owns what, which model runs, what was promised: the rules held against a tape, servers or files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console import exits
from console.config import Settings
from console.jsontext import json_text
from console.parsing import UseError
from console.plain import plain
from console.settings.errors import nearest

if TYPE_CHECKING:
    from console.analysis.audit.judgement import Audited, Judgement
    from console.verbs.auditsources import Found

_FAIL_ON = ("critical", "high", "medium", "unknown")
_WIDTHS = (60, 110)  # between which a terminal's width is taken as it is


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, which rules, in which form to answer, when to fail."""
    parser.add_argument("--at", metavar="TIME", help="the moment: 14:05, 2026-11-23T14:05:00Z, -5m, +8m from the start")
    parser.add_argument("--rule", metavar="IDS", help="these rules only: O1,L9")
    parser.add_argument("--subject", metavar="TEXT", help="only what is about a flow, model, job or KPI of that name")
    parser.add_argument("--all", action="store_true", help="tell every finding on its own, and what passed")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--sarif", metavar="FILE", help="write SARIF 2.1.0 for a build; - is standard output")
    parser.add_argument(
        "--fail-on", choices=_FAIL_ON, help="exit with 1 when something is that bad, or worse; unknown: or not known"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the audit; 1 when something fails that is as bad as ``--fail-on`` says."""
    if args.sarif == "-" and args.json:
        raise UseError("--json and --sarif - both write to standard output; give --sarif a file")
    rules = _rules(args.rule)
    from console.verbs.auditsources import look

    found = look(settings, args.at)
    audited = _chosen(found.audited, rules, args.subject)
    if args.sarif is not None:
        _write_sarif(args.sarif, audited, found)
    if args.json:
        from console.audited.document import answer

        sys.stdout.write(json_text(answer(audited, found.since, found.tape, found.notes)) + "\n")
    elif args.sarif != "-":
        _print(audited, found, args.all)
    return _code(args.fail_on, audited, found)


def _rules(text: str | None) -> frozenset[str] | None:
    """The rules that are asked for; None for all. Raises UseError."""
    if text is None:
        return None
    from console.analysis.audit.rules import RULES

    names = [part.strip().upper() for part in text.replace(",", " ").split()]
    for name in names:
        if name not in RULES:
            near = nearest(name, RULES)
            hint = f"did you mean {near}?" if near else f"rules are {', '.join(RULES)}"
            raise UseError(f"--rule: there is no rule {plain(name, 20)}; {hint}")
    if not names:
        raise UseError("--rule needs the name of a rule, as O1 or O1,L9")
    return frozenset(names)


def _chosen(audited: Audited, rules: frozenset[str] | None, subject: str | None) -> Audited:
    """What is asked for. Raises UseError where nothing is about that subject."""
    wanted = (subject or "").strip().casefold()
    if subject is not None and not wanted:
        raise UseError("--subject needs a name, as docs.price or model:answer-8b")

    def about(one: Judgement) -> bool:
        return not wanted or any(wanted in text.casefold() for text in (one.subject, one.name))

    mine = [one for one in audited.judgements if about(one)]
    if wanted and audited.judgements and not mine:
        names = list(dict.fromkeys(one.subject for one in audited.judgements))
        near = nearest(subject or "", [*names, *(name.partition(":")[2] for name in names)])
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names[:6])}"
        raise UseError(f"--subject: nothing is about {plain(subject or '', 60)}; {hint}")
    return audited._replace(judgements=[one for one in mine if rules is None or one.rule in rules])


def _write_sarif(where: str, audited: Audited, found: Found) -> None:
    from console.audited.sarif import sarif
    from console.version import version

    text = json_text(sarif(audited, found.notes, version(), Path.cwd())) + "\n"
    if where == "-":
        sys.stdout.write(text)
        return
    try:
        Path(where).write_text(text, encoding="utf-8", errors="replace")
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UseError(f"--sarif: {where} cannot be written ({why}); name another file") from None


def _print(audited: Audited, found: Found, each: bool) -> None:
    from console.audited.text import tell

    try:
        width = max(_WIDTHS[0], min(os.get_terminal_size(sys.stdout.fileno()).columns, _WIDTHS[1]))
    except (OSError, ValueError):
        width = 80
    encoding = sys.stdout.encoding or "utf-8"
    text = tell(audited, found.what, found.notes, width, each=each)
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def _code(fail_on: str | None, audited: Audited, found: Found) -> int:
    """What cannot be read, a file or a server, must not let a build pass that asked to fail."""
    if fail_on is None:
        return exits.FINE
    if any(counts(one) for one in audited.judgements for counts in _counting(fail_on)):
        return exits.FINDINGS
    for one in found.broken:
        sys.stderr.write(f"fourthsignal: {plain(one)}\n")
    if found.broken:
        return exits.USAGE
    if found.unread:
        return exits.DENIED if all(one.denied for one in found.unread) else exits.UNREACHABLE
    return exits.FINE


def _counting(fail_on: str) -> list[Callable[[Judgement], bool]]:
    severities = _FAIL_ON[: _FAIL_ON.index(fail_on) + 1]
    tests: list[Callable[[Judgement], bool]] = [lambda one: one.status == "fail" and one.severity in severities]
    return [*tests, lambda one: one.status == "unknown"] if fail_on == "unknown" else tests
