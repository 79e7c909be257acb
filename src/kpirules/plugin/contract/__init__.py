"""The tests that every plugin passes. Its author subclasses one of these in a pytest file:

    SourceContract   any adapter: give `sample`, the location of a source with some rows
    AdapterContract  an adapter whose tables can be made for a test: give `put`. It asks for much more, so take it
                     wherever the source can be filled by the test (a file, a database, a made-up server)
    OutputContract   any output: give `read_back`

    class TestCrm(AdapterContract):
        adapter = CrmAdapter()

        def put(self, folder, table):
            ...  # put the table where the adapter can read it
            return location

What the source or format cannot do is said by class variables (`zones = False`, `places = False`), what it needs by overriding a method; each
says in its docstring when. A failure names the law that is broken, what came, and what to do. Fixtures that a test
class needs (a server) are given to it by an autouse fixture.

The tests are collected by pytest, which these modules themselves do not import.
"""

from kpirules.plugin.contract.adapters import AdapterContract
from kpirules.plugin.contract.outputs import OutputContract
from kpirules.plugin.contract.reports import made_report
from kpirules.plugin.contract.secrets import Canary
from kpirules.plugin.contract.sources import SourceContract
from kpirules.plugin.contract.tables import Broken, every_kind

__all__ = [
    "AdapterContract",
    "Broken",
    "Canary",
    "OutputContract",
    "SourceContract",
    "every_kind",
    "made_report",
]
