"""``may``: whether the token permits something.

Request: ``capability`` (``alloc-lifecycle``, ``node:write``) and ``namespace``. Answer: ``may`` (true, false, or null
where it cannot be told and Nomad will decide), ``why`` and ``todo``.
"""

from __future__ import annotations

from console.errands.acting.permits import permitted
from console.errands.errand import Errand


async def may(errand: Errand) -> None:
    """Answer with what the token's policies say."""
    permit = await permitted(errand.nomad, errand.text("capability"), errand.text("namespace", "default"))
    await errand.answer(**permit._asdict())
