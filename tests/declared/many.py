"""Any number of realistic data contracts, alike from the same seed: for tests of many flows and for the bench."""

from __future__ import annotations

import random
from pathlib import Path

_TEAMS = ("search-data", "catalog", "partner-data", "billing", "ml-platform", "geo", "reviews", "fraud")
_PEOPLE = ("amy", "ben", "chu", "dana", "eli", "fay", "gus", "hana", "ivo", "jun", "kai", "lea", "marta", "noor")
_FIELDS = (
    ("id", "string", "varchar(36)"),
    ("price", "number", "decimal(12,2)"),
    ("currency", "string", "char(3)"),
    ("title", "string", "text"),
    ("updated_at", "timestamp", "timestamptz"),
    ("partner_id", "string", "varchar(18)"),
    ("stock", "integer", "bigint"),
    ("language", "string", "varchar(8)"),
    ("embedding", "array", "vector(1024)"),
)


def contract(number: int) -> str:
    """The text of one contract, 60 to 120 lines; each third one is of v3.0, with a team that is a list."""
    luck = random.Random(number)
    old = number % 3 == 0
    team = luck.choice(_TEAMS)
    name = f"docs.{team}.{number:04d}"
    people = luck.sample(_PEOPLE, 3)
    lines = [
        f"# The contract for {name}: what its consumers may rely on.",
        f"apiVersion: {'v3.0.2' if old else 'v3.1.0'}",
        "kind: DataContract",
        f"id: urn:contract:{name}",
        f"name: {name}",
        f"version: {luck.randint(1, 4)}.{luck.randint(0, 12)}.0",
        f"status: {luck.choice(('active', 'active', 'active', 'draft', 'deprecated'))}",
        "tenant: shop",
        f"domain: {team}",
        "description:",
        f"  purpose: Documents that answers are made of, from {team}.",
        "  usage: Read by the indexer; each document replaces the one before with the same id.",
        "  limitations: Prices are without tax.",
        "team:",
        *_team(team, people, old),
        "support:",
        f'  - channel: "#{team}"',
        "    tool: slack",
        "    scope: interactive",
        f"  - channel: {team}-announcements",
        "    tool: email",
        "    scope: announcements",
        f"    url: mailto:{team}@example.org",
        "servers:",
        "  - server: events",
        "    type: kafka",
        "    environment: prod",
        "    host: kafka.example.org:9092",
        "    format: avro",
        f"  - server: store-{luck.choice(('eu', 'us'))}",
        "    type: postgres",
        "    environment: prod",
        "    host: db.example.org",
        "    port: 5432",
        "    database: docs",
        f"    schema: {team.replace('-', '_')}",
        "slaProperties:",
        f"  - {{property: freshness, value: {luck.choice((5, 15, 60))}, unit: min}}",
        "  - property: latency",
        f"    value: {luck.choice((30, 90))}",
        "    unit: s",
        "  - property: retention",
        f"    value: {luck.choice((1, 2, 3))}",
        f"    unit: {luck.choice(('y', 'y', 'y', 'm'))}",
        f"  - {{property: endOfSupport, value: {luck.choice((2027, 2028))}-12-31}}",
        "schema:",
        "  - name: document",
        f"    physicalName: {name}.v1",
        "    physicalType: topic",
        "    logicalType: object",
        "    quality:",
        "      - metric: rowCount",
        "        dimension: completeness",
        "        mustBeGreaterOrEqualTo: 99.9",
        "        unit: percent",
        "    properties:",
        *(line for field in luck.sample(_FIELDS, luck.randint(1, 7)) for line in _property(field, luck)),
        "customProperties:",
        "  - property: fourthsignal.io/last-reviewed",
        f"    value: 2026-{luck.randint(1, 11):02d}-{luck.randint(1, 28):02d}",
        "  - {property: fourthsignal.io/producer, value: " + f"data/{team}-feed}}",
        "  - property: fourthsignal.io/consumers",
        "    value: [search/indexer, search/answerer]",
        "tags: [documents, answers]",
        "contractCreatedTs: 2025-02-03T09:12:43Z",
    ]
    return "\n".join(lines) + "\n"


def write_contracts(folder: Path, count: int) -> list[Path]:
    """Write contracts 0 to ``count`` into a folder, each into a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"contract-{number:05d}.odcs.yaml" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(contract(number), encoding="utf-8")
    return paths


def _team(team: str, people: list[str], old: bool) -> list[str]:
    indent = "  " if old else "    "
    members = [
        line
        for person, role in zip(people, ("Data Owner", "Data Engineer", "Data Engineer"), strict=True)
        for line in (f"{indent}- username: {person}", f"{indent}  role: {role}", f"{indent}  dateIn: 2024-05-01")
    ]
    return members if old else [f"  name: {team}", "  members:", *members]


def _property(field: tuple[str, str, str], luck: random.Random) -> list[str]:
    name, logical, physical = field
    return [
        f"      - name: {name}",
        f"        logicalType: {logical}",
        f"        physicalType: {physical}",
        f"        required: {str(luck.random() < 0.6).lower()}",
        f'        description: "The {name} of the document, as the partner gives it"',
        f"        classification: {luck.choice(('public', 'internal'))}",
    ]
