"""What an adapter and an output are. Structural types: a plugin need not inherit from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TextIO, TypeAlias, runtime_checkable

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.exchange import DataRequest, Description, O, Source

if TYPE_CHECKING:  # keeps start-up free of it
    import pyarrow as pa

#: What an output is given: a whole table, or record batches one after another.
Rows: TypeAlias = "pa.Table | pa.RecordBatchReader"


@runtime_checkable
class Adapter(Protocol[O]):
    """Reads tables of one kind of source.

    name: one lower-case word, what a user writes as `adapter = "csv"`. endings: file endings it reads, in
    lower case with the dot (".csv"); empty for sources that are not files. Options: the pydantic model of
    its settings; every one has a default or the user must give it.
    """

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> Words: ...
    @property
    def endings(self) -> tuple[str, ...]: ...
    @property
    def Options(self) -> type[O]: ...

    def describe(self, location: str, options: O) -> Description:
        """The sheets or tables there and their columns, without reading all rows where that can be helped."""
        ...

    def read(self, request: DataRequest[O]) -> Source:
        """The wanted table, by the laws of a source."""
        ...


@runtime_checkable
class Output(Protocol[O]):
    """Writes a finished table to one kind of place; the members are as for an adapter."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> Words: ...
    @property
    def endings(self) -> tuple[str, ...]: ...
    @property
    def Options(self) -> type[O]: ...

    def write(self, rows: Rows, location: str, options: O) -> tuple[Diagnostic, ...]:
        """Write all of it or nothing: after an error, what was there before is there still."""
        ...


@runtime_checkable
class TextOutput(Output[O], Protocol[O]):
    """An output that can also be written to a stream of text, such as a terminal or a pipe."""

    def write_text(self, rows: Rows, stream: TextIO, options: O) -> tuple[Diagnostic, ...]: ...


#: Settings as a project file or command line gives them, before a plugin's own model has checked them.
Settings: TypeAlias = Mapping[str, object]
