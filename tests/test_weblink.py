"""Addresses in Nomad's web interface: every id comes out of them as it went in, and no credentials go in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.signals import EntityKind, EntityRef
from console.weblink import web_link

NOMAD = "https://nomad.example:4646"
ID = "3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55"
JOB = {"job": "web", "namespace": "shop"}


@pytest.mark.parametrize(
    ("kind", "entity_id", "document", "expected"),
    [
        (EntityKind.JOB, "shop/web", {}, "/ui/jobs/web@shop"),
        (EntityKind.JOB, "shop@eu/web", {}, "/ui/jobs/web@shop"),
        (EntityKind.JOB, "shop/nightly/periodic-17", {}, "/ui/jobs/nightly%2Fperiodic-17@shop"),
        (EntityKind.JOB, "shop/a job [1]", {}, "/ui/jobs/a%20job%20%5B1%5D@shop"),
        (EntityKind.JOB, "shop/what?#", {}, "/ui/jobs/what%3F%23@shop"),
        (EntityKind.GROUP, "shop/web/front end", {}, "/ui/jobs/web@shop/front%20end"),
        (EntityKind.ALLOCATION, ID, {}, f"/ui/allocations/{ID}"),
        (EntityKind.TASK, f"{ID}/server", {}, f"/ui/allocations/{ID}/server"),
        (EntityKind.NODE, ID, {}, f"/ui/clients/{ID}"),
        (EntityKind.DEPLOYMENT, ID, JOB, "/ui/jobs/web@shop/deployments"),
        (EntityKind.EVALUATION, ID, JOB, f"/ui/evaluations?currentEval={ID}&namespace=shop"),
        (EntityKind.EVALUATION, ID, {}, f"/ui/evaluations?currentEval={ID}&namespace=%2A"),
        (EntityKind.SERVICE, "shop/web-http", JOB, "/ui/jobs/web@shop/services"),
    ],
)  # fmt: skip
def test_each_kind_has_its_page(kind: EntityKind, entity_id: str, document: dict[str, Any], expected: str) -> None:
    assert web_link(NOMAD, EntityRef(kind, entity_id), document) == NOMAD + expected


def test_the_region_is_named_where_it_is_known() -> None:
    node = EntityRef(EntityKind.NODE, ID)
    assert web_link(NOMAD, node, {}, "eu west").endswith(f"/ui/clients/{ID}?region=eu+west")
    evaluation = EntityRef(EntityKind.EVALUATION, ID)
    assert web_link(NOMAD, evaluation, JOB, "eu").endswith("&namespace=shop&region=eu")


def test_a_path_before_the_api_stays_and_credentials_do_not() -> None:
    node = EntityRef(EntityKind.NODE, ID)
    link = web_link("https://me:secret@proxy.example/nomad/?token=x", node, {})
    assert link == f"https://proxy.example/nomad/ui/clients/{ID}"


def test_what_has_no_page_has_no_link() -> None:
    assert web_link(NOMAD, EntityRef(EntityKind.TOPIC, "docs"), {}) == ""
    assert web_link(NOMAD, EntityRef(EntityKind.DEPLOYMENT, ID), {}) == ""  # whose it is is not known
    assert web_link("", EntityRef(EntityKind.NODE, ID), {}) == ""
    for odd in ("http://[", "javascript:alert(1)//", "file:///etc", "ssh://-oProxyCommand=x", "nomad.example:4646"):
        assert web_link(odd, EntityRef(EntityKind.NODE, ID), {}) == ""


@given(st.text(min_size=1).filter(lambda text: text.isprintable()), st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True))
def test_any_job_is_one_part_of_the_path(job: str, namespace: str) -> None:
    link = urlsplit(web_link(NOMAD, EntityRef(EntityKind.JOB, f"{namespace}/{job}"), {}))
    assert (link.netloc, link.query, link.fragment) == ("nomad.example:4646", "", "")
    assert link.path.isascii()
    assert link.path.isprintable()
    parts = link.path.split("/")
    assert len(parts) == 4
    assert unquote(parts[-1]) == f"{job}@{namespace}"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_evaluation_comes_out_of_the_query(evaluation: str) -> None:
    link = urlsplit(web_link(NOMAD, EntityRef(EntityKind.EVALUATION, evaluation), {}, "eu"))
    asked = parse_qs(link.query, keep_blank_values=True)
    assert asked == {"currentEval": [evaluation], "namespace": ["*"], "region": ["eu"]}
    assert link.path == "/ui/evaluations"
