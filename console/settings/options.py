"""Every setting of the console: its name in the TOML file, its environment variable, its flags, its default."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from typing import NamedTuple

from console.settings import kinds
from console.settings.kinds import Reader, Value


class Option(NamedTuple):
    """One setting. ``name`` is its key in the TOML file (``nomad.address`` is ``address`` in ``[nomad]``).

    ``env_of_others``: its variable is that of another program, for which it may hold what is no address of HTTP. That
    is passed over and told, where a flag or a line of the file is refused.
    """

    name: str
    reader: Reader
    help: str
    env: str = ""
    flags: tuple[str, ...] = ()
    default: Value | None = None
    in_file: bool = True
    metavar: str = "X"
    env_of_others: bool = False


_ADDRESS, _FILE, _TIME = "URL", "FILE", "DURATION"


def _asked(table: str, title: str, url: str, token: str, default: str | None = None) -> tuple[Option, ...]:
    """The settings of a service that is asked who is on call; ``url`` and ``token`` are environment variables."""
    return (
        Option(f"{table}.url", kinds.address, f"address of {title}", url, default=default, metavar=_ADDRESS),
        Option(f"{table}.token", kinds.text, f"token of {title}", token, in_file=False),
        Option(f"{table}.token_file", kinds.path, "file (mode 0600) with the token", metavar=_FILE),
        Option(f"{table}.token_command", kinds.command, "command that prints the token"),
    )


OPTIONS: tuple[Option, ...] = (
    Option(
        "nomad.address",
        kinds.address,
        "address of the Nomad API",
        "NOMAD_ADDR",
        ("--nomad-addr", "--address", "-address"),
        "http://127.0.0.1:4646",
        metavar=_ADDRESS,
    ),
    Option("nomad.region", kinds.text, "Nomad region", "NOMAD_REGION", ("--nomad-region", "-region"), metavar="NAME"),
    Option(
        "nomad.regions",
        kinds.names,
        "several regions of one Nomad, each told apart: eu,us",
        "FOURTHSIGNAL_REGIONS",
        ("--nomad-regions",),
        metavar="NAMES",
    ),
    Option(
        "nomad.namespace",
        kinds.text,
        "Nomad namespace, * for all",
        "NOMAD_NAMESPACE",
        ("--nomad-namespace", "-namespace"),
        "*",
        metavar="NAME",
    ),
    Option("nomad.token", kinds.text, "Nomad ACL token", "NOMAD_TOKEN", in_file=False),
    Option(
        "nomad.token_file", kinds.path, "file (mode 0600) with the token", "", ("--nomad-token-file",), metavar=_FILE
    ),
    Option("nomad.token_command", kinds.command, "command that prints the token"),
    Option("nomad.http_auth", kinds.text, "user:password for HTTP basic auth", "NOMAD_HTTP_AUTH", in_file=False),
    Option(
        "nomad.cacert",
        kinds.path,
        "CA certificate",
        "NOMAD_CACERT",
        ("--nomad-cacert", "-ca-cert"),
        metavar=_FILE,
    ),
    Option(
        "nomad.capath",
        kinds.path,
        "directory of CA certificates",
        "NOMAD_CAPATH",
        ("--nomad-capath", "-ca-path"),
        metavar="DIR",
    ),
    Option(
        "nomad.client_cert",
        kinds.path,
        "TLS client certificate",
        "NOMAD_CLIENT_CERT",
        ("--nomad-client-cert", "-client-cert"),
        metavar=_FILE,
    ),
    Option(
        "nomad.client_key",
        kinds.path,
        "key of the client certificate",
        "NOMAD_CLIENT_KEY",
        ("--nomad-client-key", "-client-key"),
        metavar=_FILE,
    ),
    Option(
        "nomad.tls_server_name",
        kinds.text,
        "name to expect in the server's certificate",
        "NOMAD_TLS_SERVER_NAME",
        ("--nomad-tls-server-name", "-tls-server-name"),
        metavar="NAME",
    ),
    Option(
        "nomad.skip_verify",
        kinds.switch,
        "do not verify the server's certificate",
        "NOMAD_SKIP_VERIFY",
        ("--nomad-skip-verify", "-tls-skip-verify"),
        False,
    ),
    Option(
        "cluster",
        kinds.names,
        "which [clusters.NAME] of the file to watch: eu,us; all of them if none is named",
        "FOURTHSIGNAL_CLUSTERS",
        ("--cluster",),
        in_file=False,
        metavar="NAMES",
    ),
    Option(
        "prometheus_url",
        kinds.address,
        "address of Prometheus, or of what speaks PromQL",
        "PROMETHEUS_URL",
        ("--prometheus-url",),
        metavar=_ADDRESS,
    ),
    Option(
        "alertmanager_url",
        kinds.address,
        "address of Alertmanager",
        "ALERTMANAGER_URL",
        ("--alertmanager-url",),
        metavar=_ADDRESS,
    ),
    Option("alertmanager_interval", kinds.duration, "time between two reads of Alertmanager", default=15.0),
    Option(
        "mlflow_tracking_uri",
        kinds.address,
        "address of MLflow",
        "MLFLOW_TRACKING_URI",
        ("--mlflow-tracking-uri",),
        metavar=_ADDRESS,
        env_of_others=True,  # many a shell has sqlite:///mlruns.db, databricks or a folder in it
    ),
    Option("mlflow.token", kinds.text, "token of MLflow", "MLFLOW_TRACKING_TOKEN", in_file=False),
    Option("mlflow.token_file", kinds.path, "file (mode 0600) with the token", metavar=_FILE),
    Option("mlflow.token_command", kinds.command, "command that prints the token"),
    Option("mlflow.username", kinds.text, "user of MLflow", "MLFLOW_TRACKING_USERNAME", metavar="NAME"),
    Option("mlflow.password", kinds.text, "password of that user", "MLFLOW_TRACKING_PASSWORD", in_file=False),
    Option(
        "tape",
        kinds.tape,
        "the tape: a file, or demo for the bundled one",
        "FOURTHSIGNAL_TAPE",
        ("--tape",),
        metavar="TAPE",
    ),
    Option("flows", kinds.paths, "flows.toml files that say who owns what", "", ("--flows",), metavar=_FILE),
    Option(
        "catalog",
        kinds.paths,
        "files and folders that declare contracts, owners, models, KPIs, rotas, waivers; folders are searched",
        "FOURTHSIGNAL_CATALOG",
        ("--catalog",),
        metavar="PATH",
    ),
    Option(
        "lineage_url",
        kinds.address,
        "address of Marquez, or of what speaks its API",
        "MARQUEZ_URL",
        ("--marquez-url",),
        metavar=_ADDRESS,
    ),
    Option("lineage_key", kinds.text, "API key of Marquez", "MARQUEZ_API_KEY", in_file=False),
    *_asked("pagerduty", "PagerDuty", "PAGERDUTY_URL", "PAGERDUTY_TOKEN", "https://api.pagerduty.com"),
    *_asked("opsgenie", "Opsgenie", "OPSGENIE_URL", "OPSGENIE_API_KEY", "https://api.opsgenie.com"),
    *_asked("grafana_oncall", "Grafana OnCall", "GRAFANA_ONCALL_URL", "GRAFANA_ONCALL_TOKEN"),
    *_asked("goalert", "GoAlert", "GOALERT_URL", "GOALERT_TOKEN"),
    Option("packs", kinds.paths, "directories of your own packs", "", ("--packs",), metavar="DIR"),
    Option("theme", kinds.text, "theme", "", ("--theme",), metavar="NAME"),
    Option(
        "clipboard",
        kinds.one_of("auto", "tmux", "osc52", "file", "off"),
        "how a text is copied: auto, tmux, osc52, file or off",
        "FOURTHSIGNAL_CLIPBOARD",
        default="auto",
    ),
    Option(
        "terminal",
        kinds.one_of("fast", "plain"),
        "how to draw: fast sends only cells that changed, plain draws as Textual does",
        "FOURTHSIGNAL_TERMINAL",
        ("--terminal",),
        "fast",
        metavar="fast|plain",
    ),
    Option("step", kinds.duration, "time between two samples of a signal", "", ("--step",), 5.0, metavar=_TIME),
    Option("backfill", kinds.duration, "how far back to read at start", "", ("--backfill",), 7200.0, metavar=_TIME),
    Option(
        "linger",
        kinds.duration,
        "how long the recorder goes on after the last viewer left",
        "",
        ("--linger",),
        900.0,
        metavar=_TIME,
    ),
    Option("retention_days", kinds.days, "days that the tape keeps", "", ("--retention-days",), 14, metavar="DAYS"),
)

BY_NAME: dict[str, Option] = {option.name: option for option in OPTIONS}
