"""What a person means to review: ``flow:docs.price``, or a name that only one thing has. Pure."""

# No postponed annotations here: they would be compiled at every start.
from collections.abc import Iterable, Sequence

from console.governance.reviews import REVIEWED
from console.plain import plain
from console.settings.errors import nearest
from console.signals import EntityKind, EntityRef

_SHOWN = 5


class UnclearSubjectError(Exception):
    """A text that means nothing that is known, or several things; its text is one sentence without its stop."""


def meant(text: str, subjects: Iterable[EntityRef]) -> EntityRef:
    """The one of the known subjects that a text means. Case counts only where it tells two apart.

    Raises UnclearSubjectError, which names the nearest or all that it could mean.
    """
    known = sorted(set(subjects), key=str)
    kind, colon, name = text.strip().partition(":")
    of_kind = [one for one in known if one.kind.value == kind.casefold()] if colon else []
    if colon and kind.casefold() in [one.value for one in REVIEWED]:
        found = _called(name, of_kind)
    else:
        found, of_kind = _called(text.strip(), known), known
    if len(found) == 1:
        return found[0]
    if found:
        raise UnclearSubjectError(f"{plain(text, 120)!r} may be {_listed(found)}; write which")
    raise UnclearSubjectError(_unknown(text, of_kind, known))


def subject_of(entity: EntityRef | None) -> EntityRef | None:
    """What is reviewed where an entity is looked at: of a model's version the model; None where nothing can be."""
    if entity is None or entity.kind not in REVIEWED:
        return None
    if entity.kind is EntityKind.MODEL:
        return EntityRef(EntityKind.MODEL, entity.id.partition("@")[0])
    return entity


def _called(name: str, known: Sequence[EntityRef]) -> list[EntityRef]:
    wanted = name.strip()
    return [one for one in known if one.id == wanted] or [
        one for one in known if one.id.casefold() == wanted.casefold()
    ]


def _unknown(text: str, of_kind: Sequence[EntityRef], known: Sequence[EntityRef]) -> str:
    said = f"the tape knows no {plain(text, 120)!r}"
    if not known:
        return "the tape knows no flow, KPI or model to review"
    name = text.strip().casefold()
    by_text = {form: one for one in of_kind for form in (str(one).casefold(), one.id.casefold())}
    near = nearest(name, by_text) or nearest(name.partition(":")[2], by_text)
    return f"{said}; did you mean {by_text[near]}?" if near else f"{said}; it knows {_listed(known)}"


def _listed(known: Sequence[EntityRef]) -> str:
    shown = [plain(str(one), 120) for one in known[:_SHOWN]]
    if len(known) > _SHOWN:
        shown.append(f"{len(known) - _SHOWN} more")
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
