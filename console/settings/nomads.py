"""The Nomads of an installation: the one of ``[nomad]`` and NOMAD_*, its regions, or the profiles of ``[clusters.*]``.

Each that is watched beside others is a *place* and has a name: that of its profile, of its region, or of both.
"""

# No postponed annotations here: NamedTuple would compile each of them at every start.
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from console.settings.address import bare_address
from console.settings.errors import ConfigError, nearest
from console.settings.gather import Found, FoundValue, Values
from console.settings.origin import Origin
from console.settings.secret import Secret, TokenSource
from console.settings.tokens import token_of, winner

_TABLE = "nomad"


class TlsSettings(NamedTuple):
    """How the server is known to be the right one, and how we show who we are. Paths are as files."""

    cacert: Path | None = None
    capath: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    tls_server_name: str | None = None
    skip_verify: bool = False


class NomadSettings(NamedTuple):
    """How to reach a Nomad. ``address`` holds no credentials; ``http_auth`` is ``user:password``.

    ``name`` is that of the place, empty for the one Nomad that needs none; ``profile`` that of its ``[clusters.*]``.
    """

    address: str
    region: str | None = None
    namespace: str = "*"
    token: TokenSource = TokenSource()
    http_auth: Secret | None = None
    tls: TlsSettings = TlsSettings()
    name: str = ""
    profile: str = ""


class Nomads(NamedTuple):
    """The Nomads that are watched, never none, and where what was said about each comes from."""

    watched: tuple[NomadSettings, ...]
    origins: Mapping[str, Origin]


def nomads_of(found: Found, env: Mapping[str, str]) -> Nomads:
    """Profiles where the file has some, unless an address is given by flag or environment; ``--cluster`` picks them.

    Raises ConfigError.
    """
    if _by_address(found):
        return _one(found)
    profiles = _with_tokens(found.profiles, env)
    places = {name: _places(name, values, found) for name, values in profiles.items()}
    chosen = _chosen(found, places)
    _refuse_flags_of_one(found, tuple(profiles))
    origins: dict[str, Origin] = {}
    watched: list[NomadSettings] = []
    for profile in dict.fromkeys(place.profile for place in chosen):
        values = profiles[profile]
        whole = _nomad(f"clusters.{profile}.", values, found.file, origins)
        origins.update({f"clusters.{profile}.{_key(name)}": one.origin for name, one in values.items()})
        watched += [
            whole._replace(name=place.name, profile=profile, region=place.region or whole.region)
            for place in chosen
            if place.profile == profile
        ]
    return Nomads(_distinct(watched, found), origins)


def token_variable(profile: str) -> str:
    """The environment variable that may hold the token of a profile."""
    return "NOMAD_TOKEN_" + re.sub(r"[^A-Z0-9]", "_", profile.upper())


class _Place(NamedTuple):
    name: str
    profile: str
    region: str | None


def _key(name: str) -> str:
    return name.removeprefix("nomad.")


def _by_address(found: Found) -> bool:
    """Whether the one Nomad of NOMAD_ADDR and its flags is meant, and no profile."""
    address, cluster = found.values["nomad.address"].origin, found.values.get("cluster")
    if cluster is None:
        return not found.profiles or address.kind in ("flag", "env")
    if address.kind == cluster.origin.kind == "flag":
        what = f"{address.where} and {cluster.origin.where} name two things to watch"
        raise ConfigError(what, cluster.origin.where, "give one of them")
    return address.rank < cluster.origin.rank


def _one(found: Found) -> Nomads:
    origins: dict[str, Origin] = {}
    one = _nomad("nomad.", found.values, found.file, origins)
    regions = _regions("nomad.", found.values)
    return Nomads(tuple(one._replace(name=name, region=name) for name in regions) or (one,), origins)


def _regions(prefix: str, values: Values) -> tuple[str, ...]:
    """The regions that are a place each; none where one region is meant, or none is named."""
    several, one = values.get("nomad.regions"), values.get("nomad.region")
    if several is None or (one is not None and one.origin.rank < several.origin.rank):
        return ()
    if one is not None and one.origin.kind == several.origin.kind != "env":
        raise ConfigError(f"{prefix}region and {prefix}regions are both given", one.origin.where, "keep one of them")
    return cast("tuple[str, ...]", several.value)


def _places(profile: str, values: Values, found: Found) -> list[_Place]:
    regions = _regions(f"clusters.{profile}.", values)
    if not regions:
        return [_Place(profile, profile, None)]
    return [_Place(f"{profile}-{region}", profile, region) for region in regions]


def _chosen(found: Found, places: Mapping[str, list[_Place]]) -> list[_Place]:
    """The places that ``--cluster`` names, by profile or by place; all of them where it names none."""
    every = [place for several in places.values() for place in several]
    picked = found.values.get("cluster")
    if picked is None:
        return every
    if not every:
        todo = "write a [clusters.NAME] table with an address for each cluster in the configuration file"
        raise ConfigError("there are no profiles of clusters to pick from", picked.origin.where, todo)
    chosen: list[_Place] = []
    for name in cast("tuple[str, ...]", picked.value):
        meant = places.get(name) or [place for place in every if place.name == name]
        if not meant:
            near = nearest(name, [*places, *(place.name for place in every)])
            todo = f"did you mean {near}?" if near else f"profiles are {', '.join(places)}"
            raise ConfigError(f"there is no cluster {name!r}", picked.origin.where, todo)
        chosen += [place for place in meant if place not in chosen]
    return chosen


def _refuse_flags_of_one(found: Found, profiles: tuple[str, ...]) -> None:
    """A flag that is about one Nomad would be lost where profiles are watched, or send a token to the wrong one."""
    for name, one in found.values.items():
        if name.startswith("nomad.") and name != "nomad.namespace" and one.origin.kind == "flag":
            what = f"is about one Nomad, and the profiles {', '.join(profiles)} are watched"
            todo = f"write {_key(name)} in [clusters.{profiles[0]}], or give --nomad-addr as well"
            raise ConfigError(what, one.origin.where, todo)


def _with_tokens(profiles: Mapping[str, Values], env: Mapping[str, str]) -> dict[str, Values]:
    """Profiles with the tokens that the environment has for them. NOMAD_TOKEN is that of NOMAD_ADDR only."""
    found: dict[str, Values] = {}
    for profile, values in profiles.items():
        variable = token_variable(profile)
        token = env.get(variable, "").strip()
        found[profile] = {**values, "nomad.token": FoundValue(token, Origin("env", variable))} if token else values
    return found


def _distinct(watched: list[NomadSettings], found: Found) -> tuple[NomadSettings, ...]:
    """Places by name; a namespace given by flag is meant for all of them."""
    names: set[str] = set()
    for place in watched:
        if place.name.casefold() in names:
            what = f"two places are called {place.name!r}"
            raise ConfigError(what, str(found.file or ""), "give a profile another name")
        names.add(place.name.casefold())
    namespace = found.values["nomad.namespace"]
    if namespace.origin.kind == "flag":
        return tuple(place._replace(namespace=cast(str, namespace.value)) for place in watched)
    return tuple(watched)


def _nomad(prefix: str, values: Values, file: Path | None, origins: dict[str, Origin]) -> NomadSettings:
    """One Nomad from its values, keyed as the options are; notes where its token comes from."""

    def value(name: str) -> object:
        found = values.get(f"nomad.{name}")
        return None if found is None else found.value

    address, in_address = bare_address(f"{prefix}address", values.get("nomad.address"), file)
    basic = cast("str | None", value("http_auth"))
    tls = TlsSettings(
        cacert=cast("Path | None", value("cacert")),
        capath=cast("Path | None", value("capath")),
        client_cert=cast("Path | None", value("client_cert")),
        client_key=cast("Path | None", value("client_key")),
        tls_server_name=cast("str | None", value("tls_server_name")),
        skip_verify=bool(value("skip_verify")),
    )
    if (tls.client_cert is None) != (tls.client_key is None):
        name, other = ("client_cert", "client_key") if tls.client_key is None else ("client_key", "client_cert")
        where = values[f"nomad.{name}"].origin.where
        raise ConfigError(f"{prefix}{name} is given without {prefix}{other}", where, "give both or neither")
    token = token_of(_TABLE, prefix.removesuffix("."), values)
    if token.kind != "none":
        origins[f"{prefix}token"] = values[f"{_TABLE}.{winner(_TABLE, values)}"].origin
    return NomadSettings(
        address=cast(str, address),
        region=cast("str | None", value("region")),
        namespace=cast(str, value("namespace") or "*"),
        token=token,
        http_auth=Secret(basic) if basic else in_address,
        tls=tls,
    )
