"""Parts of one flow put together: by precedence, nothing lost, and never two flows made into one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.fields import BACKSTAGE, FIELDS, FLOWS_FILE, JOB_META, LINEAGE, ODCS
from console.governance.merge import Sourced, groups, merged, said_of, twice, with_doubts
from console.governance.shapes import FlowDoc, SaidDoc

VIAS = (FLOWS_FILE, ODCS, BACKSTAGE, LINEAGE)


def part(
    name: str, via: str, file: str = "", names: tuple[str, ...] = (), declares: bool = True, **said: Any
) -> Sourced:
    origin = f"/c/{file or via}:1"
    fields: dict[str, SaidDoc] = {
        field: {"value": value, "origin": f"/c/{file or via}:{line}", "via": via, "read_ms": 7}
        for line, (field, value) in enumerate(said.items(), start=2)
    }
    return Sourced(name, (name, *names), via, origin, fields, (), declares)


def test_what_is_written_for_this_console_stands_first() -> None:
    doc = merged(
        "docs.price",
        [
            part("docs.price", LINEAGE, owner="lineage-team"),
            part("docs.price", BACKSTAGE, owner="group:default/price", on_call="pagerduty:PX1"),
            part("docs.price", ODCS, owner="Price", on_call="price-pager", freshness_s=300),
            part("docs.price", FLOWS_FILE, owner="price-team"),
        ],
    )
    assert doc["owner"] == "price-team"
    assert [item["via"] for item in doc["said"]["owner"]] == [FLOWS_FILE, ODCS, BACKSTAGE, LINEAGE]
    assert doc["on_call"] == "pagerduty:PX1"  # a catalogue's annotation knows more of that than a contract
    assert doc["freshness_s"] == 300
    assert doc["origin"] == "/c/flows.toml:1"
    assert doc["said"]["freshness_s"] == [{"value": 300, "origin": "/c/odcs:4", "via": ODCS, "read_ms": 7}]


def test_sources_complete_each_other_in_lists() -> None:
    doc = merged(
        "f",
        [
            part("f", FLOWS_FILE, consumers=["default/indexer"], channels=[{"name": "#f", "url": "https://c/f"}]),
            part(
                "f", LINEAGE, consumers=["prod/indexer", "prod/report"], channels=[{"name": "f", "url": "https://c/f/"}]
            ),
        ],
    )
    assert doc["consumers"] == ["default/indexer", "prod/report"]
    assert doc["channels"] == [{"name": "#f", "url": "https://c/f"}]


def test_one_source_may_name_two_jobs_of_one_name() -> None:
    doc = merged("f", [part("f", FLOWS_FILE, consumers=["eu/indexer", "us/indexer"])])
    assert doc["consumers"] == ["eu/indexer", "us/indexer"]


def test_the_newest_change_and_review_are_in_force() -> None:
    doc = merged("f", [part("f", FLOWS_FILE, schema_changed_ms=10), part("f", LINEAGE, schema_changed_ms=20)])
    assert doc["schema_changed_ms"] == 20
    assert [item["value"] for item in doc["said"]["schema_changed_ms"]] == [20, 10]


def test_nothing_said_is_none_and_not_empty_text() -> None:
    doc = merged("f", [part("f", FLOWS_FILE, owner="", consumers=[], completeness=0.0)])
    assert doc["owner"] is None
    assert doc["completeness"] == 0.0
    assert list(doc["said"]) == ["completeness"]


def test_parts_are_the_same_flow_by_their_names() -> None:
    contract = part("Partner documents", ODCS, names=("7f3a", "docs.partner"))
    file = part("DOCS.partner", FLOWS_FILE)
    assert groups([contract, file]) == {"DOCS.partner": [file, contract]}


def test_parts_are_the_same_flow_by_producer_and_last_word() -> None:
    contract = part("docs.partner", ODCS, producer="default/partner-feed")
    file = part("partner", FLOWS_FILE, producer="prod/partner-feed")
    other = part("docs.partner", BACKSTAGE, producer="default/another-feed")
    assert set(groups([contract, file])) == {"partner"}
    assert set(groups([file, other])) == {"partner", "docs.partner"}


def test_two_contracts_that_share_a_word_stay_two() -> None:
    one = part("orders", ODCS, "a.yaml", names=("shop",))
    two = part("refunds", ODCS, "b.yaml", names=("shop",))
    assert set(groups([one, two])) == {"orders", "refunds"}


def test_a_dataset_that_nothing_declares_is_no_flow() -> None:
    table = part("warehouse.dim_date", LINEAGE, declares=False)
    known = part("docs.price", LINEAGE, declares=False, owner="x")
    file = part("docs.price", FLOWS_FILE)
    assert groups([table, known, file]) == {"docs.price": [file, known]}


def test_declared_twice_by_one_kind_of_source() -> None:
    one, two = part("f", FLOWS_FILE, "a.toml"), part("f", FLOWS_FILE, "b.toml")
    assert twice([one, two]) == [(one, two)]
    old = part("f", ODCS, "v1.yaml", lifecycle="retired", owner="old")
    new = part("f", ODCS, "v2.yaml", lifecycle="active", owner="new")
    assert twice([old, new]) == []
    assert merged("f", [old, new])["owner"] == "new"


def test_doubts_are_kept_once() -> None:
    doubt = {"field": "owner", "why": "it is odd", "origin": "/c/a:1"}
    doc = with_doubts(with_doubts(merged("f", []), [doubt]), [doubt])  # type: ignore[list-item]
    assert doc["doubts"] == [doubt]


def test_a_document_of_an_older_tape_was_said_by_its_file() -> None:
    doc: FlowDoc = {
        "owner": "a", "on_call": None, "contract": None, "producer": None, "consumers": [], "origin": "/c/f.toml:3",
    }  # fmt: skip
    assert said_of(doc) == {"owner": [{"value": "a", "origin": "/c/f.toml:3", "via": FLOWS_FILE, "read_ms": 0}]}


_OWNERS = st.sampled_from(["", "a", "b", "Search Data"])
_PARTS = st.lists(
    st.builds(
        lambda name, via, file, names, owner, jobs: part(name, via, file, tuple(names), owner=owner, consumers=jobs),
        st.sampled_from(["docs.a", "DOCS.A", "b", "x.b"]),
        st.sampled_from([*VIAS, "something new"]),
        st.sampled_from(["1", "2", "3"]),
        st.lists(st.sampled_from(["docs.a", "b", "shared"]), max_size=2),
        _OWNERS,
        st.lists(st.sampled_from(["default/i", "prod/i", "default/j"]), max_size=3),
    ),
    max_size=8,
)


@given(_PARTS)
def test_every_part_is_in_one_flow_and_all_that_it_says_is_kept(parts: list[Sourced]) -> None:
    found = groups(parts)
    assert sorted(map(id, (one for items in found.values() for one in items))) == sorted(map(id, parts))
    for name, items in found.items():
        doc = merged(name, items)
        values = [one.value("owner") for one in items if one.value("owner")]
        assert sorted(item["value"] for item in doc.get("said", {}).get("owner", [])) == sorted(values)
        assert doc["owner"] == (doc["said"]["owner"][0]["value"] if values else None)
        for one in items:
            for job in one.value("consumers"):
                assert any(job.rpartition("/")[2] == kept.rpartition("/")[2] for kept in doc["consumers"])


@given(_PARTS)
def test_the_order_of_kinds_does_not_depend_on_the_order_of_files(parts: list[Sourced]) -> None:
    orders = [FIELDS["owner"].order.index(item["via"]) for item in merged("f", parts)["said"].get("owner", ())
              if item["via"] in FIELDS["owner"].order]  # fmt: skip
    assert orders == sorted(orders)
    assert FIELDS["owner"].order[-1] == JOB_META
