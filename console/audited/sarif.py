"""An audit as SARIF 2.1.0, for builds and code hosts. Pure.

The format is that of the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020).
What failed is a result of kind ``fail`` with a level; what nobody can tell is of kind ``open``, which has no level;
what somebody waived is a ``fail`` with an accepted suppression. A result whose evidence is written in a file points to
the file and the line. All others point to the flow, model or job by name, and to an artifact of that name, which is no
file: GitHub's code scanning refuses a whole log in which one result has no artifact.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from console.analysis.audit.judgement import Audited, Judgement
from console.analysis.audit.rules import FAMILIES, RULES, Rule
from console.format import moment
from console.governance.auditshapes import EvidenceDoc
from console.plain import plain
from console.times import format_time

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "fourthsignal/v1"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning"}
_LINE = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d*)")
_PLACES = {rule: place for place, rule in enumerate(RULES)}


def sarif(audited: Audited, notes: Sequence[str], version: str, folder: Path) -> dict[str, Any]:
    """The log. ``notes`` become notifications; paths of files under ``folder`` are written relative to it."""
    driver: dict[str, Any] = {"name": "Fourth Signal", "rules": [_rule(one) for one in RULES.values()]}
    if re.fullmatch(r"\d+\.\d+\.\d+", version):
        driver["semanticVersion"] = version
    told = audited.of("fail", "unknown", "waived")
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, folder) for one in told],
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": plain(one)}} for one in (*notes, *audited.doubts)
                        ],
                    }
                ],
                "properties": {"at": format_time(audited.at_ms), "passed": len(audited.of("pass"))},
            }
        ],
    }


def _rule(one: Rule) -> dict[str, Any]:
    number = f" Its number is {one.limit:g} {one.limit_unit}." if one.limit else ""
    return {
        "id": one.id,
        "name": "".join(word.capitalize() for word in re.findall(r"[A-Za-z]+", one.title)),
        "shortDescription": {"text": _sentence(one.title)},
        "fullDescription": {"text": one.help},
        "help": {"text": f"{one.help}{number} What to do: {_sentence(one.todo)}"},
        "defaultConfiguration": {"level": _LEVELS[one.severity]},
        "properties": {"severity": one.severity, "family": FAMILIES[one.family], "tags": [one.family]},
    }


def _result(one: Judgement, folder: Path) -> dict[str, Any]:
    files = [place for part in one.evidence if (place := _file(part, folder)) is not None]
    location: dict[str, Any] = {
        "logicalLocations": [{"name": plain(one.name), "fullyQualifiedName": plain(one.subject), "kind": "resource"}]
    }
    location["physicalLocation"] = files[0] if files else _no_file(one.subject)
    found: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": _PLACES[one.rule],
        "kind": "open" if one.status == "unknown" else "fail",
        "level": "none" if one.status == "unknown" else _LEVELS[one.severity],
        "message": {"text": " ".join(_message(one))},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: hashlib.sha256(one.id.encode("utf-8", "replace")).hexdigest()[:32]},
        "properties": {
            "severity": one.severity,
            "status": one.status,
            "subject": plain(one.subject),
            "evidence": [plain(part["text"]) for part in one.evidence],
            "notify": plain(one.notify),
        },
    }
    if len(files) > 1:
        found["relatedLocations"] = [{"id": at, "physicalLocation": place} for at, place in enumerate(files[1:], 1)]
    if one.waiver is not None:
        why = f"{one.waiver['why']} ({one.waiver['who']}, until {moment(one.waiver['until_ms'])})"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": plain(why)}]
    return found


def _no_file(subject: str) -> dict[str, Any]:
    """A place for what no file says, the same for all findings of a subject."""
    kind, _, name = plain(subject).partition(":")
    uri = "/".join(quote(part, safe="") for part in ("fourthsignal", kind, name))
    return {
        "artifactLocation": {"uri": uri, "description": {"text": "Not a file: no file says anything of it."}},
        "region": {"startLine": 1},
    }


def _message(one: Judgement) -> Iterator[str]:
    yield f"{plain(one.text).rstrip('.')}."  # it mostly begins with a name, which stays as it is
    yield f"What to do: {_sentence(one.todo)}"
    if one.notify:
        yield f"Tell: {plain(one.notify)}."


def _sentence(text: str) -> str:
    said = plain(text).rstrip(".")
    return said[:1].upper() + said[1:] + "."


def _file(part: EvidenceDoc, folder: Path) -> dict[str, Any] | None:
    """Where evidence is written, if that is a line of a file; URLs, jobs and metrics are none."""
    found = _LINE.fullmatch(part.get("origin", ""))
    if found is None or "://" in found["path"] or not re.search(r"\.[A-Za-z0-9]+$", found["path"]):
        return None
    region: Mapping[str, Any] = {"startLine": int(found["line"])}
    return {"artifactLocation": {"uri": _uri(Path(found["path"]), folder)}, "region": region}


def _uri(path: Path, folder: Path) -> str:
    whole = path if path.is_absolute() else folder / path
    try:
        return quote(whole.relative_to(folder).as_posix())
    except ValueError:
        return whole.as_uri()
