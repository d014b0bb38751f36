"""Pictures of each kind of drill-down on the bundled tape, at moments that are looked for on it.

FOURTHSIGNAL_UPDATE_SNAPSHOTS=1 writes them anew: look at the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from console.screens.board.rowsearch import NoSuchRowError
from console.screens.drill.ranking import Ranking
from console.screens.drill.screen import DetailScreen
from console.screens.snapshot import key_of
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef, RecordKind
from console.tape.store import open_tape
from tests.screens.conftest import OpenDesk
from tests.screens.test_drill import settled

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
ROOT = Path(__file__).parent.parent.parent


class Moment(NamedTuple):
    """An object and the time (unix ms) at which it is looked into."""

    entity: EntityRef
    at_ms: int


Fits = Callable[[Mapping[str, Any]], bool]


class Wanted(NamedTuple):
    """The first state of a kind that fits, looked at so much later; with ``of_job`` the job that it belongs to."""

    kind: EntityKind
    fits: Fits
    later_ms: int = 0
    of_job: bool = False


WANTED: Mapping[str, Wanted] = {
    "job-well": Wanted(EntityKind.JOB, lambda doc: bool(doc["meta"].get("model")), 300_000),
    "job-blocked": Wanted(EntityKind.JOB, lambda doc: bool(doc.get("blocked")), 60_000),
    "job-deploying": Wanted(  # the fix that made it worse
        EntityKind.DEPLOYMENT, lambda doc: doc["job"] == "indexer" and doc["status"] == "running", 5_000, of_job=True
    ),
    "allocation-lost": Wanted(EntityKind.ALLOCATION, lambda doc: doc["status"] == "lost", 30_000),
    "node-down": Wanted(EntityKind.NODE, lambda doc: doc["status"] == "down", 30_000),
    "deployment": Wanted(EntityKind.DEPLOYMENT, lambda doc: doc["status"] == "running", 5_000),
    "evaluation-blocked": Wanted(EntityKind.EVALUATION, lambda doc: doc["status"] == "blocked", 5_000),
    "service": Wanted(EntityKind.SERVICE, lambda doc: bool(doc["instances"]), 300_000),
}


def found(wanted: Wanted) -> Moment | None:
    """The moment on the bundled tape, once recording had begun; None where it holds nothing of the kind."""
    with open_tape(DEMO_TAPE, "read") as store:
        begin_ms, span = int(store.meta().get("begin_ms", "0")), store.span()
        assert span is not None
        for state in store.records_between(begin_ms, span[1], kinds=(RecordKind.STATE,)):
            if state.entity.kind is wanted.kind and wanted.fits(state.body):
                job = EntityRef(EntityKind.JOB, f"{state.body.get('namespace')}/{state.body.get('job')}")
                return Moment(job if wanted.of_job else state.entity, state.at_ms + wanted.later_ms)
    return None


class SharedRanking(Ranking):
    """One ranker for all pictures: a board that closes does not end it."""

    def close(self) -> None:
        """The fixture ends it."""

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedRanking]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        shared = SharedRanking(str(DEMO_TAPE))
        yield shared
        shared.end()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", WANTED)
async def test_pictures(desk: OpenDesk, ranking: SharedRanking, name: str, size: tuple[int, int]) -> None:
    moment = found(WANTED[name])
    if moment is None:
        pytest.skip(f"the bundled tape holds no {WANTED[name].kind} of this kind: record it anew")
    async with desk(at=None, tape=DEMO_TAPE, size=size) as board:
        board.app._ranking = ranking
        board.feed.turn(lambda reader: reader._go(moment.at_ms))
        board.app.push_screen(DetailScreen(str(moment.entity)))
        drawn = "\n".join(line.rstrip() for line in await settled(board, 60.0)) + "\n"
    file = SNAPSHOTS / f"drill-{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


async def test_what_is_drawn_is_found_by_name_by_kind_and_by_the_beginning_of_an_id(desk: OpenDesk) -> None:
    moment = found(WANTED["allocation-lost"])
    assert moment is not None
    async with desk(at=None, tape=DEMO_TAPE) as board:
        board.feed.turn(lambda reader: reader._go(moment.at_ms))
        await board.lines()
        begins = moment.entity.id[:8]
        assert key_of(board.app, "answerer") == "scheduling job:llm-prod/answerer"
        assert key_of(board.app, begins) == key_of(board.app, f"allocation:{begins}") == str(moment.entity)
        for wanted, said in (("zzz", "There is no row 'zzz'"), ("node:fra1", "type more of it")):
            with pytest.raises(NoSuchRowError, match=said):
                key_of(board.app, wanted)


def test_all_of_a_screen_is_drawn() -> None:
    for file in SNAPSHOTS.glob("drill-*-*x*.txt"):
        width, height = map(int, file.stem.rpartition("-")[2].split("x"))
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == height, file.name
        assert all(len(line) <= width for line in lines), file.name
