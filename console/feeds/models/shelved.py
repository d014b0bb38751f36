"""What files and model cards on the shelf say of models, as governance puts sources together."""

from __future__ import annotations

from collections.abc import Sequence

from console.declared.shapes import Declared, ModelPart, Shelf
from console.governance.models import ModelSaid
from console.governance.shapes import ModelVersionDoc, SaidDoc


def said_by_files(shelf: Shelf) -> list[ModelSaid]:
    """All parts, in the order of their files."""
    return [_said(file, part) for file in shelf.files for part in file.contents.models]


def written_ms(shelf: Shelf) -> dict[str, int]:
    """When the newest file that names a model was written (unix ms), by the model's name."""
    found: dict[str, int] = {}
    for file in shelf.files:
        for part in file.contents.models:
            found[part.name] = max(found.get(part.name, 0), file.written_ms)
    return found


def _said(file: Declared, part: ModelPart) -> ModelSaid:
    said: dict[str, SaidDoc] = {
        field: {
            "value": told.value,
            "origin": f"{file.path}:{told.line}" if told.line else str(file.path),
            "via": part.via,
            "read_ms": file.read_ms,
        }
        for field, told in part.fields.items()
    }
    origin = f"{file.path}:{part.line}" if part.line else str(file.path)
    return ModelSaid(part.name, part.via, origin, said, _newest_first(part.versions), {}, part.doubts, file.read_ms)


def _newest_first(versions: Sequence[ModelVersionDoc]) -> Sequence[ModelVersionDoc]:
    """By their times where all have one, otherwise as the file has them."""
    times = [
        max(one.get("trained_ms", 0), one.get("evaluated_ms", 0), one.get("promoted_ms", 0)) for one in versions
    ]  # fmt: skip
    if not all(times):
        return versions
    return [one for _, one in sorted(zip(times, versions, strict=True), key=lambda pair: -pair[0])]
