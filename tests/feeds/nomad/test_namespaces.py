"""Namespaces that come and go, and those that the token may not read: that part says so, the rest goes on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.feeds.nomad.blind import blind_spots
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.feed import NomadFeed
from console.feeds.nomad.rights import lacking_in, policy
from console.naming import namespace_of
from console.nomadactions.acl import Rights, allows
from console.signals import EntityKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.acl import Acl, Token, rules
from tests.doubles.outlet import MemoryOutlet, running
from tests.feeds.nomad.running import SteadyClock, until_state

READS = ["list-jobs", "read-job"]


def test_what_is_lacking_is_told_by_capability_and_namespace() -> None:
    reads = frozenset(READS)
    rights = Rights({"*": reads, "ops": frozenset({"list-jobs"}), "secret": frozenset({"deny"})})
    assert blind_spots(rights, ["default", "ops"]) == (
        "list-jobs in namespace secret",
        "read-job in namespace ops",
    )
    assert blind_spots(Rights({"*": reads}), ["default", "ops"]) == ()
    assert blind_spots(Rights(), ["default"]) == (), "the lists themselves are refused"


NAMES = st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=1, max_size=8, unique=True)
HELD = st.dictionaries(NAMES.map(lambda names: names[0]) | st.just("*"), st.sets(st.sampled_from(READS)), max_size=5)


@given(HELD, NAMES)
def test_all_that_may_be_read_is_never_called_lacking(held: dict[str, set[str]], names: list[str]) -> None:
    rights = Rights({name: frozenset(capabilities) for name, capabilities in held.items()})
    said = " ".join(blind_spots(rights, names))
    named = {*names, *(name for name in held if name != "*")}
    blind = {name for name in named if not all(allows(rights, one, name) for one in READS)}
    assert bool(said) <= bool(blind)
    words = set(said.replace(",", " ").split())
    assert not (words - {"in", "namespace", "and", "more", *READS}) & (named - blind) - {"in", "and", "more"}


def test_the_policy_for_a_namespace_is_written_out() -> None:
    lacking = lacking_in("read-job", ["a", "b", "c", "d", "e"])
    assert lacking == "read-job in namespace a, b, c and 2 more"
    assert policy([lacking_in("read-job", ["ops"])]) == 'namespace "ops" { policy = "read" }'
    assert policy([lacking]).count("namespace") == 3


async def test_one_namespace_that_is_denied_is_named_and_the_rest_goes_on() -> None:
    with NomadDouble.recorded(at_s=600) as nomad:
        nomad.acl = Acl(
            tokens={"t": Token("night", policies=("p",))},
            policies={"p": rules({"*": READS, "default": ["deny"]}, "read")},
        )
        out = MemoryOutlet(SteadyClock(nomad))
        feed = NomadFeed(NomadAddress(nomad.address, token=lambda: "t"), sample_s=0)
        async with running(feed, out):
            await until_state(out, "degraded", seconds=20)
            doc = out.feeds["nomad"]
            assert "list-jobs in namespace default" in doc["why"]
            assert 'namespace "default" { policy = "read" }' in doc["todo"]
            assert "list-jobs in namespace default" in doc["missing"]
            assert {namespace_of(job) for job in out.states(EntityKind.JOB)} == {"llm-prod"}
