"""Objects of a Nomad that is not seen are as they were: nothing of them is drawn or counted as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.panes.rows import FeedView
from console.screens.out.saving import saved_of
from console.screens.unseen import as_seen, none_is_seen, unseen
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind
from console.tape.store import open_tape
from tests.inventory.making import node, uuid
from tests.screens.conftest import OpenDesk
from tests.tapes.story import minute


def feed(state: str, at_ms: int) -> Record:
    body = {"state": state, "why": "Nomad refused the connection", "todo": "start it", "address": "http://n:4646"}
    return Record(RecordKind.STATE, "nomad", EntityRef(EntityKind.FEED, "nomad"), "feed", at_ms, at_ms, body)


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    path = tmp_path / "lost.tape"
    with open_tape(path, "create") as store:
        nodes = [node(uuid(one), f"fra1-cpu-{one}", at_ms=minute(1)) for one in (1, 2)]
        store.append([feed("ok", minute(0)), *nodes], pulses={"nomad": minute(10)})
        store.append([feed("down", minute(10))], pulses={"nomad": minute(10)})
        store.append([node(uuid(3), "fra1-cpu-3", at_ms=minute(14))])
    return path


@pytest.mark.parametrize(("at", "seen"), [(8, True), (13, False)])
async def test_what_was_well_is_drawn_stale(desk: OpenDesk, tape: Path, at: float, seen: bool) -> None:
    async with desk(tape=tape, at=at) as board:
        listed = "\n".join(await board.command("nodes"))
        assert "fra1-cpu-1" in listed
        assert ("all well" in listed) is seen
        assert ("as last seen: nomad down" in listed) is not seen
        assert saved_of(board.app)().text.splitlines()[1].split(",")[0] == ("ok" if seen else "stale")
        head = "\n".join((await board.press("enter"))[:6])
        assert ("  ok  " in head) is seen and ("  stale  " in head) is not seen
        assert ("ready, as last seen: nomad down" in head) is not seen


def views(**health: Health) -> Sequence[FeedView]:
    return [FeedView(name.replace("_", ":"), one, "down", 200.0) for name, one in health.items()]


def test_one_of_several_that_is_lost_takes_no_other_along() -> None:
    feeds = views(nomad_eu=Health.BAD, nomad_us=Health.OK, prometheus=Health.BAD)
    assert unseen(feeds) == "nomad:eu down 3m"
    assert not none_is_seen(feeds)
    assert none_is_seen(feeds, "eu") and not none_is_seen(feeds, "us")
    assert unseen(feeds, "us") == ""
    assert not none_is_seen([])  # of a tape that says nothing of it nothing is known to be lost


def test_what_is_bad_stays_bad() -> None:
    assert [as_seen(one, stale=True) for one in (Health.OK, Health.WARN, Health.BAD)] == [
        Health.STALE, Health.WARN, Health.BAD,
    ]  # fmt: skip
    assert as_seen(Health.OK, stale=False) is Health.OK
