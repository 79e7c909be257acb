"""What an adapter and an output are. Structural types: a plugin need not inherit from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TextIO, TypeAlias, TypeVar, runtime_checkable

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.exchange import Capability, DataRequest, Description, O, Source
from kpirules.plugin.report import Report

if TYPE_CHECKING:  # keeps start-up free of them
    import pyarrow as pa
    from pydantic import BaseModel

Given = TypeVar("Given", bound="BaseModel", covariant=True)

#: What an output is given: a whole table, or record batches one after another.
Rows: TypeAlias = "pa.Table | pa.RecordBatchReader"


@runtime_checkable
class Adapter(Protocol[O]):
    """Reads tables of one kind of source.

    name: one lower-case word, what a user writes as `adapter = "csv"`. endings: file endings it reads, in
    lower case with the dot (".csv"); empty for sources that are not files. Options: the pydantic model of
    its settings; every one has a default or the user must give it. capabilities: by which parts of a request it
    sends less. An adapter may also have `health() -> tuple[Diagnostic, ...]`: what keeps it from working here,
    such as a library that is not installed; it opens nothing. And `claims(location) -> bool`: whether it is for
    a location that says so otherwise than by an ending (a folder, `postgresql://...`), asked where none is named.
    """

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> Words: ...
    @property
    def endings(self) -> tuple[str, ...]: ...
    @property
    def Options(self) -> type[O]: ...
    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def describe(self, location: str, options: O) -> Description:
        """The sheets or tables there and their columns, without reading all rows where that can be helped."""
        ...

    def read(self, request: DataRequest[O]) -> Source:
        """The wanted table, by the laws of a source."""
        ...


@runtime_checkable
class Output(Protocol[Given]):
    """Writes to one kind of place; the members are as for an adapter, `health` included.

    An output may have `adds = True`: it keeps what else stands in its place, as a database does with other tables, so that
    the place may be one that is read, and several outputs may go there.
    What it writes is said by the protocols below; an output has at least one of them.
    """

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> Words: ...
    @property
    def endings(self) -> tuple[str, ...]: ...
    @property
    def Options(self) -> type[Given]: ...


@runtime_checkable
class TableOutput(Output[O], Protocol[O]):
    """Writes one table."""

    def write(self, rows: Rows, location: str, options: O) -> tuple[Diagnostic, ...]:
        """Write all of it or nothing: after an error, what was there before is there still."""
        ...


@runtime_checkable
class TextOutput(Output[O], Protocol[O]):
    """Writes a table to a stream of text, such as a terminal or a pipe."""

    def write_text(self, rows: Rows, stream: TextIO, options: O) -> tuple[Diagnostic, ...]: ...


@runtime_checkable
class ReportOutput(Output[O], Protocol[O]):
    """Writes a finished result: scores, statements, alerts, or a part of them."""

    def write_report(self, report: Report, location: str, options: O) -> tuple[Diagnostic, ...]:
        """Write all of it or nothing: after an error, what was there before is there still."""
        ...


#: An output writes at least one of these.
WRITING = (TableOutput, TextOutput, ReportOutput)

#: Settings as a project file or command line gives them, before a plugin's own model has checked them.
Settings: TypeAlias = Mapping[str, object]
