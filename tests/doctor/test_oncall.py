"""``doctor`` on services that know who is on call."""

from __future__ import annotations

from pathlib import Path

from console.config import load_settings
from console.doctor.examine import try_oncall
from console.doctor.section import Section, exit_code
from tests.doubles.oncall import TOKEN, Fault, GrafanaDouble, OpsgenieDouble
from tests.feeds.oncall.conftest import NOW_MS, turns


async def tried(tmp_path: Path, **env: str) -> Section:
    places = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    return await try_oncall(load_settings({}, places | env))


async def test_nobody_asked_is_no_failure(tmp_path: Path) -> None:
    section = await tried(tmp_path)
    assert not section.configured and exit_code([section]) == 0


async def test_each_service_is_tried_and_says_who_is_on_call(tmp_path: Path) -> None:
    with OpsgenieDouble(NOW_MS, data=turns("ben"), idle=[]) as one, GrafanaDouble(NOW_MS, platform=turns("ana")) as two:
        section = await tried(tmp_path, OPSGENIE_URL=one.url, OPSGENIE_API_KEY=TOKEN,
                              GRAFANA_ONCALL_URL=two.url, GRAFANA_ONCALL_TOKEN=TOKEN)  # fmt: skip
    assert [(finding.verdict, finding.what) for finding in section.findings] == [
        ("ok", f"Opsgenie at {one.url}: 2 schedules; on call: ben for data"),
        ("ok", f"Grafana OnCall at {two.url}: 1 schedule; on call: ana for platform"),
    ]
    assert section.origin == "OPSGENIE_API_KEY, GRAFANA_ONCALL_TOKEN" and exit_code([section]) == 0


async def test_one_that_refuses_does_not_hide_the_others(tmp_path: Path) -> None:
    with OpsgenieDouble(NOW_MS, data=turns("ben")) as one, GrafanaDouble(NOW_MS, platform=turns("ana")) as two:
        one.fault = Fault(401)
        section = await tried(tmp_path, OPSGENIE_URL=one.url, OPSGENIE_API_KEY=TOKEN,
                              GRAFANA_ONCALL_URL=two.url, GRAFANA_ONCALL_TOKEN=TOKEN)  # fmt: skip
    assert [finding.verdict for finding in section.findings] == ["bad", "ok"]
    assert section.findings[0].todo == "check OPSGENIE_API_KEY, and what the token may read"
    assert exit_code([section]) == 4 and TOKEN not in repr(section)


async def test_one_that_is_not_there(tmp_path: Path) -> None:
    section = await tried(tmp_path, OPSGENIE_URL="http://127.0.0.1:9", OPSGENIE_API_KEY=TOKEN)
    assert section.findings[0].what == "Opsgenie at http://127.0.0.1:9 is not reachable"
    assert exit_code([section]) == 3


async def test_a_token_without_an_address_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    section = await tried(tmp_path, GOALERT_TOKEN=TOKEN)
    assert section.findings[0].what == "GOALERT_TOKEN is set, but not where GoAlert is"
    assert section.findings[0].todo == "set GOALERT_URL" and exit_code([section]) == 2
