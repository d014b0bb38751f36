"""Copies and links as they reach a real terminal, whichever driver draws."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest

from console.screens.out.copying import id_offer, name_of
from console.signals import EntityKind, EntityRef
from tests.screens.terminal import Terminal

OSC52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")

LINKED = re.compile(rb"\x1b\]8;[^;]*;(http[^\x1b]+)\x1b\\(?:\x1b\[[\d;]*m)*([^\x1b]+)")


@pytest.mark.parametrize("driver", ["fast", "plain"])
def test_outside_tmux_the_terminal_gets_the_text_and_the_link(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FOURTHSIGNAL_TERMINAL", driver)
    board = Terminal(["-m", "console", "replay", str(story), "--at", "+12m30s"], size=(160, 40), home=tmp_path)
    try:
        board.until("partner-docs")
        board.type("c")
        board.until("to the terminal's clipboard, if it allows.")
        copied = [b64decode(one).decode() for one in OSC52.findall(board.output)]
        assert len(copied) == 1
        assert re.fullmatch(r"[\w-]+/.+", copied[0])
        assert "Copied job " + copied[0] in board.screen()
        board.type(":link\r")
        board.until("/ui/jobs/")
        linked = LINKED.findall(board.output)
        assert linked
        assert {address for address, _ in linked} == {text for _, text in linked}
        board.type("q")
        assert board.ended(10) == 0
        assert board.restored
    finally:
        board.close()


@pytest.mark.parametrize(
    ("kind", "entity_id", "copied", "name"),
    [
        (EntityKind.JOB, "shop@eu/a/b", "shop/a/b", "a/b"),
        (EntityKind.SERVICE, "shop/web", "shop/web", "web"),
        (EntityKind.ALLOCATION, "3f2a91bc-0b1d", "3f2a91bc-0b1d", "3f2a91bc-0b1d"),
        (EntityKind.TASK, "3f2a@x/server", "3f2a@x/server", "server"),
        (EntityKind.TOPIC, "docs@x/y", "docs@x/y", "y"),
        (EntityKind.JOB, "shop/a\nrm -r ~\n\x1b[2J", "shop/a rm -r ~ \ufffd[2J", "a rm -r ~ \ufffd[2J"),
    ],
)
def test_ids_are_those_that_other_tools_know(kind: EntityKind, entity_id: str, copied: str, name: str) -> None:
    entity = EntityRef(kind, entity_id)
    assert id_offer(entity).text == copied
    assert name_of(entity) == name
