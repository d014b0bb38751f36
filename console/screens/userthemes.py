"""Themes on the screens: a user's own beside ours."""

from __future__ import annotations

import os
from pathlib import Path

from console.settings.paths import config_dir
from themes import ThemeFile, load, names


def theme_names() -> tuple[str, ...]:
    """All themes that can be named."""
    return names(_own())


def load_theme(name: str) -> ThemeFile:
    """Read a theme; one in ``$XDG_CONFIG_HOME/fourthsignal/themes/`` wins over ours. Raises ThemeError."""
    return load(name, _own())


def _own() -> tuple[Path, ...]:
    return (config_dir(os.environ) / "themes",)
