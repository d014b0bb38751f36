"""Imports the board without the parts of Textual and asyncio that it has no use for: a seventh of its start.

Textual imports its command palette with all the widgets in it, and asyncio imports TLS. The board has a finder of its
own and never talks to a network. While the board is imported, stand-ins take their places; afterwards these go away
again, and whoever imports one of the modules then gets the real one.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.app import BoardApp

# What Textual names of each: bases of classes that nobody makes, annotations, functions that nobody calls.
_SPARED = {
    "textual.command": "CommandListItem CommandPalette DiscoveryHit Hit Hits Provider SimpleProvider",
    "platformdirs": "user_downloads_path",
}


def board_app() -> type[BoardApp]:
    """The class of the app, imported lightly where nobody has imported it yet."""
    stood_in: dict[str, ModuleType | None] = {}
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        stood_in["ssl"] = None  # "not installed", with which asyncio can do
    if "textual" not in sys.modules:
        stood_in |= {name: _stand_in(name, names) for name, names in _SPARED.items() if name not in sys.modules}
    sys.modules.update(stood_in)  # type: ignore[arg-type]  # None is what Python itself puts there
    try:
        from console.screens.app import BoardApp
    finally:
        for name in stood_in:
            del sys.modules[name]
    return BoardApp


def _stand_in(name: str, names: str) -> ModuleType:
    module = ModuleType(name)
    for one in names.split():
        setattr(module, one, type(one, (), {}))
    return module
