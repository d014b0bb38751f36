"""SARIF: what the standard requires of a log, held against what is written. (The whole schema was applied by hand.)"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from console.analysis.audit.facts import AuditFacts
from console.analysis.audit.judge import audit
from console.analysis.audit.rules import RULES
from console.audited.sarif import FINGERPRINT, sarif
from tests.analysis.audit.making import AT_MS, DAY_MS, facts, flow, flow_doc
from tests.analysis.audit.test_waiving import waiver

LEVELS = ("none", "note", "warning", "error")
KINDS = ("notApplicable", "pass", "fail", "review", "open", "informational")
SUPPRESSIONS = {"kind": ("inSource", "external"), "status": ("accepted", "underReview", "rejected")}


def bare(origin: str = "/repo/contracts/price list.yaml:7", **changes: Any) -> AuditFacts:
    doc = flow_doc(owner=None, retention_s=None, origin=origin)
    return facts(flows={"docs.price": flow(doc, on_call=None)}, **changes)


def log(of: AuditFacts, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    found = sarif(audit(of), notes, "0.2.0", Path("/repo"))
    return dict(json.loads(json.dumps(found)))


def results(of: AuditFacts) -> dict[str, dict[str, Any]]:
    return {one["ruleId"]: one for one in log(of)["runs"][0]["results"]}


def test_a_log_has_all_that_the_standard_requires() -> None:
    whole = log(bare(waivers=[waiver("O9")]), ("a file is broken",))
    assert whole["version"] == "2.1.0" and whole["$schema"].endswith("2.1.0.json")
    (run,) = whole["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and driver["semanticVersion"] == "0.2.0"
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        assert rule["help"]["text"] and rule["fullDescription"]["text"] and rule["shortDescription"]["text"][-1] == "."
        assert rule["defaultConfiguration"]["level"] in LEVELS and rule["name"].isalpha()
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "a file is broken"
    for one in run["results"]:
        assert driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["kind"] in KINDS and one["level"] in LEVELS
        assert (one["kind"] == "fail") == (one["level"] != "none")  # section 3.27.10
        assert one["message"]["text"].endswith(".")
        (location,) = one["locations"]
        assert location["logicalLocations"][0]["fullyQualifiedName"]
        for place in (location, *one.get("relatedLocations", ())):
            where = place["physicalLocation"]
            assert where["region"]["startLine"] >= 1 and where["artifactLocation"]["uri"]
        for held in one.get("suppressions", ()):
            assert all(held[key] in values for key, values in SUPPRESSIONS.items())


def test_what_failed_points_to_its_file_and_line() -> None:
    place = results(bare())["O1"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "contracts/price%20list.yaml"}, "region": {"startLine": 7}}
    elsewhere = results(bare("/other/flows.toml:3"))["O1"]["locations"][0]["physicalLocation"]
    assert elsewhere["artifactLocation"]["uri"] == "file:///other/flows.toml"


def test_what_is_in_no_file_is_named() -> None:
    for origin in ("https://marquez.example:5000", "job meta of llm/price-feed:3", "mlflow"):
        location = results(bare(origin))["O1"]["locations"][0]
        place = location["physicalLocation"]["artifactLocation"]
        assert place["uri"] == "fourthsignal/flow/docs.price" and "Not a file" in place["description"]["text"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] == "flow:docs.price"


def test_unknown_is_open_and_waived_is_suppressed() -> None:
    found = results(bare(waivers=[waiver("O1")]))
    assert (found["O4"]["kind"], found["O4"]["level"]) == ("open", "none")
    (held,) = found["O1"]["suppressions"]
    assert "agreed" in held["justification"] and "ana" in held["justification"]
    assert "suppressions" not in found["O9"]


def test_fingerprints_stay_when_time_passes_and_differ_by_rule_and_subject() -> None:
    now, later = results(bare()), results(bare()._replace(at_ms=AT_MS + DAY_MS))
    assert now["O1"]["partialFingerprints"] == later["O1"]["partialFingerprints"]
    prints = [one["partialFingerprints"][FINGERPRINT] for one in now.values()]
    assert len(set(prints)) == len(prints)


def test_what_comes_from_outside_does_no_harm() -> None:
    evil = flow(flow_doc(owner=None, origin="x.yaml:1"))._replace(name="a\x1b[31m", called="a\x1b[31m\u202e")
    text = json.dumps(sarif(audit(facts(flows={"a": evil})), (), "0.2.0", Path("/repo")), ensure_ascii=False)
    assert "\x1b" not in text and "\u202e" not in text
