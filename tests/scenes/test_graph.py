"""Graphs of calls from CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.analysis.scene import Omission
from console.scenes.csv import scene_of_csv
from console.scenes.errors import FileError
from console.scenes.graph import read_graph
from console.signals import EntityKind, EntityRef


def service(name: str) -> EntityRef:
    return EntityRef(EntityKind.SERVICE, name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calls.csv"


def test_trouble_goes_from_the_called_to_the_caller(file: Path) -> None:
    file.write_text("caller,callee\nweb,cart\ncart,db\nweb,cart\ndb,db\n")
    graph, omitted = read_graph(file, {service("web"), service("cart"), service("db")})
    assert graph.calls
    assert [(one.cause.id, one.effect.id) for one in graph.links] == [("cart", "web"), ("db", "cart")]
    assert omitted == []


def test_who_has_no_series_is_named_and_so_is_who_is_not_in_the_graph(file: Path) -> None:
    file.write_text("caller,callee\nweb,ghost\nphantom,web\n")
    _, omitted = read_graph(file, {service("web"), service("db")})
    assert omitted == [
        Omission("ghost, phantom", "in calls.csv, and no series is about them"),
        Omission("db", "has series, and calls.csv does not name it"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("caller,callee\na,b\na\n", "line 3: the row is to name a caller and a callee, and has 1 cell"),
        ("caller,callee\na,b,c\n", "line 2: the row is to name a caller and a callee, and has 3 cells"),
        ("caller,callee\na,\n", "line 2: the row is to name a caller and a callee, and has an empty cell"),
        ("from,to\na,b\n", "line 1: the header is to be caller,callee"),
        ("", "the header is to be caller,callee"),
    ],
)
def test_what_is_broken_is_named_with_its_line(file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(FileError) as problem:
        read_graph(file, ())
    assert told in str(problem.value)


def test_circles_end(tmp_path: Path, file: Path) -> None:
    from console.analysis.verdict import judge

    file.write_text("caller,callee\na,b\nb,c\nc,a\nb,a\n")
    metrics = tmp_path / "m.csv"
    names = [f'"latency_seconds{{entity=""{one}""}}"' for one in "abc"]
    steady = [0.2 + (at % 5) / 1000 for at in range(200)]
    rows = [
        f"{1_795_442_400 + 15 * at},{one},{one + (3 if at > 180 else 0)},{one + (2 if at > 180 else 0)}"
        for at, one in enumerate(steady)
    ]
    metrics.write_text("\n".join([",".join(["time", *names]), *rows]) + "\n")
    scene = scene_of_csv(metrics, graph_path=file)
    doc = judge(scene)
    assert len(scene.topology.links) == 4
    assert doc["state"] != "quiet"
