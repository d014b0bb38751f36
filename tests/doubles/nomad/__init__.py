"""A Nomad server made from a recording: its lists, blocking queries and event stream, in recorded time.

In a test: ``with NomadDouble.recorded(at_s=600) as nomad: ... nomad.address ...``. On its own:
``python -m tests.doubles.nomad --port 4646 --at 600 --speed 1``.
"""

from tests.doubles.nomad.double import NomadDouble
from tests.doubles.nomad.faults import Fault

__all__ = ["Fault", "NomadDouble"]
