"""A file of any kind: known by what stands in it, left alone where it is not ours, told where it is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared.merge import joined, merged
from console.declared.read import NOT_OURS, READERS, read_file
from console.declared.shapes import Contents, DeclaredError
from console.declared.yamlfile import YamlDocument, parse_yaml
from console.governance.shapes import OwnerDoc
from tests.declared.many import contract, write_contracts
from tests.declared.yamlwords import as_yaml

ODCS = "apiVersion: v3.1.0\nkind: DataContract\nid: c-1\nversion: 1.0.0\nstatus: active\nteam: {name: search}\n"
GROUP = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: search}\nspec: {type: team, members: [ann]}\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_one_file_of_several_kinds(tmp_path: Path) -> None:
    contents = read_file(write(tmp_path, "a.yml", f"{ODCS}---\n{GROUP}---\nkind: Deployment\n---\n- 1\n---\ntext\n"))
    assert [flow.name for flow in contents.flows] == ["c-1"]
    assert set(contents.contracts) == {"c-1", "group:default/search"}
    assert contents.owners["search"]["members"] == [{"name": "ann"}]
    toml = (
        '[[flow]]\nname = "a"\n[[waiver]]\nrule = "O5"\nsubject = "flow:a"\nwho = "x"\nwhy = "y"\nuntil = 2026-12-24\n'
    )
    both = read_file(write(tmp_path, "any.toml", toml))
    assert [flow.name for flow in both.flows] == ["a"]
    assert [waiver["rule"] for waiver in both.waivers] == ["O5"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: DataContract}\n"),
        ("stack.yaml", "Resources: {a: !Ref b}\n"),
        ("chart.yaml", "{{- if .Values.x }}\nname: {{ .Values.name }}\n{{- end }}\n"),
        ("latin.yaml", "name: é".encode("latin-1")),
        ("big.yaml", "- x\n" * 1_200_000),
        ("pyproject.toml", '[project]\nname = "x"\n[[tool.flow]]\n'),
        ("broken.toml", "a = = b"),
        ("readme.md", "# Contracts\n\nkind: DataContract\n"),
        ("post.md", "---\ntitle: Contracts\n---\n# Contracts\n"),
        ("data.json", '{"kind": "DataContract"}'),
        ("empty.yaml", ""),
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, name: str, text: str | bytes) -> None:
    path = write(tmp_path, name, text)
    assert read_file(path) is NOT_OURS
    if path.suffix == ".yaml":
        with pytest.raises(DeclaredError):
            read_file(path, ours=True)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", ODCS + "name: 'x\n", "line 7: is not valid YAML"),
        ("a.yaml", (ODCS + "name: é\n").encode("latin-1"), "line 7: is not UTF-8 text"),
        ("a.yaml", (ODCS + "name: é\n").encode("utf-16"), "line 1: is not UTF-8 text"),
        ("a.yaml", ODCS + "x: !Ref a\n", "line 7: the tag '!Ref' is not known here"),
        ("a.yaml", '{"kind":"DataContract"}', "line 1: apiVersion: is missing"),
        ("a.yaml", f"{ODCS}---\n{ODCS}", "line 10: the contract 'c-1' is declared twice, the first time in line 3"),
        ("a.toml", '[[flow]]\nname = "a\n', "line 2: is not valid TOML"),
        ("a.toml", '[[flow]]\nname = "a"\n[[floe]]\n', "line 3: 'floe' is not known here; flows are written as"),
        ("flows.toml", '[[flows]]\nname = "a"\n', "line 1: 'flows' is not known here; flows are written as [[flow]]"),
        ("waivers.toml", "[waiver]\n", "line 1: waiver must be written as [[waiver]], once for each waiver"),
    ],
)
def test_what_is_ours_and_broken_is_told(tmp_path: Path, name: str, text: str | bytes, told: str) -> None:
    with pytest.raises(DeclaredError) as caught:
        read_file(write(tmp_path, name, text))
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flows.toml", '[[flow]]\nname = "a"\ncontract = "https://ana:hush@c.example/x"\n'
                       'runbook = "https://w.example/?token=hush"\nchannels = ["https://hooks.slack.com/services/hush"]\n'),
        ("own.yaml", ODCS + "customProperties:\n- {property: runbook, value: 'https://u:hush@wiki/x'}\n"
                            "- {property: fourthsignal.io/contract, value: 'https://u:hush@wiki/x'}\n"),
        ("group.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a, links: [{title: chat, "
                       "url: 'https://u:hush@chat/x'}]}\nspec: {type: team, children: []}\n"),
    ],
)  # fmt: skip
def test_no_secret_in_an_address_is_kept(tmp_path: Path, name: str, text: str) -> None:
    kept = repr(read_file(write(tmp_path, name, text)))
    assert "hush" not in kept
    assert "(hidden)" in kept


def test_a_file_that_somebody_named(tmp_path: Path) -> None:
    path = write(tmp_path, "owners.conf", '[[flow]]\nname = "a"\n')
    assert read_file(path) is NOT_OURS
    assert [flow.name for flow in read_file(path, ours=True).flows] == ["a"]
    with pytest.raises(DeclaredError, match="is of no kind that is known here; known are "):
        read_file(write(tmp_path, "x.yaml", "a: 1\n"), ours=True)
    assert not read_file(write(tmp_path, "flows.toml", "# nothing yet\n"), ours=True).flows
    with pytest.raises(DeclaredError, match="there is no such file"):
        read_file(tmp_path / "none.yaml")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.yaml", ODCS)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(DeclaredError, match=r"cannot be read \(Permission denied\)"):
        read_file(path)


def test_generated_contracts_are_realistic(tmp_path: Path) -> None:
    paths = write_contracts(tmp_path / "many", 60)
    assert len({path.read_text() for path in paths}) == 60
    assert all(60 <= contract(number).count("\n") <= 120 for number in range(300))
    contents = [read_file(path) for path in paths]
    assert len({flow.name for one in contents for flow in one.flows}) == 60
    assert all(one.flows[0].fields["owner"].value for one in contents)
    fields = {field for one in contents for field in one.flows[0].fields}
    assert {"freshness_s", "latency_s", "retention_s", "completeness", "required", "stages", "consumers"} <= fields
    assert any(doubt["field"] == "retention_s" for one in contents for doubt in one.flows[0].doubts)


def group(*members: str, **more: Any) -> OwnerDoc:
    doc: dict[str, Any] = {"kind": "group", "members": [{"name": name} for name in members], "origin": "a:1", **more}
    return doc  # type: ignore[return-value]


def person(name: str, *groups: str) -> OwnerDoc:
    return {"kind": "person", "members": [{"name": name}], "member_of": list(groups), "origin": "b:1"}


def test_owners_of_several_files() -> None:
    found = joined(
        [
            {"a": group("ann", title="A", channels=[{"name": "#a"}]), "bo": person("bo", "a", "nowhere")},
            {"a": group("cai", title="B", channels=[{"name": "#a"}, {"name": "#b"}]), "x": person("x", "a")},
            {"x": group("x1"), "top": group(children=["a"])},
        ]
    )
    assert [member["name"] for member in found["a"]["members"]] == ["ann", "cai", "bo", "x"]
    assert (found["a"]["title"], found["a"]["parent"]) == ("A", "top")
    assert found["a"]["channels"] == [{"name": "#a"}, {"name": "#b"}]
    assert "nowhere" not in found
    assert found["x"]["kind"] == "group"


def test_a_membership_with_dates_is_not_lost_to_one_without() -> None:
    first: OwnerDoc = {"kind": "group", "members": [{"name": "ann", "until_ms": 5}], "origin": "a:1"}
    again: OwnerDoc = {"kind": "group", "members": [{"name": "ann"}, {"name": "ann", "from_ms": 9}], "origin": "b:1"}
    assert joined([{"a": first}, {"a": again}])["a"]["members"] == [
        {"name": "ann", "until_ms": 5},
        {"name": "ann", "from_ms": 9},
    ]


def test_one_part_alone_is_as_it_is() -> None:
    alone = Contents(owners={"a": group("ann")})
    assert merged(Path("f"), [alone]) is alone


_TEXT = (
    "team name members username role servers server type schema properties quality metric mustBe unit support channel "
    "slaProperties property value customProperties fourthsignal.io/flow fourthsignal.io/match spec owner dependsOn "
    "metadata annotations links url title relations target targetRef memberOf members profile namespace id "
    "version status description transformSourceObjects required items dateIn a"
)
_WORDS = st.sampled_from(_TEXT.split())
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats(allow_nan=False) | st.text(max_size=8) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)
_KINDS = st.sampled_from(["DataContract", "Component", "Resource", "API", "Group", "User", "System", "x"])
_VERSIONS = st.sampled_from(["v3.0.2", "v3.1.0", "backstage.io/v1alpha1"])


@given(_KINDS, _VERSIONS, st.dictionaries(_WORDS, _JSON, max_size=6), st.booleans())
def test_any_document_is_read_or_told(kind: str, version: str, data: dict[str, Any], whole: bool) -> None:
    given_ids: dict[str, Any] = {"id": "a", "version": "1", "status": "active"} if whole else {}
    if version.startswith("backstage") and whole:
        about = data.get("metadata")
        given_ids = {"metadata": {**(about if isinstance(about, dict) else {}), "name": "a"}}
    text = as_yaml({**data, **given_ids, "kind": kind, "apiVersion": version})
    document: YamlDocument
    try:
        for document in parse_yaml(Path("f.yaml"), text):
            for reader in READERS.values():
                if reader.mine(document.data):
                    contents = reader.read(document, Path("f.yaml"))
                    assert all(told.line > 0 for flow in contents.flows for told in flow.fields.values())
                    assert all(flow.name and flow.name in flow.names for flow in contents.flows)
    except DeclaredError as problem:
        assert problem.path == Path("f.yaml")
        assert problem.line > 0
