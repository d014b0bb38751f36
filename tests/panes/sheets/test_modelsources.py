"""A model whose registry and files do not say the same: all that was said stands on its sheet."""

from __future__ import annotations

from console.governance.shapes import ModelDoc, SaidDoc
from console.panes.sheets.model import sheet
from console.signals import EntityKind, Health
from tests.panes.sheets.known import NOW, known, state


def _said(value: str, origin: str, via: str) -> SaidDoc:
    return {"value": value, "origin": origin, "via": via, "read_ms": NOW - 60_000}


def _model(second: str) -> ModelDoc:
    return {
        "owner": "answers", "production": "4", "aliases": {"production": "4"}, "versions": [],
        "origin": "models.toml:2",
        "said": {"owner": [_said("answers", "models.toml:4", "models.toml"), _said(second, "http://mlflow", "mlflow")]},
    }  # fmt: skip


def test_what_is_disputed_is_said_with_all_of_its_sources() -> None:
    made = sheet(known([state(EntityKind.MODEL, "answer-8b", _model("ml-quality"))]), "answer-8b")
    assert made is not None
    assert made.health is Health.WARN
    assert "sources disagree: owner" in (made.word, *made.why.split("; "))
    (fields,) = [part for part in made.parts if part.title.startswith("Fields")]
    assert [(one.word, one.cells[0].text) for one in fields.lines] == [("disputed", "answers"), ("also", "ml-quality")]


def test_what_all_say_alike_is_not_disputed() -> None:
    made = sheet(known([state(EntityKind.MODEL, "answer-8b", _model("Answers"))]), "answer-8b")
    assert made is not None
    assert "disagree" not in made.word + made.why
