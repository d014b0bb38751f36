"""Data contracts of the Open Data Contract Standard v3 (``kind: DataContract``), v3.0 and v3.1; v3.2 as far as known.

The whole document is kept as it stands (ContractDoc); what it says of the data flow that it is a contract for is a
FlowPart: its name is the custom property ``fourthsignal.io/flow``, else ``name``, else ``id``. The standard has no
place for consumers, upstream flows, the person on call or the date of a review, so these are custom properties of our
own (``ownkeys.py`` lists them), which go before what the standard says where both say the same field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from console.declared.odcsquality import quality
from console.declared.odcssaid import Section
from console.declared.odcssla import service_levels
from console.declared.odcsstages import stages, topics
from console.declared.odcssupport import support
from console.declared.odcsteam import team
from console.declared.ownkeys import FLOW, Own, Said, own_fields
from console.declared.shapes import Contents, FlowPart, Told
from console.declared.withheld import shown as shown_value
from console.declared.withheld import without_secrets
from console.declared.yamlfile import YamlDocument, shown
from console.declared.yamlpart import Part, root
from console.governance.shapes import ContractDoc, OwnerDoc

VIA = "odcs"
KIND = "DataContract"
WORD = re.compile(
    r"""["']?kind["']?\s*:\s*["']?DataContract\b|["']?dataContractSpecification["']?\s*:"""
    r"""|["']?apiVersion["']?\s*:\s*["']?v?[23]\.\d"""
)

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+.*)?", re.ASCII)
_OLD = "in v3 dataset became schema, and stakeholders became team"
_STATUS_NEEDED_UNTIL = (3, 1)


def mine(data: Mapping[str, Any]) -> bool:
    """Whether a document is a data contract: by its kind, or by the version of the standard where it has no kind."""
    kind, version = data.get("kind"), data.get("apiVersion")
    if kind is None:
        told = (
            isinstance(version, str) and _VERSION.fullmatch(version) is not None and not _SECTIONS_OF.isdisjoint(data)
        )
        return told or "dataContractSpecification" in data
    return bool(kind == KIND)


def contents_of(document: YamlDocument, path: Path) -> Contents:
    """The contract, its flow and its team. Raises DeclaredError for another version, what is missing or wrong."""
    contract = root(document)
    version = _checked_version(contract)
    id_ = shown_value("", contract.needed("id", "give the contract an id that stays"))
    number = contract.needed("version", "write the version of the contract, as 1.0.0")
    name = contract.name("name")
    own = _own(contract)
    doubts = own.doubts
    fields: dict[str, Told] = {
        **own.alike,
        "contract": Told(id_, contract.line("id")),
        "contract_version": Told(number, contract.line("version")),
    }
    if status := contract.name("status"):
        fields["lifecycle"] = Told(status, contract.line("status"))
    owners: dict[str, OwnerDoc] = {}
    for read in _SECTIONS:
        section = read(contract)
        fields.update(section.fields)
        owners.update(section.owners)
        doubts += section.doubts
    fields.update(own.ours)
    flows = fields.pop(FLOW, Told([name or id_], 0)).value
    known = _names(contract, id_, name) if len(flows) == 1 else []
    body: dict[str, Any] = {**contract.data, "id": id_, "version": number}
    return Contents(
        flows=[
            FlowPart(flow, tuple(dict.fromkeys((flow, *known))), VIA, contract.line("id"), fields, tuple(doubts))
            for flow in flows
        ],
        contracts={id_: _document(version, body, contract)},
        owners=owners,
    )


def _names(contract: Part, id_: str, name: str | None) -> list[str]:
    """All by which the flow of a contract is known: its only topic too."""
    found = topics(contract)
    return [one for one in (name, id_, *(found if len(found) == 1 else ())) if one]


def _document(version: str, body: Mapping[str, Any], contract: Part) -> ContractDoc:
    return {"format": VIA, "version": version, "body": without_secrets(dict(body)), "origin": contract.origin("id")}


def _checked_version(contract: Part) -> str:
    """The version of the standard that a contract is written in."""
    if "dataContractSpecification" in contract.data:
        what = "is a Data Contract Specification, which is not supported; export it as ODCS v3 with datacontract-cli"
        raise contract.wrong(what, "dataContractSpecification")
    kind = contract.needed("kind", f"write kind: {KIND}")
    if kind != KIND:
        raise contract.wrong(f"{shown(kind)} must be {KIND}", "kind")
    version = contract.needed("apiVersion", "write the version of the standard, as v3.1.0")
    found = _VERSION.fullmatch(version)
    if found is None:
        raise contract.wrong(f"{shown(version)} is not a version of the standard; write it as v3.1.0", "apiVersion")
    major, minor = int(found[1]), int(found[2])
    if major != 3:
        todo = f"write it as v3.1.0 ({_OLD})" if major < 3 else "write it as v3.1.0"
        raise contract.wrong(f"version {shown(version)} of the standard is not supported; {todo}", "apiVersion")
    if (major, minor) <= _STATUS_NEEDED_UNTIL:
        contract.needed("status", "write one, as active or draft")
    return version if version.startswith("v") else f"v{version}"


def _own(contract: Part) -> Own:
    """What custom properties say for this console. (Some write them as a map and not as a list.)"""
    given = contract.data.get("customProperties")
    if isinstance(given, dict) and "property" not in given:
        here = Part(contract.document, ("customProperties",), given)
        said = [Said(key, value, here.line(key), here.origin(key)) for key, value in given.items()]
    else:
        parts = contract.parts("customProperties")
        said = [
            Said(part.name("property") or "", _value(part), part.line("property"), part.origin("property"))
            for part in parts
        ]
    return own_fields(said)


def _value(part: Part) -> Any:
    """The value of a custom property; a number as it was written."""
    value = part.data.get("value")
    return part.text("value") if isinstance(value, (int, float)) else value


_SECTIONS_OF = frozenset(("schema", "slaProperties", "servers", "team", "dataProduct", "contractCreatedTs"))
_SECTIONS: tuple[Callable[[Part], Section], ...] = (support, service_levels, quality, stages, team)
