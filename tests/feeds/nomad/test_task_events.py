"""Every event of a task in words, once; only what matters is more than minor."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.nomad.allocation_events import allocation_tellings
from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.reading import read_allocation
from console.feeds.nomad.telling import Telling, record
from tests.feeds.nomad.golden import body

MS = 1_000_000
AT = 1_795_409_000_000


def with_events(*events: dict[str, Any]) -> Allocation:
    raw = body("allocations")[0]
    (task, state), *_ = raw["TaskStates"].items()
    timed = [{"Time": (AT + at) * MS, **event} for at, event in enumerate(events)]
    raw["TaskStates"] = {task: {**state, "Events": timed}}
    return read_allocation(raw)


def told(*events: dict[str, Any]) -> list[Telling]:
    """What is told of the task's events alone."""
    return [one for one in allocation_tellings(None, with_events(*events)) if "task" in one.ids]


@pytest.mark.parametrize(
    ("event", "name", "says", "minor", "severity"),
    [
        ({"Type": "Received", "DisplayMessage": "Task received by client"}, "TaskReceived",
         "was received by its client", True, "info"),
        ({"Type": "Task Setup", "DisplayMessage": "Building Task Directory"}, "TaskSetup",
         "is set up: Building Task Directory", True, "info"),
        ({"Type": "Driver", "DisplayMessage": "Downloading image"}, "TaskDriver", "driver: Downloading image", True,
         "info"),
        ({"Type": "Started", "DisplayMessage": "Task started by client"}, "TaskStarted", "started", True, "info"),
        ({"Type": "Killing", "DisplayMessage": "Sent interrupt. Waiting 5s before force killing"}, "TaskKilling",
         "is being killed: Sent interrupt. Waiting 5s", True, "info"),
        ({"Type": "Killed", "DisplayMessage": "Task successfully killed"}, "TaskKilled", "was killed", True, "info"),
        ({"Type": "Killed", "DisplayMessage": "context deadline exceeded"}, "TaskTrouble", "deadline exceeded", False,
         "warn"),
        ({"Type": "Signaling", "DisplayMessage": "Task being sent signal hangup"}, "TaskSignaled", "signal hangup",
         True, "info"),
        ({"Type": "Template", "DisplayMessage": "Missing: nomad.var.block(secrets/db)"}, "TaskTrouble",
         "waits for what its template needs: Missing", False, "warn"),
        ({"Type": "Template", "DisplayMessage": "Template re-rendered"}, "TaskTemplate", "re-rendered", True, "info"),
        ({"Type": "Downloading Artifacts"}, "TaskSetup", "fetches its artifacts", True, "info"),
        ({"Type": "Failed Artifact Download", "DisplayMessage": "404"}, "TaskTrouble",
         "an artifact could not be fetched: 404", False, "bad"),
        ({"Type": "Quantum Entangled", "DisplayMessage": "with another"}, "TaskEvent", ": with another", True, "info"),
        ({"Type": "Quantum Entangled"}, "TaskEvent", ": Quantum Entangled", True, "info"),
        ({"Type": None, "DisplayMessage": None}, "TaskEvent", ": event", True, "info"),
        ({"Type": "Restart Signaled", "DisplayMessage": "User requested task to restart"}, "TaskRestartAsked",
         "somebody restarted", False, "info"),
        ({"Type": "Restart Signaled", "DisplayMessage": "Template with change_mode restart re-rendered"},
         "TaskRestarted", "a template of it changed", False, "info"),
        ({"Type": "Restart Signaled", "DisplayMessage": 'healthcheck: check "web" unhealthy'}, "TaskRestarted",
         'by its check: healthcheck: check "web" unhealthy', False, "warn"),
        ({"Type": "Terminated", "ExitCode": 0, "DisplayMessage": "Exit Code: 0"}, "TaskExited", "with exit code 0",
         True, "info"),
        ({"Type": "Terminated", "ExitCode": 3}, "TaskExited", "ended with exit code 3", False, "warn"),
        ({"Type": "Restarting", "StartDelay": 17_300_000_000}, "TaskRestarted", "is restarted, in 17 s", False, "info"),
    ],
)  # fmt: skip
def test_each_type_says_what_happened(event: dict[str, Any], name: str, says: str, minor: bool, severity: str) -> None:
    (one,) = told(event)
    assert (one.name, one.minor, one.severity) == (name, minor, severity)
    assert says in one.text and with_events().short in one.text
    assert one.change is (name == "TaskRestartAsked")
    kept = record(one, AT, AT)
    assert kept.minor is minor and kept.at_ms == AT


def test_an_end_and_the_restart_after_it_are_one_piece_of_news_with_the_delay() -> None:
    ended = {"Type": "Terminated", "ExitCode": 1, "DisplayMessage": "Exit Code: 1"}
    again = {"Type": "Restarting", "StartDelay": 15_000_000_000, "DisplayMessage": "Task restarting in 15s"}
    first, second = told(ended, again)
    assert first.minor and "ended with exit code 1" in first.text
    assert not second.minor and second.text.endswith("restarts after exit code 1, in 15 s")
    assert second.severity == "warn" and second.ids["exit_code"] == 1


def test_a_kill_that_was_asked_for_is_no_trouble() -> None:
    killing, ended = told({"Type": "Killing"}, {"Type": "Terminated", "ExitCode": 130})
    assert killing.minor and ended.minor and ended.text.endswith("as asked")


_TEXT = st.none() | st.text(max_size=20) | st.sampled_from(["{here}", "[red]", "\x1b[2J", "missing"])


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "Type": st.none() | st.text(max_size=8) | st.sampled_from(
                    ["Started", "Terminated", "Restarting", "Template", "Killing", "Driver"]
                ),
                "DisplayMessage": _TEXT,
                "ExitCode": st.none() | st.integers(0, 255),
                "StartDelay": st.none() | st.integers(0, 10**12),
                "Details": st.none() | st.just({"oom_killed": "true"}),
            }
        ),
        max_size=10,
    )
)  # fmt: skip
def test_every_event_is_told_exactly_once_whatever_it_is(events: list[dict[str, Any]]) -> None:
    tellings = told(*events)
    assert len(tellings) == len(events) == len({one.once for one in tellings})
    assert all(one.text and (one.severity == "info" or not one.minor) for one in tellings)
