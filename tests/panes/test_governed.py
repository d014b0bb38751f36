"""The board of a tape with all that is declared: bit by bit the same as at once, wherever it stands."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from console.panes.board import BoardModel
from console.panes.rows import PaneRow
from console.panes.world import KEPT
from console.screens.tape.ahead import Ahead
from console.screens.tape.lookup import samples_of
from console.signals import EntityKind, Health, Pane
from console.tape.store import Store, open_tape
from tests.screens.governed import governed
from tests.tapes.story import minute

TIMES = (0.5, 9.0, 12.5, 16.0, 21.0, 26.0, 30.5, 37.0)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return governed(tmp_path_factory.mktemp("tapes") / "governed.tape")


def loaded(store: Store, at: float) -> BoardModel:
    model, signals = BoardModel(), store.signals()
    model.load(minute(at), store.states_at(minute(at), KEPT), signals, samples_of(store, signals, minute(at)),
               store.gaps(minute(at) - 3_600_000, minute(at)))  # fmt: skip
    return model


def rows(model: BoardModel, pane: Pane) -> dict[str, PaneRow]:
    return {row.key: row for row in model.rows(pane)}


def test_playing_on_makes_the_rows_that_going_there_makes(tape: Path) -> None:
    with open_tape(tape, "read") as store:
        model = loaded(store, TIMES[0])
        for before, at in pairwise(TIMES):
            for step in range(4):  # in steps, as a screen does that plays a tape
                begin, end = (minute(before + (at - before) * part / 4) for part in (step, step + 1))
                ahead = Ahead(store, store.signals(), begin, end)
                model.apply(end, ahead.records(begin, end), ahead.blocks(begin, end))
            anew = loaded(store, at)
            for pane in (Pane.MODELS, Pane.OWNERSHIP):
                assert rows(model, pane) == rows(anew, pane), at
            assert model.header().audit == anew.header().audit


def test_the_night_as_it_stands_on_the_two_panes(tape: Path) -> None:
    with open_tape(tape, "read") as store:
        began, ended = loaded(store, 13.6), loaded(store, 37.0)
    partner = rows(began, Pane.OWNERSHIP)["flow:partner-docs"]
    assert (partner.health, partner.word) == (Health.BAD, "NO OWNER")
    assert [one.text for one in rows(ended, Pane.OWNERSHIP)["flow:partner-docs"].numbers][:2] == ["partners", "farid"]
    assert "flow:old-docs" not in rows(began, Pane.OWNERSHIP)
    models = rows(began, Pane.MODELS)
    assert {one for one in models if one.startswith(EntityKind.MODEL)} == {
        "model:answerer-m", "model:reranker-m", "model:embedder-m",
    }  # fmt: skip
    assert models["model:answerer-m"].word == "runs 7 not 8"
    assert "evaluated" in models["model:answerer-m"].note and "catalog-docs" in models["model:answerer-m"].note
    price = rows(began, Pane.OWNERSHIP)["flow:price-docs"]
    for said in ("contract ended 3d ago", "pricing by catalog/price.yaml:7, finance by catalog-info.yaml:14", "3m may"):
        assert said in price.note
