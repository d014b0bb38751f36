"""Which series an expression reads is found among whatever else stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.metricnames.expression import named_counters, read_expression


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("up", ["up"]),
        ('sum(http_requests{env="prod",code=~"2xx|4xx"})', ["http_requests"]),
        ('sum by (job) (rate(x:y_total{a="b}"}[5m] offset 1h)) / ignoring(code) group_left sum(z)', ["x:y_total", "z"]),
        ('{__name__="up",job="a"}', ["up"]),
        ("histogram_quantile(0.95, sum by (le)(rate(h_bucket[5m])))", ["h_bucket"]),
        ("max_over_time((sum without(a)(b)>bool 0)[1h:5m])", ["b"]),
        ('label_replace(a, "job", "$1", "x", "(.*)") or vector(0) # not c', ["a"]),
        ("1 - avg(a{", ["a"]),
        ("time() - 3e2", []),
    ],
)
def test_metrics(text: str, metrics: list[str]) -> None:
    assert list(dict.fromkeys(one.metric for one in read_expression(text).selectors)) == metrics


def test_where_selectors_stand() -> None:
    text = "sum(a{x='1'}[5m]) + b"
    first, second = read_expression(text).selectors
    assert text[first.begin : first.end] == "a{x='1'}"
    assert first.ranged and first.labels == {"x": "1"}
    assert text[second.begin : second.end] == "b" and not second.ranged


@given(st.text(alphabet="ab{}[]()\"'`\\=~!,# \n5mby", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for one in read_expression(text).selectors:
        assert 0 <= one.begin < one.end <= len(text)


@pytest.mark.parametrize(
    ("text", "counters"),
    [
        ("shop_total", True),
        ('sum by (code) (shop_total{code!~"5.."})', True),
        ('sum(shop_total) - sum(shop_total{code="500"})', True),
        ('sum(seconds_bucket{le="0.3"}) or vector(0)', True),
        ("sum(rate(shop_total[5m]))", False),
        ("sum(shop_total[5m:1m])", False),
        ("sum(shop_requests)", False),
        ("shop_total - shop_failed", False),
        ("shop_total > 3", False),
        ("sum(shop_total) / sum(other_total)", False),
        ("vector(1)", False),
        ("", False),
    ],
)
def test_counters_just_as_they_stand(text: str, counters: bool) -> None:
    assert named_counters(text) is counters
