"""``kpis.toml``: the short form, and faults with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.declared.kpisfile import contents_of
from console.declared.objectives import resolved
from console.governance.shapes import KpiDoc
from console.tomlfile import TomlError, parse_toml

PATH = Path("kpis.toml")
RATIO = 'name = "a"\ntarget = "99%"\nwindow = "28d"\ngood = "g_total"\ntotal = "t_total"\n'
VALUE = 'name = "a"\ntarget = 0.9\nwindow = "1h"\nvalue = "lag_seconds"\n'


def read(text: str) -> dict[str, KpiDoc]:
    return resolved([contents_of(parse_toml(PATH, f"[[kpi]]\n{text}"))])


def test_a_ratio() -> None:
    kpi = read(
        RATIO + 'title = "A"\nabout = "model output"\nsubject = "model:m"\ncounter = true\nowner = "team"\n'
        'last_review = 2026-10-01\nreview_every = "90d"\n'
    )["a"]
    assert kpi == {
        "title": "A",
        "about": "model output",
        "subject": "model:m",
        "target": 0.99,
        "window_s": 28 * 86_400,
        "method": "occurrences",
        "indicator": {
            "kind": "ratio",
            "good": "g_total",
            "total": "t_total",
            "counter": True,
            "origins": {"good": "kpis.toml:5", "total": "kpis.toml:6"},
        },
        "owner": "team",
        "last_review_ms": 1_790_812_800_000,
        "review_every_s": 90 * 86_400,
        "origin": "kpis.toml:1",
    }


@pytest.mark.parametrize(
    ("more", "total", "counter", "doubted"),
    [
        ("", "t_total", True, True),
        ("counter = false", "t_total", False, False),
        ("counter = true", "t_total", True, False),
        ("", "sum(increase(t_total[1m]))", False, False),
    ],
)
def test_whether_its_queries_are_of_counters(more: str, total: str, counter: bool, doubted: bool) -> None:
    """Left out it is told by their names, and doubted: the sum of what counters stand at is no count of anything."""
    kpi = read(RATIO.replace("t_total", total) + 'about = "system"\n' + more)["a"]
    assert kpi["indicator"]["counter"] is counter
    assert [doubt["why"] for doubt in kpi.get("doubts", [])] == (
        ["its queries are taken for counters, as they are called; say counter = true or false"] if doubted else []
    )


@pytest.mark.parametrize("limit", ['objective = "value <= 30"', 'op = "lte"\nlimit = 30', 'op = "<="\nlimit = 30.0'])
def test_a_value(limit: str) -> None:
    kpi = read(VALUE + limit)["a"]
    assert kpi["indicator"]["op"] == "lte" and kpi["indicator"]["limit"] == 30
    assert kpi["about"] == "model input"
    assert any("nobody says" in doubt["why"] for doubt in kpi.get("doubts", []))


def test_slices_and_a_calendar() -> None:
    kpi = read(
        'name = "a"\ntarget = 0.9\nwindow = "1 month"\n'
        'calendar = { start = 2026-01-01T00:00:00, zone = "Asia/Tokyo" }\n'
        'bad = "b"\ntotal = "t"\nmethod = "Timeslices"\nslice = "5min"\nslice_target = "95%"\n'
    )["a"]
    assert kpi["calendar"] == "every 1 month from 2026-01-01T00:00 Asia/Tokyo"
    assert (kpi["method"], kpi["slice_s"], kpi["slice_target"]) == ("timeslices", 300, 0.95)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("target = 0.9", 1, "no name"),
        (RATIO.replace('target = "99%"\n', ""), 1, "no target"),
        (RATIO.replace('"99%"', "99.9"), 3, "ratio"),
        (RATIO.replace('"99%"', "1.0"), 3, "below 1"),
        (RATIO.replace("28d", "1m"), 4, "minutes to some and months to others"),
        (RATIO.replace("28d", "soon"), 4, "not a duration"),
        (RATIO.replace('"28d"', "28"), 4, "with a unit"),
        (RATIO.replace('total = "t_total"\n', ""), 1, "measured by"),
        (RATIO + 'value = "v"', 1, "measured by"),
        (RATIO + "limit = 3", 7, "belongs to value"),
        (RATIO + 'counter = "yes"', 7, "true or false"),
        (RATIO + 'about = "money"', 7, "model output"),
        (RATIO + 'subject = "answers"', 7, "kind:name"),
        (RATIO + 'method = "often"', 7, "timeslices"),
        (RATIO + 'method = "timeslices"', 1, "slice"),
        (RATIO + 'method = "timeslices"\nslice = "5m"', 8, "minutes to some"),
        (RATIO + 'ower = "x"', 7, "did you mean owner"),
        (RATIO + 'calendar = "monthly"', 7, "start ="),
        (RATIO + 'calendar = { start = 2026-01-01T00:00:00, zone = "Mars/Base" }', 7, "Mars/Base"),
        (VALUE, 5, "no limit"),
        (VALUE + 'objective = "value about 3"', 6, "value >= 0.9"),
        (VALUE + 'op = "is"\nlimit = 1', 6, "one of"),
        (VALUE + 'op = "lt"\nlimit = nan', 7, "not a number"),
        (VALUE + 'objective = "value < 1"\n[[kpi]]\nname = "a"', 8, "already declared in line 2"),
    ],
)
def test_faults(text: str, line: int, said: str) -> None:
    with pytest.raises(TomlError) as fault:
        read(text)
    assert (fault.value.line, said in fault.value.what) == (line, True), str(fault.value)
