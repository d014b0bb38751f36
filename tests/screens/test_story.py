"""What is told of an object: facts and events as lines, deadlines counted down, minor events dimmed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.inventory.shapes import Fact
from console.screens.drill.story import Chapter, Saying, chapters, counts_down, story_lines, until_text
from console.screens.drill.text import COLLECTED, head
from console.screens.frame import Detail, Happening
from console.signals import EntityKind, EntityRef, Health
from tests.screens.sheets import JOB, LOST, SHEETS, lost
from widgets.glyphs import ASCII, UNICODE
from widgets.text import Span

NOW_MS = 1_795_410_000_000
NOTHING = Detail("allocation:x", None)


def drawn(lines: list[list[Span]]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


@pytest.mark.parametrize(
    ("left_ms", "said"), [(252_000, "in 4m12s"), (0, "in 0s"), (999, "in 0s"), (-61_000, "passed 1m01s ago")]
)
def test_a_deadline_is_told_by_what_is_left(left_ms: int, said: str) -> None:
    assert until_text(NOW_MS + left_ms, NOW_MS) == said


def test_only_a_time_to_come_is_counted_down_to() -> None:
    assert counts_down([Fact("a", "b"), Fact("progress", "must go on", None, NOW_MS + 1)], NOW_MS)
    assert not counts_down([Fact("progress", "must go on", None, NOW_MS)], NOW_MS)


def test_a_countdown_is_a_piece_of_its_own_so_that_only_it_is_drawn_anew() -> None:
    fact = Fact("progress", "the next allocation must be healthy", None, NOW_MS + 90_000)
    before, after = (
        story_lines(chapters(NOTHING._replace(facts=(fact,)), now_ms, None), 80, UNICODE)
        for now_ms in (NOW_MS, NOW_MS + 1_000)
    )
    both = zip(itertools.chain(*before), itertools.chain(*after), strict=True)
    differing = [pair for pair in both if pair[0] != pair[1]]
    assert [(one.text, other.text) for one, other in differing] == [(" in 1m30s", " in 1m29s")]


def test_events_are_marked_and_minor_ones_dimmed() -> None:
    events = (
        Happening(NOW_MS, Health.BAD, "server was killed for memory (exit code 137)"),
        Happening(NOW_MS - 1_000, Health.OK, "server: Task Setup", minor=True),
    )
    lines = story_lines(chapters(NOTHING._replace(events=events), NOW_MS), 80, UNICODE)
    told = drawn(lines)
    assert any("■ server was killed" in line for line in told)
    setup = next(line for line in lines if line and "Task Setup" in line[-1].text)
    assert {span.role for span in setup if span.text.strip()} == {"muted"}


def test_a_long_sentence_is_wrapped_beside_its_label_and_never_cut() -> None:
    why = "0 of 4 nodes fit: 2 filtered by constraint ${node.class} = gpu, 2 out of memory by 3.1 GiB"
    chapter = Chapter("What is known", (Saying("not placed", why, Health.WARN),))
    lines = drawn(story_lines([chapter], 50, ASCII))
    assert " ".join(" ".join(line.split()) for line in lines[1:]) == f"not placed ^ {why}"
    assert {len(line) - len(line.lstrip()) for line in lines[2:]} == {lines[1].index("0 of 4")}


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)


@given(
    st.lists(st.builds(Saying, WORDS, WORDS, st.sampled_from([None, *Health]), st.booleans(), st.just("")), max_size=5),
    st.integers(20, 200),
)
def test_whatever_is_said_fits_and_nothing_is_lost(said: list[Saying], width: int) -> None:
    lines = story_lines([Chapter("T", tuple(said))], width, UNICODE)
    for line in drawn(lines)[1:]:
        assert cell_len(line) <= width
    body = "".join(line[4].text for line in lines[1:])
    assert body.replace(" ", "") == "".join(one.text for one in said).replace(" ", "")


def test_the_head_says_how_it_stands_and_why() -> None:
    detail = Detail(str(JOB), None, JOB, sheet=SHEETS[JOB])
    told = head(detail, JOB, UNICODE)
    assert drawn([told.first]) == [" ■ answerer  bad   job, llm-prod"]
    assert told.sentence.startswith("2 of 3 running: 1 lost")
    assert told.role == "bad"


def test_the_reason_stands_behind_the_word_and_nothing_is_said_twice() -> None:
    for word, why, said in (
        ("blocked", "0 of 4 nodes fit: 4 out of memory", "blocked: 0 of 4 nodes fit: 4 out of memory"),
        ("failed", "Failed due to progress deadline", "failed: Failed due to progress deadline"),
        ("down", "", "down"),
        ("", "no room", "no room"),
        ("waits: no room", "no room", "waits: no room"),
    ):
        sheet = SHEETS[JOB]._replace(word=word, why=why)
        assert head(Detail(str(JOB), None, JOB, seen=True, sheet=sheet), JOB, UNICODE).sentence == said


def test_what_nomad_has_collected_is_said_to_be_what_the_tape_holds() -> None:
    told = head(Detail(str(LOST), None, LOST, seen=True, sheet=lost(gone=True)), LOST, UNICODE)
    assert told.sentence == f"lost with node fra1-gpu-02. {COLLECTED}"


def test_what_nothing_is_known_of_is_called_by_eight_letters_of_its_id() -> None:
    entity = EntityRef(EntityKind.EVALUATION, "e1e1e1e1-2222-3333")
    told = head(Detail(str(entity), None, entity), entity, UNICODE)
    assert drawn([told.first]) == [" e1e1e1e1  evaluation"]
    assert told.sentence == "Nothing of it is on the tape at this time."
