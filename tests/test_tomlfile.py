"""TOML files: each key's line is known, and errors name file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tomlfile import TomlError, key_lines, parse_toml, read_toml

TEXT = """\
# a comment with [brackets] and key = value
top = 1
"quoted key" = 2
a.b = 3
text = \"\"\"
fake = 1
[fake]
\"\"\"
[nomad]  # here
address = "x"

[[flow]]
name = "one"
[[flow]]
name = "two"
[flow.labels]
feed = "docs"
"""


def test_lines_of_keys() -> None:
    file = parse_toml(Path("f.toml"), TEXT)
    assert file.line_of("top") == 2
    assert file.line_of("quoted key") == 3
    assert file.line_of("a", "b") == 4
    assert file.line_of("nomad") == 9
    assert file.line_of("nomad", "address") == 10
    assert file.line_of("nomad", "nothing") == 9
    assert file.line_of("flow", 0, "name") == 13
    assert file.line_of("flow", 1, "name") == 15
    assert file.line_of("flow", 1, "labels", "feed") == 17
    assert file.line_of("fake") == 0


@given(st.text())
def test_any_text_is_scanned(text: str) -> None:
    for line in key_lines(text).values():
        assert 1 <= line <= text.count("\n") + 1


@given(st.text(max_size=200))
def test_any_text_is_toml_or_told(text: str) -> None:
    try:
        parse_toml(Path("f.toml"), text)
    except TomlError as problem:
        assert str(problem).startswith("f.toml")


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [(b"a = 1\nb = \n", 2, "not valid TOML"), (b"a = 1\nb = '\xff'\n", 2, "UTF-8"), (b"a = [\n1,\n", 3, "TOML")],
)
def test_broken_files(tmp_path: Path, raw: bytes, line: int, what: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(raw)
    with pytest.raises(TomlError, match=what) as caught:
        read_toml(path)
    assert caught.value.line == line
    assert caught.value.where == f"{path}, line {line}"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TomlError, match="no such file"):
        read_toml(tmp_path / "none.toml")
