"""``review``: a journal entry on the tape in use, by whoever says so, of what the tape knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console import cli
from console.governance.reviews import Review, last_reviews
from console.signals import Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.shapes import Holder
from console.tape.store import open_tape

AT_MS = 1_795_442_400_000


def state(kind: EntityKind, key: str, **body: Any) -> Record:
    return Record(RecordKind.STATE, "test", EntityRef(kind, key), "state", AT_MS, AT_MS, body)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("FOURTHSIGNAL_TAPE", raising=False)
    monkeypatch.setenv("LOGNAME", "ana")
    return tmp_path


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    path = tmp_path / "night.tape"
    flow: dict[str, Any] = {
        "owner": None,
        "on_call": None,
        "contract": None,
        "producer": None,
        "consumers": [],
        "origin": "f:1",
    }
    served = Signal("up", "up", EntityRef(EntityKind.MODEL, "answer-8b@r4"), Pane.MODELS, source="test")
    with open_tape(path, "create") as store:
        store.append(
            [
                state(EntityKind.FLOW, "docs.price", **flow),
                state(EntityKind.FLOW, "docs.old", **flow, removed=True),
                state(EntityKind.FLOW, "both", **flow),
                state(EntityKind.KPI, "both"),
                state(EntityKind.KPI, "answers-useful"),
                state(EntityKind.JOB, "default/stock-feed", status="running", meta={"produces": "docs.stock"}),
            ],
            [Block("test", [served], [AT_MS], [[1.0]])],
        )
    return path


def journal(tape: Path) -> list[Record]:
    with open_tape(tape, "read") as store:
        return list(store.each_between(0, 2**62, RecordKind.JOURNAL))


def review(tape: Path, *words: str) -> int:
    return cli.main(["review", *words, "--tape", str(tape)])


def test_a_review_is_a_journal_entry(tape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(tape, "flow:docs.price", "--change", "freshness 5m -> 2m") == 0
    assert capsys.readouterr().out == f"recorded on {tape}: ana reviewed flow:docs.price: freshness 5m -> 2m\n"
    (entry,) = journal(tape)
    assert (entry.name, entry.source, entry.entity) == ("review", "review", (EntityKind.FLOW, "docs.price"))
    assert entry.body == {"text": "ana reviewed flow:docs.price: freshness 5m -> 2m", "severity": "info", "by": "ana",
                          "change": "freshness 5m -> 2m", "pane": "ownership"}  # fmt: skip
    assert last_reviews([entry]) == {entry.entity: Review(entry.at_ms, "ana", "freshness 5m -> 2m")}


@pytest.mark.parametrize(
    ("subject", "recorded"),
    [
        ("docs.price", "flow:docs.price"),
        ("DOCS.Price", "flow:docs.price"),
        ("docs.stock", "flow:docs.stock"),
        ("answer-8b", "model:answer-8b"),
        ("model:answer-8b", "model:answer-8b"),
        ("kpi:both", "kpi:both"),
    ],
)
def test_what_the_tape_knows_is_found(tape: Path, subject: str, recorded: str) -> None:
    assert review(tape, subject, "--by", "Ben B.") == 0
    (entry,) = journal(tape)
    assert str(entry.entity) == recorded
    assert (entry.body["by"], entry.body["change"]) == ("Ben B.", None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["flow:docs.prise"], "the tape knows no 'flow:docs.prise'; did you mean flow:docs.price?"),
        (["docs.prise"], "the tape knows no 'docs.prise'; did you mean flow:docs.price?"),
        (["docs.old"], "the tape knows no 'docs.old'"),
        (["both"], "'both' may be flow:both and kpi:both; write which"),
        (["zzz"], "it knows flow:both, flow:docs.price, flow:docs.stock, kpi:answers-useful, kpi:both and 1 more"),
        (["docs.price", "--change", " "], "--change says nothing; --no-change says so"),
        (["docs.price", "--by", ""], "--by says nothing"),
        (["docs.price", "--by", "a\x1b[2Jb"], "who reviewed it must be one line of printable text"),
        (["docs.price", "--change", "x" * 501], "what was changed must be one line"),
        (["docs.price", "--change", "x", "--no-change"], "not allowed with argument"),
        ([], "the following arguments are required: SUBJECT"),
    ],
)
def test_what_is_not_clear_is_refused_and_nothing_is_written(
    tape: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(tape, *words) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and "\x1b" not in told.err
    assert told.out == "" and journal(tape) == []


def test_json_is_one_document(tape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(tape, "kpi:both", "--no-change", "--json") == 0
    doc = json.loads(capsys.readouterr().out)
    assert (doc["subject"], doc["by"], doc["change"], doc["tape"]) == ("kpi:both", "ana", "", str(tape))
    assert doc["text"] == "ana reviewed kpi:both and changed nothing" and doc["at"].endswith("Z")


def test_the_bundled_recording_is_finished(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["review", "flow:docs.price", "--tape", "demo"]) == 2
    assert "the bundled recording is finished" in capsys.readouterr().err


def test_any_finished_recording_is_refused(tape: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "archive.tape"
    with open_tape(tape, "write") as store:
        store.finish(archive)
    assert review(archive, "docs.price") == 2
    assert capsys.readouterr().err == (
        f"fourthsignal: {archive}: this recording is finished, so nothing can be added to it\n"
    )


def test_a_tape_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(tmp_path / "none.tape", "docs.price") != 0
    assert str(tmp_path / "none.tape") in capsys.readouterr().err


def test_it_is_written_while_a_recorder_has_the_tape(tape: Path) -> None:
    with open_tape(tape, "write") as store:
        assert store.take_lease(Holder("r", 1, "host", "rec"), AT_MS, 60_000)
        assert review(tape, "docs.price", "--no-change") == 0
        store.append([state(EntityKind.KPI, "later")])
        assert store.lease() is not None
    assert len(journal(tape)) == 1
