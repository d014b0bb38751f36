"""From words to a verb and its exit code. Nothing heavy is imported before a verb needs it."""

from __future__ import annotations

import os
import sys

from console import exits
from console.config import load_settings
from console.parsing import PROGRAM, UseError, overview, parse
from console.screens.opening import entrance
from console.settings.errors import ConfigError


def run(words: list[str]) -> int:
    """Do what the words say and return the exit code; whatever goes wrong becomes a sentence and a code."""
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except (UseError, ConfigError) as problem:
        return _refuse(str(problem), exits.USAGE, words)
    except exits.Refused as problem:
        return _refuse(str(problem), problem.code, words)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.FINE
    except Exception as fault:
        from console.faults import explain

        sentence, code = explain(fault, os.environ)
        return _refuse(sentence, code, words)


def _run(words: list[str]) -> int:
    if "--version" in words:
        from console.version import version

        sys.stdout.write(f"{PROGRAM} {version()}\n")
        return exits.FINE
    try:
        parsed = parse(words)
    except SystemExit as ended:  # the help of a verb
        return exits.FINE if ended.code is None else int(ended.code)
    if parsed is None:
        sys.stdout.write(overview())
        return exits.FINE
    settings = load_settings(vars(parsed.args), os.environ)
    from importlib import import_module

    code: int = import_module(f"console.verbs.{parsed.verb}").run(parsed.args, settings)
    return code


def _refuse(sentence: str, code: int, words: list[str]) -> int:
    """Say what is wrong on stderr; who asked for JSON gets it as a document too."""
    from console.plain import plain

    entrance.leave()
    sentence = plain(sentence)
    if "--json" in words:
        import json

        sys.stdout.write(json.dumps({"error": sentence, "exit": code}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{PROGRAM}: {sentence}\n")
    return code
