"""The changes between two versions of a job, from Nomad's comparison, as people say them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.errands.diffwords import job_changes

SECRET = "hunter2hunter2"


def field(name: str, old: str, new: str) -> dict[str, Any]:
    how = "Added" if not old else "Deleted" if not new else "None" if old == new else "Edited"
    return {"Type": how, "Name": name, "Old": old, "New": new, "Annotations": None}


def job(*fields: Any, objects: Any = (), groups: Any = ()) -> dict[str, Any]:
    return {"Type": "Edited", "ID": "web", "Fields": list(fields), "Objects": list(objects), "TaskGroups": list(groups)}


def edited(name: str, *fields: Any, objects: Any = (), how: str = "Edited", **more: Any) -> dict[str, Any]:
    return {"Type": how, "Name": name, "Fields": list(fields), "Objects": list(objects), **more}


def test_images_counts_and_limits_are_told_with_their_values() -> None:
    server = edited(
        "server",
        objects=[
            edited("Config", field("image", "shop/web:1.4", "shop/web:1.5"), field("args[0]", "-v", "-v")),
            edited("Resources", field("MemoryMB", "256", "512")),
        ],
    )
    assert job_changes(job(groups=[edited("front", field("Count", "3", "5"), Tasks=[server])])) == [
        "group front: count 3 → 5",
        "group front, task server: image shop/web:1.4 → shop/web:1.5",
        "group front, task server, resources: MemoryMB 256 → 512",
    ]


def test_what_may_be_secret_is_only_said_to_have_changed() -> None:
    task = edited(
        "server",
        field("Env[RELEASE]", SECRET, SECRET + "x"),
        field("Env[NEW]", "", SECRET),
        field("Env[OLD]", SECRET, ""),
        field("Meta[owner]", "shop", "data"),
        field("Meta[api_key]", SECRET, "y"),
        objects=[
            edited("Template", field("EmbeddedTmpl", SECRET, SECRET + "x")),
            edited("Env", field("INNER", SECRET, "z")),
            edited("Config", field("auth[0][password]", SECRET, "z")),
        ],
    )
    told = job_changes(job(groups=[edited("front", Tasks=[task])]))
    where = "group front, task server"
    assert told[:6] == [
        f"{where}: env RELEASE changed",
        f"{where}: env NEW added",
        f"{where}: env OLD removed",
        f"{where}: meta owner shop → data",
        f"{where}: meta api_key changed",
        f"{where}, template: text of the template changed",
    ]
    assert SECRET not in json.dumps(told)


def test_what_came_and_went_is_told_with_what_it_holds() -> None:
    constraint = edited("Constraint", field("LTarget", "", "${node.class}"), field("RTarget", "", "gpu"), how="Added")
    told = job_changes(
        job(
            field("Priority", "50", "70"),
            objects=[constraint, edited("Periodic", field("Spec", "0 * * * *", ""), how="Deleted")],
            groups=[edited("new", how="Added"), edited("old", how="Deleted"), edited("same", how="None")],
        )
    )
    assert told == [
        "Priority 50 → 70",
        "constraint added (LTarget ${node.class}, RTarget gpu)",
        "periodic removed (Spec 0 * * * *)",
        "group new added",
        "group old removed",
    ]


def test_a_template_that_came_does_not_tell_its_text() -> None:
    template = edited("Template", field("EmbeddedTmpl", "", SECRET), field("DestPath", "", "local/x"), how="Added")
    told = job_changes(job(groups=[edited("g", Tasks=[edited("t", objects=[template])])]))
    assert told == ["group g, task t: template added (text of the template (hidden), DestPath local/x)"]


def test_nothing_that_changed_is_nothing() -> None:
    assert job_changes({"Type": "None", "Fields": None, "Objects": None, "TaskGroups": None}) == []
    assert job_changes({}) == []


@given(st.text(max_size=30), st.text(max_size=200), st.text(max_size=200))
def test_any_variable_is_told_without_its_value(name: str, old: str, new: str) -> None:
    one = {"Type": "Edited", "Name": f"Env[{name}]", "Old": SECRET + old, "New": SECRET + new}
    told = job_changes(job(one))
    assert len(told) == 1
    assert SECRET not in told[0]
