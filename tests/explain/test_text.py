"""The verdict as text: all that matters is in it, whatever the document."""

from __future__ import annotations

import re
import typing
import unicodedata
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.explain.text import tell
from console.findings import MoverDoc, RankedDoc, VerdictDoc

DAY = "2026-11-23T"


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a document's type."""
    if is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        optional = {name: get_args(one)[0] for name, one in hints.items() if get_origin(one) is NotRequired}
        return st.fixed_dictionaries(
            {name: any_of(one) for name, one in hints.items() if name not in optional},
            optional={name: any_of(one) for name, one in optional.items()},
        )
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is list:
        return st.lists(any_of(get_args(kind)[0]), max_size=3)
    if get_args(kind):
        return st.one_of([any_of(one) for one in get_args(kind)])
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.one_of(st.text(max_size=30), st.just(f"{DAY}14:00:00Z")),
        float: st.floats(),
        int: st.integers(),
        bool: st.booleans(),
        type(None): st.none(),
    }
    return plain[kind]


@given(any_of(VerdictDoc), st.one_of(st.none(), st.integers(0, 200)))
def test_any_verdict_is_told_without_control_characters(doc: VerdictDoc, width: int | None) -> None:
    text = tell(doc, width)
    assert text.endswith("\n") and text.strip()
    assert not [one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def mover(name: str, at: str, **more: Any) -> MoverDoc:
    doc: dict[str, Any] = {
        "signal": f'{name}{{entity="x"}}', "name": f"x {name}", "entity": "x", "pane": "ingestion", "onset": at,
        "onset_earliest": at, "onset_latest": at, "direction": "up", "score": 0.8, "p_value": 0.0004,
    }  # fmt: skip
    return typing.cast(MoverDoc, doc | more)


def ranked(rank: int, **more: Any) -> RankedDoc:
    doc: dict[str, Any] = {
        "rank": rank, "signal": f"s{rank}", "name": f"feed lag {rank}", "entity": "flow:partner", "pane": "ingestion",
        "score": 0.5, "onset": f"{DAY}14:01:40Z", "lag_s": -40.0, "lag_doubt_s": 5.0, "p_value": 0.01,
        "direction": "up", "why": "moved 9 times its usual spread",
    }  # fmt: skip
    return typing.cast(RankedDoc, doc | more)


@pytest.fixture
def doc() -> VerdictDoc:
    return VerdictDoc(
        at=f"{DAY}14:20:00Z",
        window={"from": f"{DAY}13:40:00Z", "to": f"{DAY}14:20:00Z"},
        state="incident",
        headline="x lag moved first.",
        confidence=0.81,
        confidence_word="high",
        symptom=mover("quality", f"{DAY}14:02:20Z", direction="down", p_value=None),
        symptom_episodes=[
            {"from": f"{DAY}14:02:20Z", "to": f"{DAY}14:03:00Z"},
            {"from": f"{DAY}14:09:00Z", "to": None},
        ],
        first_alarm={"at": f"{DAY}14:05:00Z", "what": "NodeDown", "entity": "node:n1", "source": "nomad"},
        first_mover=mover("lag", f"{DAY}14:01:40Z", onset_earliest=f"{DAY}14:01:35Z", onset_latest=f"{DAY}14:01:45Z"),
        lead_s=200.0,
        lead_text="3m20s before",
        misleading={"is": True, "why": "the backlog had begun before it"},
        fourth_signal={
            "model_signal": "quality",
            "ingestion_signal": "lag",
            "text": "quality falls 40 s after lag rises",
            "lag_s": 40.0,
            "strength": 0.7,
            "p_value": 0.002,
            "hidden": True,
            "episodes": [{"from": f"{DAY}14:02:20Z", "to": None}],
        },
        ranked=[ranked(1), ranked(2, lag_s=3.0), ranked(3, lag_s=60.0), ranked(4, onset=None, lag_s=None)],
        fixes=[
            {
                "at": f"{DAY}14:10:00Z",
                "what": "indexer version 2",
                "entity": "job:default/indexer",
                "effect": "worse",
                "text": "worse: lag twice the earlier worst",
                "changes": ["env CHECKS"],
                "side_effects": ["dead letters"],
            }
        ],
        ownership=[
            {"flow": "partner", "owner": None, "on_call": None, "problems": ["no owner", "no contract"]},
            {"flow": "partner-feed", "owner": None, "on_call": None, "problems": ["no on-call", "no contract"]},
            {"flow": "indexer", "owner": "search", "on_call": "search-oncall", "problems": []},
        ],
        gaps=[{"source": "prometheus", "from": f"{DAY}14:04:00Z", "to": None, "why": "it did not answer"}],
        onsets=[],
        evidence_for=["it moved first"],
        evidence_against=["it was placed by its name only"],
        not_seen=[
            {"what": "m", "why": "has no value"},
            {"what": "calls", "why": "broken"},
            {"what": "n", "why": "has no value"},
        ],
        changed=[],
    )


def test_all_that_matters_is_told(doc: VerdictDoc) -> None:
    text = tell(doc, None)
    for told in (
        "INCIDENT, high confidence (0.81): 2026-11-23 14:20:00Z, window 13:40:00Z-14:20:00Z",
        "x lag rose at 14:01:40Z (14:01:35Z to 14:01:45Z); x, ingestion, score 0.80, p<.001",
        "3m20s before the first alarm",
        "NodeDown at 14:05:00Z, about node:n1, from nomad",
        "It MISLEADS: the backlog had begun before it",
        "x quality fell at 14:02:20Z",
        "2 episodes: 14:02:20Z-14:03:00Z, since 14:09:00Z",
        "lag 40s, strength 0.70, p=.002; neither of the two crossed a limit or alarmed",
        "WORSE: lag twice the earlier worst; changed env CHECKS; side effects: dead letters",
        "partner, partner-feed: NO OWNER, no on-call, no contract\n  indexer: search, on call search-oncall",
        "it was placed by its name only",
        "prometheus: nothing seen since 14:04:00Z (it did not answer)",
        "  m, n: has no value\n  calls: broken\n",
    ):
        assert told in text


def test_the_ranking_stands_in_columns(doc: VerdictDoc) -> None:
    text = tell(doc, 80)
    assert "  1  14:01:40Z   40s before  feed lag 1 rose, of flow:partner" in text
    assert "  2  14:01:40Z  same moment  feed lag 2 rose, of flow:partner" in text
    assert "  3  14:01:40Z  1m00s after  feed lag 3 rose, of flow:partner" in text
    assert "  4   no onset            -  feed lag 4 rose, of flow:partner" in text


def test_what_moved_stands_before_what_did_not_and_lines_are_numbered(doc: VerdictDoc) -> None:
    doc["ranked"] = [
        ranked(1),
        ranked(2, onset=None, lag_s=None, p_value=0.5),  # not worth a line
        ranked(3, onset=None, lag_s=None),
        ranked(4),
    ]
    places = re.findall(r"^ +(\d)  .*feed lag (\d)", tell(doc, None), re.MULTILINE)
    assert places == [("1", "1"), ("2", "4"), ("3", "3")]


def test_what_is_named_first_stands_first_though_it_was_not_seen_to_move(doc: VerdictDoc) -> None:
    assert doc["first_mover"] is not None
    doc["first_mover"]["signal"] = "s1"
    doc["ranked"] = [ranked(1, onset=None, lag_s=None, p_value=1.0), ranked(2)]
    places = re.findall(r"^ +(\d)  .*feed lag (\d)", tell(doc, None), re.MULTILINE)
    assert places == [("1", "1"), ("2", "2")]


def test_nothing_is_said_twice(doc: VerdictDoc) -> None:
    fourth = doc["fourth_signal"]
    assert fourth is not None
    doc["evidence_for"] += [f"NodeDown is not the cause: {doc['misleading']['why']}", fourth["text"]]
    doc["fixes"][0]["text"] = "worse: new: dead letters"
    doc["fixes"][0]["what"] = "indexer version 2 registered: env CHECKS, RELEASE changed"
    text = tell(doc, None)
    for once in (doc["misleading"]["why"], fourth["text"], "dead letters", "CHECKS"):
        assert text.count(once) == 1


def test_a_node_is_told_by_its_name(doc: VerdictDoc) -> None:
    doc["first_alarm"] = {
        "at": f"{DAY}14:05:00Z", "what": "NodeDown", "entity": "node:4ae1", "source": "nomad", "name": "gpu-02",
    }  # fmt: skip
    assert "about gpu-02 (node:4ae1), from nomad" in tell(doc, None)


def test_the_ten_best_are_told_and_how_many_there_are(doc: VerdictDoc) -> None:
    doc["ranked"] = [ranked(at) for at in range(1, 31)]
    text = tell(doc, 80)
    assert "10 of 30" in text and "feed lag 10 rose" in text and "feed lag 11 rose" not in text


def test_headings_stand_at_the_edge_and_lines_fit(doc: VerdictDoc) -> None:
    doc["headline"] = "word " * 60
    doc["evidence_for"] = ["very " * 40]
    lines = tell(doc, 80).splitlines()
    assert all(len(line) <= 80 for line in lines)
    edge = [line for line in lines if line and not line.startswith(" ")]
    assert edge[1:5] == ["First mover", "First alarm", "Symptom", "Fourth signal"]


def test_a_quiet_verdict_is_short(doc: VerdictDoc) -> None:
    doc["state"], doc["headline"] = "quiet", "Quiet: nothing has moved."
    doc["symptom"] = doc["first_mover"] = doc["first_alarm"] = doc["fourth_signal"] = None
    for name in ("symptom_episodes", "ranked", "fixes", "ownership", "gaps", "evidence_for", "evidence_against",
                 "not_seen"):  # fmt: skip
        doc[name] = []
    assert tell(doc, 80) == (
        "QUIET: 2026-11-23 14:20:00Z, window 13:40:00Z-14:20:00Z\n  Quiet: nothing has moved.\n"
    )  # fmt: skip


def test_another_day_is_told(doc: VerdictDoc) -> None:
    doc["window"]["from"] = "2026-11-22T23:50:00Z"
    assert "window 2026-11-22 23:50:00Z-14:20:00Z" in tell(doc, None)
