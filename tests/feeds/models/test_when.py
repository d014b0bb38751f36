"""When MLflow says that a version was trained and evaluated: the documented rules, one by one."""

from __future__ import annotations

import pytest

from console.feeds.models.answers import Logged, Metric, Run, Version
from console.feeds.models.when import Times, judges, times_of

NOW = 1_795_442_400_000


def version(**tags: str) -> Version:
    return Version(
        "4", 1, 1, "READY", "", "", "train", "", {key.replace("__", "/"): value for key, value in tags.items()}
    )


def run(ended_ms: int = NOW, *metrics: Metric, status: str = "FINISHED", **tags: str) -> Run:
    return Run("train", status, ended_ms, metrics, tags, ())


def times(one: Version, run: Run | None = None, logged: Logged | None = None, evaluation: Run | None = None) -> Times:
    return times_of(one, run, logged, evaluation)


def test_trained_by_the_versions_tag_then_the_runs_then_its_end() -> None:
    assert times(version(), run()).trained_ms == NOW
    assert times(version(), run(trained_at="1795442000")).trained_ms == 1_795_442_000_000
    tagged = version(trained_at="2026-11-01T10:00:00Z")
    assert times(tagged, run(trained_at="1795442000")).trained_ms == 1_793_527_200_000
    assert times(version(), run(status="RUNNING")).trained_ms is None
    assert times(version(), None).trained_ms is None


def test_a_date_is_a_whole_day_and_one_that_is_none_a_doubt() -> None:
    day = times(version(trained_at="2026-11-01"))
    assert (day.trained_ms, day.whole_days) == (1_793_491_200_000, ("trained_ms",))
    wrong = times(version(trained_at="last week"), run())
    assert wrong.trained_ms == NOW
    assert "tag trained_at" in wrong.doubts[0]


def test_evaluated_by_another_run_of_the_logged_model_and_on_which_data() -> None:
    logged = Logged("m-1", "train", (
        Metric("train_loss", 0.1, NOW + 1, "train"),
        Metric("latency", 3.0, NOW + 5, "judge"),
        Metric("quality", 0.9, NOW + 7, "judge", "golden", "5503434"),
    ))  # fmt: skip
    found = times(version(), run(), logged)
    assert (found.evaluated_ms, found.evaluated_on) == (NOW + 7, "5503434")
    assert dict(found.metrics) == {"latency": 3.0, "quality": 0.9}


def test_what_the_training_run_says_of_itself_counts_from_its_end() -> None:
    found = times(version(), run(NOW, Metric("val_f1", 0.8, NOW - 60_000), Metric("loss", 0.1, NOW - 1)))
    assert (found.trained_ms, found.evaluated_ms) == (NOW, NOW)
    assert dict(found.metrics) == {"val_f1": 0.8}
    assert times(version(), run(NOW, Metric("loss", 0.1, NOW))).evaluated_ms is None


def test_the_run_that_a_tag_names_and_the_newest_of_all() -> None:
    judged = Run("judge", "FINISHED", NOW + 90, (Metric("anything", 1.0, NOW + 50),), {}, ())
    assert times(version(), run(), None, judged).evaluated_ms == NOW + 90
    later = version(evaluated_at=str(NOW + 1000), evaluated_on="golden-2")
    found = times(later, run(), None, judged)
    assert (found.evaluated_ms, found.evaluated_on) == (NOW + 1000, "golden-2")
    earlier = version(evaluated_at="2026-11-01")
    assert times(earlier, run(), None, judged).whole_days == ()


@pytest.mark.parametrize(
    "name", ["val_loss", "eval/accuracy", "test-f1", "rouge1", "rougeL", "f1_score", "ValidationAUC", "quality"]
)
def test_names_that_judge(name: str) -> None:
    assert judges(name)


@pytest.mark.parametrize(
    "name", ["loss", "train_accuracy", "lr", "epoch", "system/cpu_utilization", "value", "latest", "step_time"]
)
def test_names_that_do_not(name: str) -> None:
    assert not judges(name)
