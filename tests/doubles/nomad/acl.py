"""ACL tokens, policies and roles of the double: who may do what, and what a token may know of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.doubles.nomad.answers import ACL_OFF, ANONYMOUS, RefusalError
from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble

Query = dict[str, list[str]]
_OPEN = ("/v1/status/", "/v1/agent/health", "/v1/regions", "/v1/acl/", "/v1/namespaces")
# Which capability a path needs: the first that fits. What begins with "node:" is of no namespace.
_NEEDS: tuple[tuple[str, str, str], ...] = (
    ("POST", r"/v1/client/allocation/.*/restart", "alloc-lifecycle"),
    ("POST", r"/v1/allocation/.*/stop", "alloc-lifecycle"),
    ("POST", r"/v1/(job|deployment)/.*", "submit-job"),
    ("POST", r"/v1/node/.*", "node:write"),
    ("GET", r"/v1/nodes?(/.*)?", "node:read"),
    ("GET", r"/v1/jobs", "list-jobs"),
    ("GET", r"/v1/client/fs/.*", "read-logs"),
    ("GET", r".*", "read-job"),
)
READ = ["list-jobs", "read-job", "parse-job"]
SUBMIT = [*READ, "submit-job", "dispatch-job", "scale-job", "read-logs", "alloc-lifecycle"]


@dataclass
class Token:
    """What a secret stands for. ``type`` is client or management."""

    name: str
    type: str = "client"
    policies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    expired: bool = False


def rules(namespaces: dict[str, list[str]], node: str = "") -> Json:
    """``RulesJSON`` of a policy, as Nomad answers it: capabilities by namespace or pattern, and the word for nodes."""
    return {
        "Namespaces": [{"Name": name, "Policy": "", "Capabilities": caps} for name, caps in namespaces.items()],
        "Node": {"Policy": node} if node else None,
        "Agent": None,
    }


@dataclass
class Acl:
    """Tokens by secret, policies by name, roles by id. Switched on by ``double.acl = Acl(...)``."""

    tokens: dict[str, Token] = field(default_factory=dict)
    policies: dict[str, Json] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def usual(cls) -> Acl:
        """One token of each kind, the secret is its name: root, submitter, reader, role, node-writer, old."""
        return cls(
            tokens={
                "root": Token("Bootstrap Token", "management"),
                "submitter": Token("submitter", policies=("submit", "nodes-read")),
                "reader": Token("reader", policies=("read", "nodes-read")),
                "role": Token("role", roles=("r1",)),
                "node-writer": Token("node-writer", policies=("read", "nodes-write")),
                "old": Token("old", policies=("submit",), expired=True),
            },
            policies={
                "submit": rules({"*": SUBMIT}),
                "read": rules({"*": READ}),
                "nodes-read": rules({}, "read"),
                "nodes-write": rules({}, "write"),
            },
            roles={"r1": ("submit", "nodes-read")},
        )

    def of(self, secret: str) -> Token:
        """Raises a refusal for one that is not known or too old."""
        if not secret:
            return Token("Anonymous Token", policies=("anonymous",))
        token = self.tokens.get(secret)
        if token is None or token.expired:
            raise RefusalError(403, "Permission denied")
        return token

    def names(self, token: Token) -> set[str]:
        """Its policies, its roles' included."""
        return {*token.policies, *(name for role in token.roles for name in self.roles.get(role, ()))}

    def permits(self, token: Token, capability: str, namespace: str) -> bool:
        if token.type == "management":
            return True
        held = [self.policies[name] for name in self.names(token) if name in self.policies]
        if capability.startswith("node:"):
            words = {one["Node"]["Policy"] for one in held if one["Node"]}
            return "write" in words or (capability == "node:read" and "read" in words)
        spaces: dict[str, set[str]] = {}
        for one in held:
            for space in one["Namespaces"]:
                spaces.setdefault(space["Name"], set()).update(space["Capabilities"])
        fitting = [name for name in spaces if re.fullmatch(name.replace("*", ".*"), namespace)]
        if namespace == "*":
            return any(capability in caps for caps in spaces.values())
        nearest = max(fitting, key=lambda name: (name == namespace, len(name)), default=None)
        return nearest is not None and capability in spaces[nearest] and "deny" not in spaces[nearest]


def permit(double: NomadDouble, method: str, path: str, query: Query, secret: str) -> None:
    """Refuse what the token does not permit. An id's namespace is that of its object."""
    if double.acl is None or path.startswith(_OPEN):
        return
    token = double.acl.of(secret)
    needed = next(need for how, pattern, need in _NEEDS if how == method and re.fullmatch(pattern, path))
    if not double.acl.permits(token, needed, _namespace(double, path, query)):
        raise RefusalError(403, "Permission denied")


def readable(double: NomadDouble, path: str, query: Query, secret: str, body: Any) -> Any:
    """A list of all namespaces without those that the token may not read: Nomad leaves them out without a word."""
    if double.acl is None or query.get("namespace") != ["*"] or not isinstance(body, list):
        return body
    token = double.acl.of(secret)
    needed = next(need for how, pattern, need in _NEEDS if how == "GET" and re.fullmatch(pattern, path))
    return [
        one
        for one in body
        if not isinstance(one, dict)
        or "Namespace" not in one
        or double.acl.permits(token, needed, str(one["Namespace"]))
    ]


def _namespace(double: NomadDouble, path: str, query: Query) -> str:
    for part in path.split("/"):
        for table in ("allocations", "deployments", "evaluations"):
            if part in double.world.rows[table]:
                return str(double.world.rows[table][part][1].get("Namespace") or "default")
    return query.get("namespace", ["default"])[0]


def answer_acl(double: NomadDouble, path: str, secret: str) -> Any:
    """``/v1/acl/token/self``, ``/v1/acl/policy/:name`` and ``/v1/acl/role/:id``, as a client token may read them."""
    acl = double.acl
    if acl is None:
        return ACL_OFF
    token = acl.of(secret)
    kind, _, name = path.removeprefix("/v1/acl/").partition("/")
    if kind == "token":
        own = {"Name": token.name, "Type": token.type, "Policies": list(token.policies) or None}
        roles = [{"ID": role, "Name": role} for role in token.roles] or None
        accessor = ANONYMOUS if not secret else {"AccessorID": f"accessor-of-{token.name}"}
        return {**accessor, **own, "Roles": roles, "SecretID": secret, "Global": False, "ExpirationTime": None}
    if kind == "policy":
        if token.type != "management" and name not in acl.names(token):
            raise RefusalError(403, "Permission denied")
        if name not in acl.policies:
            raise RefusalError(404, "ACL policy not found")
        return {"Name": name, "Rules": "(HCL)", "RulesJSON": acl.policies[name], "CreateIndex": 1, "ModifyIndex": 1}
    if kind == "role":
        if token.type != "management" and name not in token.roles:
            raise RefusalError(403, "Permission denied")
        return {"ID": name, "Name": name, "Policies": [{"Name": one} for one in acl.roles[name]]}
    raise RefusalError(404, "")
