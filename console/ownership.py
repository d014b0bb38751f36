"""Who answers for a data flow or a job: what its file and what a job's own meta says. Pure, and light to import."""

from collections.abc import Mapping
from typing import Any, NamedTuple

OWNER = ("owner", "team", "owned_by", "owner_team")
ON_CALL = ("on_call", "oncall", "on-call", "pager", "escalation")
CONTRACT = ("data_contract", "contract", "data-contract")


class Answer(NamedTuple):
    """Who answers, by one source; empty where it does not say."""

    owner: str
    on_call: str
    contract: str

    def otherwise(self, other: "Answer") -> "Answer":
        """This one, with the other where it does not say."""
        return Answer(*(one or second for one, second in zip(self, other, strict=True)))


NOBODY = Answer("", "", "")


def by_meta(doc: Mapping[str, Any] | None) -> Answer:
    """What the meta of a job's document says."""
    meta: Mapping[str, Any] = (doc.get("meta") if doc else None) or {}
    lower = {str(key).casefold(): _text(value) for key, value in meta.items()}
    return Answer(*(next((lower[key] for key in keys if lower.get(key)), "") for keys in (OWNER, ON_CALL, CONTRACT)))


def by_file(doc: Mapping[str, Any] | None) -> Answer:
    """What the document of a flow says, which is what a file says."""
    if doc is None:
        return NOBODY
    return Answer(*(_text(doc.get(key)) for key in ("owner", "on_call", "contract")))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
