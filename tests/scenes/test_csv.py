"""CSV files as scenes: what is read, what is said about what is not, and what is refused."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analysis.scene import Scene
from console.analysis.verdict import judge
from console.scenes.csv import scene_of_csv
from console.scenes.errors import FileError
from console.scenes.header import HeaderError, column_of, parse_series
from console.signals import Bad, EntityKind, EntityRef, Pane
from console.times import format_time

START = 1_795_442_400  # 2026-11-23T14:00:00Z
LATENCY = 'latency_p90{entity="checkout",unit="s",bad="up"}'


def write(path: Path, columns: Mapping[str, Sequence[object]], times: Sequence[object] | None = None) -> Path:
    """A file of columns; without times one row each 15 s."""
    count = max(map(len, columns.values()))
    times = [START + 15 * at for at in range(count)] if times is None else times
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["time", *columns])
        table.writerows(zip(times, *columns.values(), strict=True))
    return path


def row(scene: Scene, key: str) -> list[float]:
    at = [one.key for one in scene.signals].index(key)
    return [float(one) for one in scene.grid.values[at]]


def said(scene: Scene, what: str) -> list[str]:
    return [one.why for one in scene.omitted if one.what == what]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metrics.csv"


def test_a_header_says_whose_what_and_which_way_is_bad(file: Path) -> None:
    header = 'latency_p90{entity="checkout",unit="s",bad="up",pane="ingestion"}'
    (signal,) = scene_of_csv(write(file, {header: [1] * 20})).signals
    assert signal.key == header
    assert signal.entity == EntityRef(EntityKind.SERVICE, "checkout")
    assert (signal.name, signal.unit, signal.bad, signal.pane) == ("latency_p90", "s", Bad.UP, Pane.INGESTION)


def test_labels_without_quotes_around_the_cell_are_one_header(file: Path) -> None:
    file.write_text(f'time,{LATENCY},x,"y{{entity=""a""}}"\n{START},1,2,3\n{START + 15},2,3,4\n')
    scene = scene_of_csv(file)
    assert [one.key for one in scene.signals] == [LATENCY, "x", 'y{entity="a"}']
    assert row(scene, LATENCY) == [1, 2]


@pytest.mark.parametrize(
    ("header", "bad", "pane"),
    [
        ('latency_seconds{entity="a"}', Bad.UP, Pane.MODELS),
        ('error_ratio{entity="a"}', Bad.UP, Pane.MODELS),
        ('consumer_lag{entity="a"}', Bad.UP, Pane.INGESTION),
        ('availability{entity="a"}', Bad.DOWN, Pane.MODELS),
        ('answer_quality{entity="a"}', Bad.DOWN, Pane.MODELS),
        ('success_rate{entity="a"}', Bad.DOWN, Pane.MODELS),
        ('node_cpu_usage{entity="a"}', Bad.UP, Pane.SCHEDULING),
        ("wombats", Bad.EITHER, Pane.MODELS),
    ],
)
def test_what_is_not_said_is_read_from_the_name(header: str, bad: Bad, pane: Pane) -> None:
    signal = column_of(header).signal
    assert (signal.bad, signal.pane, signal.guessed) == (bad, pane, True)


def test_whose_it_is_without_that_label() -> None:
    assert column_of('x{service="cart",code="5"}').signal.entity.id == "cart"
    assert column_of('x{service="cart",team="shop"}', "team").signal.entity.id == "shop"
    assert column_of("cart_latency").signal.entity.id == "cart_latency"


@given(st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), st.text(max_size=20), max_size=4))
def test_any_label_value_comes_through_its_escapes(labels: dict[str, str]) -> None:
    inner = ",".join(
        '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in labels.items()
    )
    assert parse_series(f"m{{{inner}}}") == ("m", labels)


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(header: str) -> None:
    try:
        name, _ = parse_series(header)
    except HeaderError:
        return
    assert name


@pytest.mark.parametrize(
    "header",
    ["{entity='a'}", 'm{a="b"', "m{a=b}", 'm{a="b" c="d"}', 'm{a="1",a="2"}', 'm{bad="sideways"}', 'm{pane="attic"}'],
)
def test_a_header_that_cannot_be_read_is_refused_with_its_column(file: Path, header: str) -> None:
    write(file, {"fine": [1], header: [1]})
    with pytest.raises(FileError, match=r"metrics\.csv, line 1: .*column 3"):
        scene_of_csv(file)


def test_times_as_people_export_them(file: Path) -> None:
    times = ["2026-11-23T14:00:00Z", "2026-11-23T15:00:15+01:00", f"{START + 30}.25", "2026-11-23T14:00:45.000Z"]
    scene = scene_of_csv(write(file, {"a": [1, 2, 3, 4]}, times))
    assert scene.at_ms == (START + 45) * 1000
    assert scene.grid.step_ms == 15_000 or abs(scene.grid.step_ms - 15_000) < 300
    assert row(scene, "a") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"time,a\n{START},1\n{START + 15},x\n", "line 3: 'x' is not a number (column 'a')"),
        (f"time,a\n{START},1_000\n", "line 2: '1_000' is not a number (column 'a')"),
        (f"time,a\n{START},1\n\n{START + 30},1,2\n", "line 4: the row has too many cells: 3, and the header has 2"),
        (f"time,a,b\n{START},1\n", "line 2: the row has too few cells: 2, and the header has 3"),
        ("time,a\nyesterday,1\n", "line 2: 'yesterday' is not a time"),
        ("time,a\n,1\n", "line 2: '' is not a time"),
        ("time,a\nnan,1\n", "line 2: 'nan' is not a time"),
        (f"time,a\n{START}000,1\n", "milliseconds are to be seconds"),
        ("time,a\n2026-13-01T00:00:00Z,1\n", "line 2: '2026-13-01T00:00:00Z' is not a date and time that exists"),
        (f'time,a\n{START},"1\n', "line 2: this is not CSV"),
        (f"time,a,a\n{START},1,1\n", "line 1: the column 'a' is there twice"),
        (f"time,a,\n{START},1,1\n", "line 1: column 3 has no name"),
        (f"when,a\n{START},1\n", "line 1: the first column is 'when', and it is to be time"),
        (f"time\n{START}\n", "line 1: there is no series beside the time"),
        ("time,a\n", "has a header and no row"),
        ("", "is empty"),
    ],
)
def test_what_is_broken_is_one_error_with_its_line(file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(FileError) as problem:
        scene_of_csv(file)
    assert told in str(problem.value)
    assert str(file) in str(problem.value) and "\n" not in str(problem.value)


@pytest.mark.parametrize("content", [b"time,a\n1,\xff\n", b"time,a\n1,\0\n", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_text_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(FileError, match="line"):
        scene_of_csv(file)


def test_no_file_and_a_directory(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileError, match="cannot be read"):
            scene_of_csv(path)


def test_a_byte_order_mark_and_windows_line_ends(file: Path) -> None:
    file.write_bytes(f"\ufefftime,a\r\n{START},1\r\n{START + 15},2\r\n".encode())
    assert row(scene_of_csv(file), "a") == [1, 2]


def test_what_says_nothing_is_not_seen_and_never_zero(file: Path) -> None:
    cells = [*[1] * 10, "", "nan", "NaN", "null", "", "NULL", " ", "", "", 5]
    values = row(scene_of_csv(write(file, {"a": cells, "b": [0] * 20})), "a")
    assert values[9] == 1 and values[-1] == 5
    assert all(math.isnan(one) for one in values[12:-1])


def test_infinite_values_are_not_seen_and_said(file: Path) -> None:
    scene = scene_of_csv(write(file, {"a": [1, "inf", "-Inf", "+Inf", "1e999", *[1] * 20]}))
    assert np.isfinite(scene.grid.values[~np.isnan(scene.grid.values)]).all()
    assert said(scene, "a") == ["4 infinite values taken as not seen"]


def test_rows_out_of_order_and_times_that_repeat_are_put_right_and_said(file: Path) -> None:
    times = [START, START + 30, START + 15, START + 30, START + 45]
    scene = scene_of_csv(write(file, {"a": [1, 2, 3, 4, 5]}, times))
    assert row(scene, "a") == [1, 3, 4, 5]
    assert said(scene, "1 row of metrics.csv") and said(scene, "order of metrics.csv")


def test_nothing_after_the_moment_has_any_influence(file: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    columns: dict[str, list[object]] = {f"m{at}_total": list(rng.normal(5, 1, 300)) for at in range(4)}
    columns["late"] = [*[1.0] * 250, *["inf"] * 50]
    columns[LATENCY] = [*rng.normal(0.2, 0.01, 240), *rng.normal(9, 0.01, 60)]
    times = [*[START + 15 * at for at in range(250)], *[START + 15 * 250 + at % 7 for at in range(50)]]
    at_ms = (START + 15 * 249) * 1000
    whole = scene_of_csv(write(file, columns, times), at_ms=at_ms)
    until = tmp_path / "other" / "metrics.csv"
    until.parent.mkdir()
    cut = scene_of_csv(write(until, {name: values[:250] for name, values in columns.items()}, times[:250]), at_ms=at_ms)
    assert np.array_equal(whole.grid.values, cut.grid.values, equal_nan=True)
    assert whole._replace(grid=cut.grid) == cut
    assert judge(whole) == judge(cut)


def test_a_moment_before_the_first_row(file: Path) -> None:
    with pytest.raises(FileError, match="has no row at or before"):
        scene_of_csv(write(file, {"a": [1, 2]}), at_ms=1000)


def test_window_and_past(file: Path) -> None:
    scene = scene_of_csv(write(file, {"a": list(range(2400))}), window_ms=600_000)
    assert scene.from_ms == scene.at_ms - 600_000
    assert scene.grid.values[:, scene.grid.first :].shape[1] == 40
    assert scene.grid.times_ms[-1] == scene.at_ms
    assert scene.grid.first == 6 * 3600 // 15  # no more than six hours


def test_uneven_steps_fall_on_the_nearest_slot(file: Path) -> None:
    trembling = [START + 15 * at + (at % 3) * 0.4 for at in range(60)]
    scene = scene_of_csv(write(file, {"a": list(range(60))}, trembling))
    assert row(scene, "a") == list(range(60))


def test_a_hole_in_the_rows_is_a_gap(file: Path) -> None:
    times = [START + 15 * at for at in (*range(20), *range(60, 80))]
    scene = scene_of_csv(write(file, {"a": [1] * 40}, times), at_ms=(START + 15 * 99) * 1000)
    assert [(one["from"], one["to"]) for one in scene.gaps] == [
        (format_time((START + 15 * 19) * 1000), format_time((START + 15 * 60) * 1000)),
        (format_time((START + 15 * 79) * 1000), format_time((START + 15 * 99) * 1000)),
    ]
    assert math.isnan(row(scene, "a")[40])
    assert len(scene.grid.times_ms) == 100


def test_counters_become_rates_and_beginning_again_is_said(file: Path) -> None:
    counted = [*(30 * at for at in range(20)), *(30 * at for at in range(20))]
    gauge = [100 + (-1) ** at for at in range(40)]
    scene = scene_of_csv(write(file, {"requests_total": counted, "queue_count": gauge}))
    values = row(scene, "requests_total")
    assert all(one == pytest.approx(2.0) for one in values if not math.isnan(one))
    assert {one.key: one.unit for one in scene.signals} == {"requests_total": "/s", "queue_count": ""}
    assert row(scene, "queue_count") == gauge
    assert "began again 1 time" in said(scene, "requests_total")[0]
    assert not said(scene, "queue_count")


def test_columns_of_which_too_little_was_seen_are_named(file: Path) -> None:
    columns = {"fine": [*range(30)], "empty": [""] * 30, "flat": [4] * 30, "two": [1, 2, *[""] * 28]}
    scene = scene_of_csv(write(file, columns))
    assert {one.key for one in scene.signals} == {"fine", "flat", "two"}
    assert said(scene, "empty") == ["has no value"]
    assert "too few" in said(scene, "two")[0]
    assert row(scene, "flat") == [4] * 30
    assert judge(scene)["state"] == "quiet"


@pytest.mark.parametrize("symptom", ["empty", "flat", "two", "fine"])
def test_a_symptom_that_says_nothing_is_quiet_and_no_crash(file: Path, symptom: str) -> None:
    columns = {"fine": [*range(30)], "empty": [""] * 30, "flat": [4] * 30, "two": [1, 2, *[""] * 28]}
    doc = judge(scene_of_csv(write(file, columns), symptom=symptom))
    assert doc["state"] in ("quiet", "suspect", "incident")


def test_a_symptom_may_have_its_labels_in_another_order(file: Path) -> None:
    scene = scene_of_csv(write(file, {LATENCY: [1] * 20}), symptom='latency_p90{bad="up", entity="checkout", unit="s"}')
    assert scene.symptom == LATENCY


def test_names_print_as_they_were_given(file: Path) -> None:
    steps = [0.2] * 200 + [5.0] * 30
    lag = [1.0] * 190 + [900.0] * 40
    columns = {'latency_seconds{entity="shop/eu/cart"}': steps, 'consumer_lag{entity="shop/eu/feed"}': lag}
    doc = judge(scene_of_csv(write(file, columns)))
    assert doc["symptom"] is not None
    assert doc["symptom"]["entity"] == "shop/eu/cart" and doc["symptom"]["name"].startswith("shop/eu/cart ")


CELLS = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["", "null"]), st.integers(-9, 9))


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)),
    st.lists(st.integers(0, 400), min_size=1),
)
def test_any_numbers_at_any_times_make_a_scene_that_can_be_judged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]], seconds: list[int]
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    columns = {f"c{at}_total": [one[at] for one in rows] for at in range(len(rows[0]))}
    scene = scene_of_csv(write(path, columns, [START + seconds[at % len(seconds)] for at in range(len(rows))]))
    assert not np.isinf(scene.grid.values).any()
    assert (np.diff(scene.grid.times_ms) == scene.grid.step_ms).all()
    assert scene.grid.times_ms[-1] <= scene.at_ms
    assert judge(scene)["at"] == format_time(scene.at_ms)
