"""YAML files: plain data with the line of every key; anything else is one sentence that names file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from console.declared import yamltree
from console.declared.shapes import DeclaredError
from console.declared.yamlfile import YamlDocument, documents_of, front_matter_of, parse_yaml
from console.declared.yamltree import MOST_NODES

PATH = Path("f.yaml")
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)


def one(text: str) -> YamlDocument:
    (document,) = parse_yaml(PATH, text)
    return document


def test_words_mean_what_contracts_mean_by_them() -> None:
    data = one(
        "on: yes\ndate: 2022-08-02\nstamp: 2022-08-02T10:00:00Z\nclock: 12:30:45\nzero: 007\noctal: 0o17\nhex: 0xff\n"
        "number: 1.10\nbig: 123456789012345678901234567890\nlarge: 1e999\nnot: .nan\ntrue: True\nfalse: FALSE\n"
        "null: ~\nempty:\nquoted: 'true'\nlisted: [off, n, -3, .5, 1_000]\ntagged: !!str 12\n"
    ).data
    assert data == {
        "on": "yes",
        "date": "2022-08-02",
        "stamp": "2022-08-02T10:00:00Z",
        "clock": "12:30:45",
        "zero": "007",
        "octal": 15,
        "hex": 255,
        "number": 1.1,
        "big": "123456789012345678901234567890",
        "large": "1e999",
        "not": ".nan",
        "true": True,
        "false": False,
        "null": None,
        "empty": None,
        "quoted": "true",
        "listed": ["off", "n", -3, 0.5, "1_000"],
        "tagged": "12",
    }


def test_a_number_is_found_as_it_was_written() -> None:
    document = one("version: 1.10\nin: {list: [2.50, true, 3]}\n2024-01-01: x\n1.0: y\n")
    assert document.text("version") == "1.10"
    assert document.text("in", "list", 0) == "2.50"
    assert document.text("in", "list", 1) == "true"
    assert document.text("in", "list", 2) == "3"
    assert document.text("in", "list", 3) is None
    assert document.text("in") is None
    assert list(document.data) == ["version", "in", "2024-01-01", "1.0"]


def test_lines_of_keys_in_several_documents() -> None:
    first, second = parse_yaml(PATH, "# top\na:\n  b:\n    - c: 1\n      d: 2\n    - e\n---\n---\nx: |\n  text\ny: 1\n")
    assert first.line == 2
    assert [first.line_of(*key) for key in (("a",), ("a", "b", 0, "d"), ("a", "b", 1), ("a", "z", "q"))] == [2, 5, 6, 2]
    assert (second.line, second.line_of("y"), second.line_of("z")) == (9, 11, 9)
    assert second.origin("y") == "f.yaml:11"
    assert str(second.error("is wrong", "y")) == "f.yaml, line 11: is wrong"


def test_anchors_and_merges() -> None:
    data = one("base: &b {x: 1, y: 2}\nmine: {<<: *b, y: 3}\nboth:\n  <<: [*b, {z: 4}]\n  again: *b\n").data
    assert data["mine"] == {"x": 1, "y": 3}
    assert data["both"] == {"x": 1, "y": 2, "z": 4, "again": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: !Ref x", "line 2: the tag '!Ref' is not known here; write the value without it"),
        ("a: !!python/object/apply:os.system [x]", "line 1: the tag 'tag:yaml.org,2002:python/object/apply:os.system'"),
        ("a: !!binary aGk=", "line 1: the tag 'tag:yaml.org,2002:binary'"),
        ("!!set {a, b}", "line 1: the tag"),
        ("a: !!int x", "line 1: 'x' is not what its tag says; remove the tag"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands already in line 1; keep one of them"),
        ("a: {b: 1,\n b: 2}", "line 2: the key 'b' stands already in line 1"),
        ("? [a]\n: b", "line 1: a key must be text"),
        ("a: &x\n  b: *x", "line 2: *x stands for what it is part of; write it out"),
        ("a: *x", "line 1: *x stands for nothing; there is no &x before"),
        ("<<: 3", "line 1: << takes over maps only"),
        (BOMB, f"stand for more than {MOST_NODES:,} values; write out what is meant"),
        ("[" * 100_000, "line 1: is nested more than 64 deep; write it flatter"),
        ("{a: " * 100, "line 1: is nested more than 64 deep"),
        ("- " * 100 + "x", "line 1: is nested more than 64 deep"),
        ("a: 'x\nb: 2", "is not valid YAML (while scanning a quoted scalar, found unexpected end of stream)"),
        ("a: b\n\tc: d", "line 2: is not valid YAML"),
        ("a:\n  b: 1\n c: 2", "line 3: is not valid YAML"),
        ("a: 1\nb: \x1b[2J", "line 2: holds the character U+001B, which no YAML may hold; remove it"),
        ("a: \x00", "line 1: holds the character U+0000"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(DeclaredError) as caught:
        parse_yaml(PATH, text)
    assert told in str(caught.value)
    assert str(caught.value).startswith("f.yaml, line ")


def test_a_bomb_is_refused_before_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamltree, "MOST_NODES", 50)
    with pytest.raises(DeclaredError, match="stand for more than 50 values"):
        parse_yaml(PATH, "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\nb: [*a, *a, *a, *a]\n")
    with pytest.raises(DeclaredError, match="stand for more than 50 values"):
        parse_yaml(PATH, "a: &a {b: 1, c: 2, d: 3, e: 4, f: 5, g: 6, h: 7}\nb: {<<: [*a, *a, *a]}\n")
    with pytest.raises(DeclaredError, match="line 50: holds more than 50 values"):
        parse_yaml(PATH, "- x\n" * 60)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"a: 1\nb: \xff\xfe", "line 2: is not UTF-8 text; save it as UTF-8"),
        ("a: ä".encode("utf-16"), "line 1: is not UTF-8 text"),
        (b"a: 1\n" * 1_000_000, ": is larger than 4 MB; split it into several files"),
    ],
)
def test_what_is_no_text(tmp_path: Path, raw: bytes, told: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(raw)
    with pytest.raises(DeclaredError) as caught:
        documents_of(path)
    assert told in str(caught.value)


def test_files_of_any_editor(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - c\rd: 2\n")
    (document,) = documents_of(path)
    assert document.data == {"a": 1, "b": ["c"], "d": 2}
    assert document.line_of("d") == 4
    with pytest.raises(DeclaredError, match="there is no such file"):
        documents_of(tmp_path / "none.yaml")
    with pytest.raises(DeclaredError, match=r"cannot be read \(Is a directory\)"):
        documents_of(tmp_path)


def test_front_matter() -> None:
    found = front_matter_of(PATH, "---\na: 1\nb: 2\n---\n# Title\n---\n")
    assert found is not None
    assert (found.data, found.line_of("b")) == ({"a": 1, "b": 2}, 3)
    assert front_matter_of(PATH, "# Title\n---\na: 1\n---\n") is None
    assert front_matter_of(PATH, "---\n---\n") is None
    with pytest.raises(DeclaredError, match="line 1: the front matter is not closed"):
        front_matter_of(PATH, "---\na: 1\n")
    with pytest.raises(DeclaredError, match="line 3: the key 'a' stands already in line 2"):
        front_matter_of(PATH, "---\na: 1\na: 2\n---\n")


@pytest.mark.parametrize("loader", [yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)])
def test_with_and_without_the_c_library(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamltree, "_LOADER", loader)
    first, second = parse_yaml(PATH, "a: &a [1, {b: 1.50}]\nc: *a\n--- \nd: |\n  x\n  y\ne: !!str 1\n")
    assert first.data == {"a": [1, {"b": 1.5}], "c": [1, {"b": 1.5}]}
    assert second.data == {"d": "x\ny\n", "e": "1"}
    assert (first.line_of("a", 1, "b"), second.line_of("e"), first.text("a", 1, "b")) == (1, 7, "1.50")
    for wrong in ("a: !x 1", "a: [", "a: *b", "[" * 1000, "%x", "a: b: c"):
        with pytest.raises(DeclaredError):
            parse_yaml(PATH, wrong)


_YAMLISH = st.text(alphabet=st.sampled_from("ab01:-?[]{}#&*!|>'\"%@`,. \n\t~<=\x00\x85\u2028é"), max_size=60)


@given(st.one_of(st.text(max_size=200), _YAMLISH))
def test_any_text_is_yaml_or_told(text: str) -> None:
    try:
        documents = parse_yaml(PATH, text)
    except DeclaredError as problem:
        assert str(problem).startswith("f.yaml")
        assert 0 <= problem.line <= len(text) + 2
    else:
        assert all(document.line >= 1 for document in documents)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(raw)
    try:
        documents_of(path)
    except DeclaredError as problem:
        assert problem.path == path


_NAMES = st.text(alphabet="abcdefgh-_", min_size=1, max_size=6).filter(lambda name: name[0] not in "-")
_NESTED: st.SearchStrategy[Any] = st.recursive(
    st.integers(-5, 5),
    lambda inner: st.dictionaries(_NAMES, inner, min_size=1, max_size=4) | st.lists(inner, min_size=1, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(_NAMES, _NESTED, min_size=1, max_size=4))
def test_the_line_of_every_key_of_generated_maps(data: dict[str, Any]) -> None:
    """Each key and each item is written onto a line of its own, so that its line can be counted."""
    lines: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}

    def write(value: Any, path: tuple[str | int, ...], indent: int) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            begin = f"{' ' * indent}{key}:" if isinstance(value, dict) else f"{' ' * indent}-"
            lines.append(begin if isinstance(inner, (dict, list)) else f"{begin} {inner}")
            # An item that is a map or a list begins on its first key's or item's line, as there is nothing before it.
            nested_item = isinstance(value, list) and isinstance(inner, (dict, list))
            expected[(*path, key)] = len(lines) + nested_item
            if isinstance(inner, (dict, list)):
                write(inner, (*path, key), indent + 2)

    write(data, (), 0)
    document = one("\n".join(lines))
    assert document.data == data
    for path, line in expected.items():
        assert document.line_of(*path) == line
        assert document.line_of(*path, "nothing") == line
