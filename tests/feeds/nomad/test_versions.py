"""What each version of a job changed, in words and without values."""

from __future__ import annotations

import json
from typing import Any

from console.feeds.nomad.objects import Job
from console.feeds.nomad.reading import read_job
from console.feeds.nomad.versions import KEPT, Versions
from tests.feeds.nomad.golden import body


def version(number: int, count: int = 1, env: dict[str, str] | None = None, **more: Any) -> Job:
    raw = body("job")
    raw["TaskGroups"][0]["Count"] = count
    raw["TaskGroups"][0]["Tasks"][0]["Env"] = env or {}
    return read_job({**raw, "Version": number, "SubmitTime": (number + 1) * 10**9, **more})


def test_versions_tell_what_they_changed_the_newest_first() -> None:
    versions = Versions()
    jobs = [
        version(0, 1),
        version(1, 1, {"TOKEN": "hunter2"}, NomadTokenID="abc", Stable=True),
        version(2, 3, {"TOKEN": "hunter2"}),
        version(3, 1, {"TOKEN": "hunter2"}),
        version(4, 1, {"TOKEN": "hunter2"}, Stop=True),
        version(5, 1, {"TOKEN": "hunter2"}),
        version(6, 1, {"TOKEN": "hunter2"}),
    ]
    for job in jobs:
        versions.remember(job)
    docs = versions.docs(jobs[0].key)
    group = body("job")["TaskGroups"][0]["Name"]
    assert [(doc["version"], doc["text"]) for doc in docs] == [
        (6, "unchanged"), (5, "started again"), (4, "stopped"), (3, "reverted to version 1"),
        (2, f"count of {group} 1 → 3"), (1, "env TOKEN changed"), (0, "first version"),
    ]  # fmt: skip
    assert docs[5]["by"] == "abc" and docs[5]["stable"] and "by" not in docs[0]
    assert "hunter2" not in json.dumps(docs)
    assert docs[0]["submitted_ms"] == 7_000


def test_few_are_kept_and_what_is_before_them_is_not_guessed() -> None:
    versions = Versions()
    for number in range(20):
        versions.remember(version(number, number + 1))
    docs = versions.docs(version(0).key)
    assert [doc["version"] for doc in docs] == list(range(19, 19 - KEPT, -1))
    assert docs[-1]["text"] == "" and docs[0]["text"].startswith("count of ")
    versions.remember(version(19, 20, Stable=True))
    assert versions.docs(version(0).key)[0]["stable"], "a version is found stable later"
    versions.forget(version(0).key)
    assert versions.docs(version(0).key) == []


def test_a_list_entry_teaches_nothing() -> None:
    versions = Versions()
    for raw in body("jobs"):
        versions.remember(read_job(raw))
        assert versions.docs(read_job(raw).key) == []


def test_the_models_that_meta_names_are_kept_by_version_and_group() -> None:
    versions = Versions()
    groups = [
        {"Name": "large", "Tasks": [{"Name": "serve"}, {"Name": "logs"}]},
        {"Name": "small", "Meta": {"model_name": "answer-1b"}, "Tasks": [{"Name": "serve"}]},
        {"Name": "canary", "Tasks": [{"Name": "serve", "Meta": {"model_version": "5"}}]},
    ]
    meta = {"model": "answer-8b", "model_version": "4"}
    versions.remember(version(0, Meta={"owner": "answers"}))
    versions.remember(version(1, Meta=meta, TaskGroups=groups))
    versions.remember(version(2, Meta={**meta, "model_version": "5"}, TaskGroups=groups[:1]))
    newest, middle, first = versions.docs(version(0).key)
    assert newest["serves"] == {"": "answer-8b@5"}
    assert middle["serves"] == {"": "answer-8b@4", "small": "answer-1b", "canary": "answer-8b@5"}
    assert "serves" not in first
