"""What of Textual is relied on that it does not promise. When this fails after an upgrade, look there first."""

from __future__ import annotations

import inspect
from importlib.metadata import requires

import pytest
from rich.style import Style
from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._parser import Parser
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen


def test_the_version_is_bounded() -> None:
    wanted = [line for line in requires("fourthsignal") or () if line.startswith("textual")]
    assert wanted == ["textual<8.3,>=8.2.8"]


@pytest.mark.parametrize(
    ("function", "uses"),
    [
        (Screen._compositor_refresh, ["app._display(", "render_update("]),
        (Screen._on_timer_update, ["_compositor_refresh()"]),
        (App._display, ["self._batch_count", "self._running", "self._closed", "self.post_display_hook()"]),
        (App._on_terminal_supports_synchronized_output, ["self._sync_available = True"]),
        (Compositor.render_partial_update, ["ChopsUpdate(chops, spans, chop_ends)"]),
        (Compositor.render_full_update, ["LayoutUpdate(render_strips, screen_region)"]),
        (LinuxDriver.start_application_mode, ["self._get_terminal_size()", "self._writer_thread = WriterThread("]),
        (LinuxDriver.disable_input, ["self._key_thread.join()"]),
        (LinuxDriver.process_message, ["super().process_message(message)"]),
        (Parser.tick, ["self._timeout_time"]),
        (XTermParser.parse, ["events.CursorPosition(x, y)"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_it_does_what_is_relied_on(function: object, uses: list[str]) -> None:
    source = inspect.getsource(function)  # type: ignore[arg-type]
    for text in uses:
        assert text in source


def test_shapes_of_updates_and_styles() -> None:
    assert list(inspect.signature(ChopsUpdate.__init__).parameters) == ["self", "chops", "spans", "chop_ends"]
    assert list(inspect.signature(LayoutUpdate.__init__).parameters) == ["self", "strips", "region"]
    assert Style(bold=True, reverse=True, overline=True)._attributes == 0b1000001000001
    assert Style(bold=False)._set_attributes == 1


def test_function_keys_that_look_like_answers() -> None:
    """Only those of the first row do, and Textual takes them for a place of the cursor."""
    keys = [sequence for sequence in ANSI_SEQUENCES_KEYS if sequence.endswith("R") and ";" in sequence]
    assert keys
    assert all(sequence.startswith("\x1b[1;") for sequence in keys)
    parser = XTermParser()
    assert [type(event) for event in parser.feed("\x1b[1;2R")] == [events.CursorPosition]


def test_frames_a_second_are_read_from_the_environment() -> None:
    assert "TEXTUAL_FPS" in inspect.getsource(constants)
