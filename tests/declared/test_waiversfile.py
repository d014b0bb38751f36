"""Waivers: who accepted which finding, why and until when; none without an end or without somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.declared import waiversfile
from console.declared.waiversfile import contents_of
from console.governance.auditshapes import WaiverDoc
from console.tomlfile import TomlError, parse_toml

GOOD = '[[waiver]]\nrule = "O5"\nsubject = "flow:docs.price"\nwho = "marta"\nwhy = "no chat"\nuntil = 2026-12-24\n'


def read(text: str) -> list[WaiverDoc]:
    return list(contents_of(parse_toml(Path("waivers.toml"), text)).waivers)


def test_the_documented_example_is_read() -> None:
    assert waiversfile.__doc__ is not None
    example = "\n".join(line[4:] for line in waiversfile.__doc__.splitlines() if line.startswith("    "))
    (waiver,) = read(example)
    assert waiver == {
        "rule": "O5",
        "subject": "flow:docs.price",
        "who": "marta",
        "why": "the partner has no chat; the phone number is in the runbook",
        "until_ms": 1798156800000,  # the end of the 24th
        "origin": "waivers.toml:1",
    }


@pytest.mark.parametrize(
    ("until", "until_ms"),
    [
        ("2026-12-24", 1798156800000),
        ('"2026-12-24"', 1798156800000),
        ("2026-12-24T00:00:00Z", 1798070400000),
        ('"2026-12-24T02:00:00+02:00"', 1798070400000),
        ("2026-12-24T02:00:00+02:00", 1798070400000),
    ],
)
def test_its_end(until: str, until_ms: int) -> None:
    assert read(GOOD.replace("2026-12-24", until))[0]["until_ms"] == until_ms


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace('who = "marta"\n', ""), "line 1: this waiver has no who; say rule, subject, who, why, until"),
        (GOOD.replace('"no chat"', '""'), "line 1: this waiver has no why"),
        (GOOD.replace("until = 2026-12-24\n", ""), "line 1: this waiver has no until"),
        (GOOD.replace("2026-12-24", "2026-12-24T10:00:00"), "line 6: until: has no zone; write it with Z or +02:00"),
        (GOOD.replace("2026-12-24", '"never"'), "line 6: until: must be a date or a time with its zone"),
        (GOOD.replace('"O5"', '"owner"'), "line 2: rule: 'owner' is not a rule; write its id, as O5, or * for all"),
        (GOOD.replace('"flow:docs.price"', '"docs.price"'), "line 3: subject: 'docs.price' is not a subject"),
        (GOOD + 'note = "x"\n', "line 7: note: is not a key of a waiver; known keys are rule"),
        (GOOD + GOOD, "line 8: rule: O5 for flow:docs.price is already waived in line 1; keep one of them"),
        ("waiver = 1", "line 1: waiver must be written as [[waiver]]"),
        (GOOD.replace('"marta"', "7"), "line 4: who: must be text in quotes"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(TomlError) as caught:
        read(text)
    assert told in str(caught.value)


def test_all_rules_or_all_subjects() -> None:
    wide = read(GOOD.replace("O5", "*").replace("flow:docs.price", "*"))
    assert (wide[0]["rule"], wide[0]["subject"]) == ("*", "*")
