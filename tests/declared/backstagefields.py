"""Every field of the published JSON schemas of Backstage's catalogue, all versions of them together, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENTITY = "apiVersion kind metadata spec relations status"
METADATA = "uid etag generation name namespace title description labels annotations tags links"
LINK = "url title icon type"
RELATION = "type target targetRef"
REFERENCE = "kind namespace name"
PROFILE = "displayName email picture"
STEP = "id name action input if"
REMOTE = "type url"
ACTIVATION = "harness paths description alwaysApply globs"
OUTPUT_LINK = "url entityRef title icon"

SPECS: Mapping[str, str] = {
    "Component": "type lifecycle owner system subcomponentOf providesApis consumesApis dependsOn dependencyOf",
    "API": "type lifecycle owner system definition remotes",
    "Resource": "type owner system dependsOn dependencyOf partOf hasPart",
    "System": "owner domain type",
    "Domain": "owner subdomainOf type",
    "Group": "type profile parent children members leader",
    "User": "profile memberOf leaderOf",
    "Location": "type target targets presence",
    "Template": "type parameters steps output owner lifecycle presentation EXPERIMENTAL_recovery",
    "AiResource": (
        "type lifecycle owner system disciplines categories category agents dependsOn allowedTools license "
        "compatibility rationale activation skills plugins version"
    ),
    "Environment": "owner",
    "Capability": "identifier",
}

_LISTS = (
    "providesApis consumesApis dependsOn dependencyOf partOf hasPart children members memberOf leaderOf targets "
    "disciplines categories agents allowedTools skills plugins"
)


def entity(kind: str, **given: Any) -> dict[str, Any]:
    """An entry of a kind with every field there is; ``given`` are those of its spec that a test wants otherwise."""
    links = [{field: f"https://example.org/{field}" if field == "url" else field for field in LINK.split()}]
    metadata = {field: f"{kind}-{field}" for field in METADATA.split()} | {
        "generation": 13,
        "namespace": "shop",
        "labels": {"example.com/custom": "value"},
        "annotations": {"example.com/a": "b", "github.com/project-slug": "org/repo"},
        "tags": ["java", "data"],
        "links": links,
    }
    profile = {field: f"{field}@example.org" for field in PROFILE.split()}
    step = {field: f"step-{field}" for field in STEP.split()} | {"input": {"url": "./x"}, "if": "${{ parameters.go }}"}
    output = {"links": [{field: f"out-{field}" for field in OUTPUT_LINK.split()}], "text": ["any"]}
    spec: dict[str, Any] = {field: f"{kind.lower()}-{field}" for field in SPECS[kind].split()}
    spec |= {field: [f"one-{field}", f"two-{field}"] for field in spec if field in _LISTS.split()}
    spec |= {
        field: value
        for field, value in {
            "profile": profile,
            "steps": [step],
            "remotes": [{field: f"remote-{field}" for field in REMOTE.split()}],
            "activation": [{field: [field] for field in ACTIVATION.split()}],
            "output": output,
            "parameters": [{"required": ["name"], "properties": {"name": {"type": "string"}}}],
            "presentation": {"buttonLabels": {"backButtonText": "Back"}},
            "EXPERIMENTAL_recovery": {"EXPERIMENTAL_strategy": "startOver"},
        }.items()
        if field in spec
    }
    reference = {field: f"ref-{field}" for field in REFERENCE.split()}
    relations = [{"type": "ownedBy", "target": reference, "targetRef": "group:shop/team"}]
    version = "scaffolder.backstage.io/v1beta3" if kind == "Template" else "backstage.io/v1alpha1"
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": metadata,
        "spec": spec | given,
        "relations": relations,
        "status": {"items": [{"type": "x", "level": "error", "message": "y"}]},
    }
