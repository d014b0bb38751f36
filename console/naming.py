"""How names of Nomad jobs, data flows, topics and subjects tell what belongs together. Pure, and light to import.

Where several Nomads are watched each is a *place*: a cluster's profile, or one of its regions. The id of a job is
``namespace@place/job`` then, and ``namespace/job`` where there is one Nomad without a name.
"""

from collections.abc import Iterable, Mapping, Sequence

# A job that is called after a flow and one of these is taken for its producer.
PRODUCER_WORDS = ("feed", "producer", "publisher", "source", "connector", "ingest", "importer", "crawler", "sync")
# How Nomad calls what a periodic or a parameterized job starts: its name, a slash and one of these.
_RUNS = ("periodic-", "dispatch-")
_SEPARATORS = "./:>*#-"
_WILD = (">", "*", "#")
_NOMAD = "nomad"
PLACE_LABEL = "nomad_place"
"""The label by which signals and alerts name the place of their job; the recorder puts it there."""


def place_of(entity_id: str) -> str:
    """``eu`` of ``default@eu/answerer``; empty where there is one Nomad without a name, and for all other ids.

    A job's name may hold an ``@``, a namespace cannot, so only what stands before the first slash tells.
    """
    namespace, slash, _ = entity_id.partition("/")
    return namespace.partition("@")[2] if slash else ""


def namespace_of(entity_id: str) -> str:
    """``default`` of ``default@eu/answerer``; empty where the id has none."""
    namespace, slash, _ = entity_id.partition("/")
    return namespace.partition("@")[0] if slash else ""


def job_name(entity_id: str) -> str:
    """``answerer`` of ``default@eu/answerer``. Names of jobs may hold slashes: ``nightly/periodic-17``."""
    return entity_id.partition("/")[2] or entity_id


def placed(entity_id: str, place: str) -> str:
    """``default@eu/answerer`` of ``default/answerer`` and ``eu``; as it is where it has a place, or none is given."""
    namespace, slash, name = entity_id.partition("/")
    return f"{namespace}@{place}/{name}" if place and slash and "@" not in namespace else entity_id


def unplaced(entity_id: str) -> str:
    """``default/answerer`` of ``default@eu/answerer``."""
    namespace, slash, name = entity_id.partition("/")
    return f"{namespace.partition('@')[0]}/{name}" if slash else entity_id


def first_places(jobs: Iterable[str]) -> list[str]:
    """Of jobs that are the same but for their place one each: the one whose place comes first by name.

    A file or a meta field that names ``default/feed`` means that one, unless it says ``default@us/feed``.
    """
    found: dict[str, str] = {}
    for job in jobs:
        plain = unplaced(job)
        found[plain] = min(job, found.get(plain, job))
    return list(found.values())


def source_of(place: str) -> str:
    """The source of what is read from a Nomad: ``nomad``, or ``nomad:eu`` for a place."""
    return f"{_NOMAD}:{place}" if place else _NOMAD


def place_of_source(source: str) -> str:
    """``eu`` of ``nomad:eu``; empty for all other sources."""
    return source.removeprefix(_NOMAD + ":") if source.startswith(_NOMAD + ":") else ""


def is_nomad(source: str) -> bool:
    """Whether a source is a Nomad, of whatever place."""
    return source == _NOMAD or source.startswith(_NOMAD + ":")


def where_text(place: str = "", namespace: str = "", region: str = "") -> str:
    """Where something is, as rows say it: ``eu · ops``. Give only what is not the same for all rows beside it.

    A region that is called as its place is told once.
    """
    return " · ".join(part for part in (place, region if region != place else "", namespace) if part)


def items(text: str | None) -> list[str]:
    """The names in a meta field such as ``produces = "docs.price, docs.stock"``."""
    return (text or "").replace(",", " ").replace(";", " ").split()


def meta_text(meta: object, key: str) -> str | None:
    """A field of a job's meta, None where it is absent or empty."""
    return str(meta[key]) if isinstance(meta, dict) and meta.get(key) else None


def last_word(name: str) -> str:
    """``partner`` of ``docs.partner``."""
    return name[max(name.rfind(one) for one in _SEPARATORS) + 1 :]


def job_of(labels: Mapping[str, str]) -> str | None:
    """Id of the job that a set of labels names."""
    name = labels.get("nomad_job") or labels.get("exported_job")
    namespace = labels.get("namespace") or labels.get("exported_namespace") or "default"
    return placed(f"{namespace}/{name}", labels.get(PLACE_LABEL, "")) if name else None


def started_by(job_id: str) -> str:
    """The periodic or parameterized job that a job was started by; the job itself where nobody started it."""
    parent, _, run = job_id.rpartition("/")
    return parent if run.startswith(_RUNS) and "/" in parent else job_id


def called_after(flow: str, by_name: Mapping[str, Sequence[str]]) -> str | None:
    """The one job whose name says that it produces a flow. ``by_name``: folded job names -> ids. It is a guess."""
    name = flow.casefold()
    found = {job for word in PRODUCER_WORDS for sep in "-_" for job in by_name.get(f"{name}{sep}{word}", ())}
    found |= set(by_name.get(name, ()))
    return found.pop() if len(found) == 1 else None


def covers(pattern: str, name: str) -> bool:
    """Whether a subject with wildcards (NATS ``docs.>``, RabbitMQ ``docs.#``, ``docs.*``) stands for a name."""
    pattern, name = pattern.casefold(), name.casefold()
    if pattern == name:
        return True
    wanted, given = pattern.split("."), name.split(".")
    for at, word in enumerate(wanted):
        if word in (">", "#"):  # the rest: at least one word for NATS, any number for the others
            return len(given) > at or (word == "#" and len(given) == at)
        if at >= len(given) or (word != "*" and word != given[at]):
            return False
    return len(wanted) == len(given)


class Subjects:
    """Names to look up by subjects: at once where a subject has no wildcard."""

    def __init__(self, names: Iterable[str]) -> None:
        self._folded: dict[str, dict[str, None]] = {}
        for name in names:
            self._folded.setdefault(name.casefold(), {})[name] = None

    def covered(self, pattern: str) -> list[str]:
        """The names that a subject stands for."""
        if not any(word in _WILD for word in pattern.split(".")):
            return list(self._folded.get(pattern.casefold(), ()))
        return [name for folded, names in self._folded.items() if covers(pattern, folded) for name in names]


def stem(pattern: str) -> str:
    """What a subject says before its first wildcard: ``docs`` of ``docs.>`` (folded; empty where it begins wild)."""
    words = pattern.casefold().split(".")
    wild = next((at for at, word in enumerate(words) if word in _WILD), len(words))
    return ".".join(words[:wild])
