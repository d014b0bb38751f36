"""models.toml: what it says, and errors that name the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared import modelsfile
from console.declared.modelsfile import contents_of
from console.declared.read import read_file
from console.declared.shapes import DeclaredError, ModelPart
from console.tomlfile import TomlError, parse_toml

WHOLE = """\
[[model]]
name = "answer-8b"
owner = "answers"
on_call = "answers-oncall"
production = 4
inputs = ["docs.price", "docs.catalog"]
jobs = ["answerer", "llm-prod/answerer"]
retrain_every = "30d"
evaluation_max_age = "7d"
rollout = "2h"

[[model.version]]
version = 3
trained = 2026-10-01T12:00:00Z

[[model.version]]
version = "4"
trained = 2026-11-01
evaluated = "2026-11-02T08:00:00+02:00"
promoted = 2026-11-03T00:00:00Z
evaluated_on = "golden-2026-09"
stage = "production"
metrics = { quality = 0.91, "f1 (de)" = 1 }
inputs = ["question"]

[[model]]
name = "rerank-mini"
"""


def parts(text: str) -> list[ModelPart]:
    return list(contents_of(parse_toml(Path("models.toml"), text)).models)


def test_every_key() -> None:
    first, second = parts(WHOLE)
    assert {field: told.value for field, told in first.fields.items()} == {
        "owner": "answers",
        "on_call": "answers-oncall",
        "production": "4",
        "inputs": ["docs.price", "docs.catalog"],
        "jobs": ["default/answerer", "llm-prod/answerer"],
        "retrain_every_s": 30 * 86_400,
        "evaluation_max_age_s": 7 * 86_400,
        "rollout_s": 7_200,
    }
    assert first.fields["retrain_every_s"].line == 8
    assert [one["version"] for one in first.versions] == ["3", "4"]
    assert first.versions[1] == {
        "version": "4",
        "aliases": [],
        "origin": "models.toml:16",
        "trained_ms": 1_793_491_200_000,
        "evaluated_ms": 1_793_599_200_000,
        "promoted_ms": 1_793_664_000_000,
        "evaluated_on": "golden-2026-09",
        "stage": "production",
        "metrics": {"quality": 0.91, "f1 (de)": 1.0},
        "inputs": ["question"],
        "whole_days": ["trained_ms"],
    }
    assert (second.name, second.line, dict(second.fields), second.versions) == ("rerank-mini", 26, {}, ())


def test_the_documented_example_is_read() -> None:
    lines = (modelsfile.__doc__ or "").splitlines()
    begin = lines.index("    [[model]]")
    (model,) = parts("\n".join(line[4:] if line.startswith("    ") else "" for line in lines[begin:]))
    assert set(modelsfile.KEYS) == {"name", "version", *lines_of(lines, "[[model]]", "[[model.version]]")}
    assert set(modelsfile.VERSION_KEYS) == set(lines_of(lines, "[[model.version]]", "What nobody"))
    assert model.versions[0]["version"] == "4"


def lines_of(lines: list[str], begin: str, end: str) -> list[str]:
    """The keys that stand between two lines that begin so."""
    stripped = [line.strip() for line in lines]
    at = next(place for place, line in enumerate(stripped) if line.startswith(begin))
    until = next(place for place, line in enumerate(stripped) if place > at and line.startswith(end))
    return [line.split(" = ")[0] for line in stripped[at:until] if " = " in line]


def test_a_time_without_zone_is_taken_as_utc_and_doubted() -> None:
    (model,) = parts('[[model]]\nname = "a"\n[[model.version]]\nversion = "1"\ntrained = 2026-11-01T12:00:00\n')
    assert model.versions[0].get("trained_ms") == 1_793_534_400_000
    (doubt,) = model.doubts
    assert "no zone" in doubt["why"]
    assert doubt["origin"] == "models.toml:5"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[model]]\nowner = "a"\n', 1, "has no name"),
        ('[[model]]\nname = "a"\n\n[[model]]\nname = "a"\n', 5, "already declared in line 2"),
        ('[[model]]\nname = "a"\nowners = "b"\n', 3, "did you mean owner?"),
        ('[[model]]\nname = "a"\nretrain_every = 30\n', 3, "retrain_every: must be a duration"),
        ('[[model]]\nname = "a"\nrollout = "2"\n', 3, "rollout: must be a duration"),
        ('[[model]]\nname = "a"\njobs = ["a/b/c"]\n', 3, "write namespace/job"),
        ('[[model]]\nname = "a"\nversion = "4"\n', 3, "[[model.version]]"),
        ('[[model]]\nname = "a"\n[[model.version]]\ntrained = 2026-11-01\n', 3, "has no version"),
        ('[[model]]\nname = "a"\n[[model.version]]\nversion = "1"\ntrained = "soon"\n', 5, "must be a date"),
        ('[[model]]\nname = "a"\n[[model.version]]\nversion = "1"\nmetrics = { f1 = "good" }\n', 5, "must be a number"),
        ('[[model]]\nname = "a"\n[[model.version]]\nversion = "1"\nmetric = { f1 = 1 }\n', 5, "did you mean metrics?"),
        ('[[model]]\nname = "a"\n[[model.version]]\nversion = 1\n[[model.version]]\nversion = "1"\n', 6, "twice"),
        ('[model]\nname = "a"\n', 1, "[[model]]"),
        ('[[model]]\nname = "a\\u001b[31m"\n', 2, "printable"),
        ('[[model]]\nname = "a"\nowner = "b\n', 3, "not valid TOML"),
    ],
)
def test_errors_name_the_line_and_what_would_be_right(text: str, line: int, said: str, tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(text)
    with pytest.raises(DeclaredError) as caught:
        read_file(file)
    assert caught.value.line == line
    assert said in caught.value.what
    assert "\x1b" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(["name", "owner", "inputs", "version", "rollout"]), st.text(max_size=20)))
def test_any_texts_are_read_or_refused_with_a_line(values: dict[str, str]) -> None:
    text = "[[model]]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in values.items())
    try:
        found = parts(text)
    except TomlError as error:
        assert error.line >= 1
        assert error.what
    else:
        assert len(found) == 1


def _quoted(value: str) -> str:
    escaped = "".join(f"\\U{ord(char):08x}" if not 0xD800 <= ord(char) <= 0xDFFF else "?" for char in value)
    return f'"{escaped}"'
