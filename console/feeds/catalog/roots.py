"""Where an installation's declaring files are."""

from __future__ import annotations

from console.config import Settings
from console.feeds.catalog.find import Root
from console.feeds.catalog.shelf import FileShelf


def shelf_of(settings: Settings) -> FileShelf:
    """All declaring files of an installation, what is most its own first: flows.toml, the other files beside
    config.toml, then the catalogue. One shelf serves all feeds that read from it."""
    flows, catalog = settings.given("flows"), settings.given("catalog")
    return FileShelf(
        [
            *(Root(path, flows) for path in settings.flows),
            *(Root(path, False) for path in settings.declaring),
            *(Root(path, catalog) for path in settings.catalog),
        ]
    )
