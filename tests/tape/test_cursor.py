"""The time cursor: invariants over any sequence of moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.tape.cursor import Reach, TimeCursor

moves = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.integers(-5000, 5000)),
        st.tuples(st.just("jump"), st.integers(-2000, 30_000)),
        st.tuples(st.just("play"), st.sampled_from([-4, -1, 1, 8])),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("live"), st.just(0)),
        st.tuples(st.just("settle"), st.just(0)),
        st.tuples(st.just("later"), st.integers(0, 4000)),
    ),
    max_size=20,
)


@given(moves, st.booleans(), st.integers(0, 9000))
def test_wherever_it_is_moved_it_stays_on_the_tape(steps: list[tuple[str, int]], grows: bool, first_ms: int) -> None:
    cursor, now = TimeCursor(), 10_000
    for what, much in steps:
        reach = Reach.of((first_ms, 9500), now, grows)
        before = cursor.position(now, reach)
        if what == "step":
            cursor = cursor.step(much, now, reach)
            assert cursor.position(now, reach) == reach.clip(before + much)
        elif what == "jump":
            cursor = cursor.jump(much, now, reach)
            assert cursor.position(now, reach) == reach.clip(much)
        elif what == "play":
            cursor = cursor.play(now, reach, much)
            assert cursor.position(now, reach) == before
            assert cursor.speed == much
        elif what == "pause":
            cursor = cursor.pause(now, reach)
            assert (cursor.mode, cursor.position(now + 777, Reach.of((first_ms, 9500), now + 777, grows))) == (
                "at",
                before,
            )
        elif what == "live":
            cursor = cursor.live()
            assert cursor.position(now, reach) == reach.last_ms
        elif what == "settle":
            cursor = cursor.settled(now, reach)
            assert cursor.position(now, reach) == before
        else:
            now += much
            reach = Reach.of((first_ms, 9500), now, grows)
            after = cursor.position(now, reach)
            if cursor.mode == "playing":
                assert (after >= before) if cursor.speed > 0 else (after <= before)
            elif cursor.mode == "at":
                assert after == before
        reach = Reach.of((first_ms, 9500), now, grows)
        assert reach.first_ms <= cursor.position(now, reach) <= reach.last_ms
        if cursor.is_live:
            assert cursor.position(now, reach) == reach.last_ms


def test_stepping_past_the_end_goes_live_only_where_the_tape_grows() -> None:
    growing, done = Reach(0, 1000, True), Reach(0, 1000, False)
    assert TimeCursor("at", 990).step(60, 5000, growing).is_live
    stopped = TimeCursor("at", 990).step(60, 5000, done)
    assert (stopped.mode, stopped.at_ms) == ("at", 1000)
    assert TimeCursor().step(-60, 5000, growing).position(9000, Reach(0, 5000, True)) == 940


def test_playing_reaches_the_end_and_stands_there() -> None:
    done = Reach(0, 1000, False)
    cursor = TimeCursor("at", 0).play(50_000, done, speed=2.0)
    assert cursor.position(50_100, done) == 200
    assert cursor.settled(50_100, done) is cursor
    ended = cursor.settled(60_000, done)
    assert (ended.mode, ended.at_ms, ended.speed) == ("at", 1000, 2.0)
    assert cursor.settled(60_000, Reach(0, 1000, True)).is_live


def test_stepping_while_playing_goes_on_playing() -> None:
    done = Reach(0, 100_000, False)
    cursor = TimeCursor("at", 0).play(0, done).step(5000, 1000, done)
    assert cursor.is_playing
    assert cursor.position(3000, done) == 8000


def test_an_empty_tape_has_one_moment() -> None:
    assert Reach.of(None, 77, True) == Reach(77, 77, True)
    assert TimeCursor().position(77, Reach.of(None, 77, False)) == 77
    # A source whose clock is ahead does not put the beginning behind the end.
    assert Reach.of((90, 95), 77, True) == Reach(77, 77, True)
