"""Services that know who is on call, answering as their documentation says: headers, pages, errors, limits.

Each is a real HTTP server on a free port. ``fault`` makes it answer otherwise: a status, with more headers.
"""

from tests.doubles.oncall.base import HOUR_MS, TOKEN, Fault, OnCallDouble, Shift
from tests.doubles.oncall.goalert import GoAlertDouble
from tests.doubles.oncall.grafana import GrafanaDouble
from tests.doubles.oncall.opsgenie import OpsgenieDouble
from tests.doubles.oncall.pagerduty import PagerDutyDouble

__all__ = [
    "HOUR_MS",
    "TOKEN",
    "Fault",
    "GoAlertDouble",
    "GrafanaDouble",
    "OnCallDouble",
    "OpsgenieDouble",
    "PagerDutyDouble",
    "Shift",
]
