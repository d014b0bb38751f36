"""How names of Nomad jobs, data flows, topics and subjects tell what belongs together. Pure, and light to import."""

from collections.abc import Iterable, Mapping, Sequence

# A job that is called after a flow and one of these is taken for its producer.
PRODUCER_WORDS = ("feed", "producer", "publisher", "source", "connector", "ingest", "importer", "crawler", "sync")
# How Nomad calls what a periodic or a parameterized job starts: its name, a slash and one of these.
_RUNS = ("periodic-", "dispatch-")
_SEPARATORS = "./:>*#-"
_WILD = (">", "*", "#")


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
    return f"{labels.get('namespace') or labels.get('exported_namespace') or 'default'}/{name}" if name else None


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
