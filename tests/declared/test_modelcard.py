"""Model cards: what their front matter says, however it is written, and results of evaluations beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.declared.modelcard import contents_of, is_card
from console.declared.read import NOT_OURS, read_file
from console.declared.shapes import DeclaredError, ModelPart
from console.declared.yamlfile import YamlDocument

CARD = """\
---
language: [en, de]
license: apache-2.0
library_name: transformers
base_model: meta-llama/Llama-3.1-8B
datasets:
- acme/docs
- acme/golden
tags: [answers]
version: 2026-10-r4
owner: answers
evaluated: 2026-11-02
model-index:
- name: answer-8b
  results:
  - task: {type: text-generation}
    dataset:
      type: acme/golden
      name: Golden
      split: test
      revision: 5503434
    metrics:
    - {type: accuracy, value: 0.91, verified: true}
    - {type: wer, value: "20.0 ± 1.2"}
  - task: {type: text-generation}
    dataset: {type: acme/hard, name: Hard}
    metrics:
    - {type: accuracy, value: 71}
---
# Answer 8B

metrics: none of our business
"""
RESULTS = """\
- dataset:
    id: cais/hle
    task_id: default
    revision: abc
  value: 20.90
  verifyToken: secret-token
  date: "2026-01-15"
- dataset: {id: Idavidrein/gpqa, task_id: gpqa_diamond}
  value: 0.412
  date: 2026-02-01T10:00:00Z
"""


def read(path: Path, text: str) -> ModelPart:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    (part,) = read_file(path).models
    return part


def test_every_part_of_a_card(tmp_path: Path) -> None:
    part = read(tmp_path / "README.md", CARD)
    assert part.name == "answer-8b"
    assert part.fields["owner"].value == "answers"
    assert part.fields["owner"].line == 11
    assert part.doubts == ()
    (version,) = part.versions
    assert version == {
        "version": "2026-10-r4",
        "aliases": [],
        "origin": f"{tmp_path / 'README.md'}:10",
        "metrics": {"accuracy": 0.91, "wer": 20.0, "accuracy on Hard": 71.0},
        "evaluated_on": "5503434",
        "evaluated_ms": 1_793_577_600_000,
        "whole_days": ["evaluated_ms"],
        "tags": {
            "license": "apache-2.0",
            "base_model": "meta-llama/Llama-3.1-8B",
            "datasets": "acme/docs, acme/golden",
            "library_name": "transformers",
            "verified": "accuracy",
        },
    }


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("answer-8b/README.md", "answer-8b"),
        ("cards/answer-8b.md", "answer-8b"),
        ("answer-8b/model_card.md", "answer-8b"),
    ],
)
def test_a_card_that_names_no_model_is_of_its_folder_or_its_own_name(tmp_path: Path, file: str, name: str) -> None:
    part = read(tmp_path / file, "---\nbase_model: x\n---\n")
    assert part.name == name
    assert part.versions[0]["version"] == ""
    assert "does not say which version" in part.doubts[0]["why"]


@pytest.mark.parametrize(
    "text",
    [
        "# no front matter\n",
        "---\ntitle: a page\ntags: [docs]\n---\n",
        "---\ntask_categories: [qa]\nlicense: mit\n---\n",
        "",
    ],
    ids=["none", "a page", "a data set", "empty"],
)
def test_what_is_no_card_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "README.md"
    file.write_text(text)
    assert read_file(file) is NOT_OURS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base_model: x\nmodel-index: 3\nversion: 1", None),
        ("model-index:\n- name: a\n  results:\n  - metrics: [3]\n", "needs a type and a number"),
        ("model-index:\n- name: a\n  results:\n  - metrics: [{type: f1, value: good}]\n", "needs a type and a number"),
        ("model-index:\n- name: a\n  results: none\nversion: 2", None),
        ("base_model: x\nversion: 1\ntrained: yesterday", "is not a date"),
        ("base_model: x\nversion: 1\nevaluated: 2026-01-01T10:00", "no zone"),
    ],
)
def test_what_is_not_of_its_kind_is_left_out_with_a_doubt(tmp_path: Path, text: str, said: str | None) -> None:
    part = read(tmp_path / "README.md", f"---\n{text}\n---\n")
    whys = [doubt["why"] for doubt in part.doubts if "which version" not in doubt["why"]]
    assert (said is None and not whys) or (said is not None and any(said in why for why in whys)), whys


def test_front_matter_that_is_not_yaml_is_an_error_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("---\nbase_model: x\nversion: [1\n---\n")
    with pytest.raises(DeclaredError) as caught:
        read_file(file)
    assert caught.value.line >= 3


def test_results_of_evaluations_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    part = read(tmp_path / "answer-8b" / ".eval_results" / "all.yaml", RESULTS)
    assert part.name == "answer-8b"
    (version,) = part.versions
    assert version.get("metrics") == {"cais/hle default": 20.9, "Idavidrein/gpqa gpqa_diamond": 0.412}
    assert version.get("evaluated_ms") == 1_769_940_000_000
    assert "whole_days" not in version, "the newest one has a time of day"
    assert version.get("evaluated_on") == "abc"
    assert version.get("tags") == {"verified": "cais/hle default"}
    assert "secret-token" not in repr(part)


def test_results_that_are_none_are_doubted(tmp_path: Path) -> None:
    part = read(tmp_path / "m" / ".eval_results" / "a.yaml", f"{RESULTS}- value: 3\n- dataset: 4\n")
    assert [doubt["why"] for doubt in part.doubts] == [
        "this is no result; it needs dataset.id and a number as value"
    ] * 2
    file = tmp_path / "m" / ".eval_results" / "b.yaml"
    file.write_text("nothing: here\n")
    assert read_file(file).models == ()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["model-index", "version", "owner", "base_model", "datasets", "trained", "evaluated", "license"])
results = st.lists(
    st.dictionaries(st.sampled_from(["dataset", "metrics", "task"]), json | st.lists(json, max_size=2), max_size=3),
    max_size=2,
)
index = st.lists(st.fixed_dictionaries({"name": json, "results": results | json}) | json, max_size=2)


@settings(deadline=None)
@given(st.dictionaries(keys, json, max_size=5), index | json)
def test_whatever_a_card_holds_it_is_read(data: dict[str, object], entries: object) -> None:
    whole = {**data, "model-index": entries}
    assert is_card(whole)
    (part,) = contents_of(YamlDocument(Path("m/README.md"), whole, {}, 1), Path("m/README.md")).models
    assert part.name
    assert len(part.versions) == 1
