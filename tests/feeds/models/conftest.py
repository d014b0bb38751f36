"""A registry with one model, for tests of the feed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doubles.mlflow import MlflowDouble
from tests.feeds.models.looking import NOW


@pytest.fixture
def registry() -> Iterator[MlflowDouble]:
    with MlflowDouble() as double:
        double.model("answer-8b", tags={"owner": "answers"}, production="3")
        for number in ("2", "3", "4"):
            double.version("answer-8b", number, NOW + int(number))
        yield double
