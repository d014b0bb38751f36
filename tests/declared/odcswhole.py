"""A data contract that uses every field of a version of the standard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.declared.odcsfields import FIELDS, SERVERS

# Fields that are no text in the schemas, whatever definition they stand in.
_VALUES: Mapping[str, Any] = {
    **dict.fromkeys(("primaryKey", "required", "unique", "partitioned", "criticalDataElement", "uniqueItems"), True),
    **dict.fromkeys(("primaryKeyPosition", "partitionKeyPosition", "minLength", "maxLength", "minItems"), 3),
    **dict.fromkeys(("maxItems", "minProperties", "maxProperties", "mustBe", "mustNotBe"), 7),
    **dict.fromkeys(("mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo"), 8.5),
    **{field: [1, 9.25] for field in ("mustBeBetween", "mustNotBeBetween")},
    **{field: ["one", "two"] for field in ("tags", "transformSourceObjects")},
    **dict.fromkeys(("dateIn", "dateOut"), "2022-08-02"),
    "examples": ["text", 1, 2.5, True],
    "timezone": True,
    "port": 5432,
    "priceAmount": 9.95,
    "multipleOf": 0.01,
    "arguments": {"missingValues": ["", "N/A"], "properties": ["a", "b"]},
    "contractCreatedTs": "2022-11-15T02:59:43Z",
}


class Filled:
    """Builds maps that have every field of a definition, and remembers which definitions it built."""

    def __init__(self, version: str) -> None:
        self.fields = FIELDS[version]
        self.built: set[str] = set()

    def of(self, definition: str, **given: Any) -> dict[str, Any]:
        """A map with all fields of a definition: the given values, others by their kind or telling where they are."""
        self.built.add(definition)
        return {
            field: given.get(field, _VALUES.get(field, f"{definition}.{field}"))
            for field in self.fields[definition].split()
        }

    def has(self, definition: str) -> bool:
        return definition in self.fields


def whole_contract(version: str) -> tuple[dict[str, Any], set[str]]:
    """A contract of a version (``v3.0``, ``v3.1``) with every field of its schema, and the definitions in it."""
    make = Filled(version)
    links = [make.of("AuthoritativeDefinition", url="https://example.org/a")]
    custom = [make.of("CustomProperty", value={"any": ["thing", 1, None]})]
    common: dict[str, Any] = {"authoritativeDefinitions": links, "customProperties": custom, "tags": ["one", "two"]}
    roles = [make.of("Role", **common)]
    related = [make.of("RelationshipBase", **common)] if make.has("RelationshipBase") else []
    quality = [make.of("DataQuality", **common, type=kind) | more for kind, more in _quality(make).items()]
    options = make.of(
        "LogicalTypeOptions", required=["a"], exclusiveMaximum=5, maximum=4, minimum=1, exclusiveMinimum=0
    )
    inner = make.of("SchemaElement", **common) | make.of(
        "SchemaBaseProperty",
        logicalTypeOptions=options,
        quality=quality,
        properties=[],
        items={},
        relationships=related,
    )
    items = inner | make.of("SchemaItemProperty", properties=[inner | {"name": "deep"}])
    prop = inner | {"properties": [inner | {"name": "inner"}], "items": items, "name": "outer"}
    thing = make.of("SchemaElement", **common) | make.of(
        "SchemaObject", properties=[prop], quality=quality, relationships=related
    )
    servers = [
        make.of("Server", roles=roles, **common) | make.of(f"Server {name}") | {"type": kind}
        for name, kind in SERVERS.items()
        if make.has(f"Server {name}")
    ]
    members = [make.of("TeamMember", **common)]
    contract = make.of(
        "Contract",
        **common,
        apiVersion={"v3.0": "v3.0.2", "v3.1": "v3.1.0"}[version],
        kind="DataContract",
        servers=servers,
        description=make.of("Description", **common),
        schema=[thing],
        support=[make.of("SupportItem", url="https://example.org/chat", **common)],
        price=make.of("Pricing"),
        team=make.of("Team", members=members, **common) if make.has("Team") else members,
        roles=roles,
        slaProperties=[make.of("ServiceLevelAgreementProperty", value=5, valueExt=6)],
    )
    return contract, make.built


def _quality(make: Filled) -> Mapping[str, dict[str, Any]]:
    operators = make.of("DataQualityOperators") if make.has("DataQualityOperators") else {}
    library = make.of("DataQualityLibrary")
    sql = make.of("DataQualitySql")
    return {
        "text": {},
        "library": operators | library,
        "sql": operators | sql,
        "custom": make.of("DataQualityCustom", implementation={"checks": [{"any": "thing"}]}),
    }
