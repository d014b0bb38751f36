"""Which services are asked who is on call: each has an address and a token, and is asked only where it has one."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from typing import NamedTuple, cast

from console.settings.errors import ConfigError
from console.settings.gather import Found
from console.settings.origin import Origin
from console.settings.paths import split_credentials
from console.settings.secret import TokenSource
from console.settings.tokens import KEYS, token_of, winner


class Service(NamedTuple):
    """A service that knows who is on call. ``table`` is its table in the file."""

    provider: str  # as on the tape
    title: str
    table: str
    url_variable: str
    token_variable: str


SERVICES = (
    Service("pagerduty", "PagerDuty", "pagerduty", "PAGERDUTY_URL", "PAGERDUTY_TOKEN"),
    Service("opsgenie", "Opsgenie", "opsgenie", "OPSGENIE_URL", "OPSGENIE_API_KEY"),
    Service("grafana", "Grafana OnCall", "grafana_oncall", "GRAFANA_ONCALL_URL", "GRAFANA_ONCALL_TOKEN"),
    Service("goalert", "GoAlert", "goalert", "GOALERT_URL", "GOALERT_TOKEN"),
)


class OnCallSettings(NamedTuple):
    """A service that somebody has set. ``address`` is None, or ``token`` none, where only the other was given."""

    service: Service
    address: str | None
    token: TokenSource

    @property
    def lacks(self) -> str:
        """What has still to be set, as a sentence without its stop; empty where it can be asked."""
        one = self.service
        if not self.address:
            return f"{one.token_variable} is set, but not where {one.title} is; set {one.url_variable}"
        if self.token.kind == "none":
            return f"{one.url_variable} is set, but no token; set {one.token_variable}, or token_file in [{one.table}]"
        return ""


def oncall_of(found: Found, origins: dict[str, Origin]) -> tuple[OnCallSettings, ...]:
    """The services that somebody has set; notes where their tokens come from. Raises ConfigError."""
    services = []
    for service in SERVICES:
        table, values = service.table, found.values
        url = values.get(f"{table}.url")
        given = any(f"{table}.{key}" in values for key in KEYS)
        if not given and (url is None or url.origin.kind == "default"):
            continue
        address, auth = split_credentials(cast(str, url.value)) if url is not None else (None, None)
        if auth is not None and url is not None:
            todo = f"take it out, and give the token by {service.token_variable} or token_file"
            raise ConfigError(f"{table}.url holds a password", url.origin.where, todo)
        token = token_of(table, table, values)
        if given:
            origins[f"{table}.token"] = values[f"{table}.{winner(table, values)}"].origin
        services.append(OnCallSettings(service, address, token))
    return tuple(services)
