"""An address shown in full, each piece of which leads to the whole."""

from __future__ import annotations

from textual.app import App, ComposeResult

from widgets.linkview import LinkView

ADDRESS = "https://nomad.example:4646/ui/allocations/3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55?region=eu"


class Shown(App[None]):
    def __init__(self, view: LinkView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


async def test_every_piece_of_a_folded_address_is_the_same_link() -> None:
    view = LinkView(ADDRESS)
    async with Shown(view).run_test(size=(40, 6)) as pilot:
        await pilot.pause()
        assert "".join(line.strip() for line in view.plain()) == ADDRESS
        segments = [one for y in range(6) for one in view.line(y, 40) if one.text.strip()]
        assert len(segments) == 3
        assert {one.style.link for one in segments if one.style is not None} == {ADDRESS}


async def test_nothing_that_a_terminal_acts_on_gets_into_the_link() -> None:
    view = LinkView("https://x/\x1b]52;c;eA==\x07\x1b\\ y\u202e")
    async with Shown(view).run_test(size=(60, 3)) as pilot:
        await pilot.pause()
        links = {one.style.link for one in view.line(0, 60) if one.style is not None and one.style.link}
        assert links == {"https://x/]52;c;eA==\\y"}


async def test_what_is_no_link_is_only_shown() -> None:
    view = LinkView("nomad alloc exec x", leads=False)
    async with Shown(view).run_test(size=(40, 3)) as pilot:
        await pilot.pause()
        assert view.plain()[0].strip() == "nomad alloc exec x"
        assert all(one.style is None or one.style.link is None for one in view.line(0, 40))
