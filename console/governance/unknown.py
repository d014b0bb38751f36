"""What a flow names and nobody else knows: owners who are in no catalogue, jobs that lineage does not show. Pure."""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Mapping

from console.governance.disagree import synonyms
from console.governance.fields import folded_job, folded_owner
from console.governance.merge import said_of
from console.governance.shapes import DoubtDoc, FlowDoc, OwnerDoc
from console.plain import plain


def unknown_owners(flows: Mapping[str, FlowDoc], owners: Mapping[str, OwnerDoc]) -> dict[str, DoubtDoc]:
    """A doubt for each flow whose owner is none of the groups and people that catalogues define. Call it only where
    one defines any: what nobody lists, nobody can miss."""
    known = synonyms({name: doc for name, doc in owners.items() if not doc.get("removed")})
    found: dict[str, DoubtDoc] = {}
    for name, doc in flows.items():
        owner = doc.get("owner")
        if owner and not doc.get("removed") and folded_owner(owner) not in known:
            why = f"no catalogue has a group or person {plain(owner, 100)!r}"
            found[name] = {"field": "owner", "why": why, "origin": said_of(doc)["owner"][0]["origin"]}
    return found


def unseen_jobs(flows: Mapping[str, FlowDoc], jobs: Mapping[str, DoubtDoc]) -> dict[str, DoubtDoc]:
    """A doubt for each flow whose producer or consumer is one of the jobs (folded) that lineage does not show."""
    found: dict[str, DoubtDoc] = {}
    for name, doc in flows.items() if jobs else ():
        for job in (doc["producer"], *doc["consumers"]):
            if job and (doubt := jobs.get(folded_job(job))) is not None:
                found.setdefault(name, doubt)
    return found
