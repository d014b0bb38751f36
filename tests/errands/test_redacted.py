"""What may be secret never leaves the process that asked for it; what is not, stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errands.redacted import without_secrets

SECRET = "hunter2hunter2"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


def task(**more: Any) -> dict[str, Any]:
    return {"TaskGroups": [{"Name": "web", "Tasks": [{"Name": "server", **more}]}]}


@pytest.mark.parametrize(
    "held",
    [
        task(Env={"RELEASE": SECRET, "PORT": SECRET}),
        task(Templates=[{"DestPath": "local/x", "EmbeddedTmpl": f"key = {SECRET}"}]),
        task(Meta={"api_key": SECRET}),
        task(Config={"auth": {"username": SECRET, "password": SECRET}}),
        task(Config={"logging": {"config": [{"splunk-token": SECRET}]}}),
        task(Config={"args": ["--token", SECRET, "-v"]}),
        task(Config={"args": [f"--db-password={SECRET}"]}),
        task(Config={"args": ["run", f"API_KEY={SECRET}"]}),
        task(Artifacts=[{"GetterSource": f"https://me:{SECRET}@example.org/x.tgz"}]),
        task(Artifacts=[{"GetterSource": f"s3::https://x/y?aws_access_key_secret={SECRET}&region=eu"}]),
        task(Artifacts=[{"GetterOptions": {"sshkey": SECRET}, "GetterHeaders": {"X-Any": SECRET}}]),
        task(Services=[{"Checks": [{"Header": {"X-Auth": [SECRET]}}]}]),
        task(Config={"args": ["-c", f"export DB_PASSWORD={SECRET}; exec app"]}),
        task(Config={"command": f"app --port 80 --api-key {SECRET} -v"}),
        task(Config={"args": ["-c", f"curl -H 'Authorization: Bearer {SECRET}' x"]}),
        task(Config={"args": [f'{{"user": "me", "password": "{SECRET}"}}']}),
        task(Meta={"PGPASSWORD": SECRET, "AUTHTOKEN": SECRET, "dbpassword": SECRET, "DB_PASS": SECRET}),
        {"VaultToken": SECRET, "ConsulToken": SECRET, "NomadTokenID": SECRET, "Payload": SECRET},
        {"SignedIdentities": {"default": SECRET}},
        {"Anything": f"Bearer {JWT}", SECRET[:0] + "Note": JWT},
        {"SecretID": SECRET, "LeaderACL": SECRET},
        {"pin_secret": 1234567},
    ],
    ids=lambda held: str(held)[-60:],
)
def test_nothing_secret_is_left(held: dict[str, Any]) -> None:
    text = json.dumps(without_secrets(held))
    for secret in (SECRET, JWT, "1234567"):
        assert secret not in text
    assert "(hidden)" in text


def test_names_order_and_all_else_stay() -> None:
    job = {
        "ID": "a/b [1]", "Priority": 50, "AllAtOnce": False, "Meta": {"owner": "shop", "token_budget": ""},
        "VaultToken": "", "Update": None,
        **task(Env={"B": "1", "A": "2"}, Config={"image": "r/app:1.2", "args": ["--verbose", "-p", "80"],
                                                        "command": "sh -c 'key=hash; run --key-file a:b/c'"}),
    }  # fmt: skip
    kept = without_secrets(job)
    assert list(kept) == list(job)
    expected = json.loads(json.dumps(job))
    expected["TaskGroups"][0]["Tasks"][0]["Env"] = {"B": "(hidden)", "A": "(hidden)"}
    assert kept == expected
    assert job["TaskGroups"][0]["Tasks"][0]["Env"] == {"B": "1", "A": "2"}, "what was given is left alone"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_json_stays_json_of_that_shape(value: Any) -> None:
    def shape(one: Any) -> Any:
        if isinstance(one, dict):
            return {key: shape(inner) for key, inner in one.items()}
        return [shape(inner) for inner in one] if isinstance(one, list) else None

    assert shape(without_secrets(value)) == shape(value)
    json.dumps(without_secrets(value))


@given(st.dictionaries(st.text(), JSON.map(lambda inner: {"deep": inner, "text": SECRET}), min_size=1, max_size=3))
def test_no_value_of_an_environment_is_told(env: dict[str, Any]) -> None:
    assert SECRET not in json.dumps(without_secrets({"Env": env}))
