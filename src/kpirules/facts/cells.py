"""What a column of cells becomes: typed arrays, which of them are present, and which cells do not fit.

Also the first step for every kind of cell: texts without surrounding spaces, blanks and markers taken out.
Nothing here knows of policies, of rows of staff, or of files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Problem
from kpirules.matrix import Codes, Integers
from kpirules.plugin.columns import as_text
from kpirules.units import Unit

Mask = npt.NDArray[np.bool_]

_SPACES = "[\u00a0\u2000-\u200a\u202f\u3000\ufeff\t]"


@dataclass(frozen=True, slots=True)
class Fault:
    """Cells of one column that do not fit for one reason. rows: their places in the column, ascending."""

    problem: Problem
    rows: Integers
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column read by its declared type.

    values: float64 for amounts, int64 for date-times (microseconds) and dates (days), int32 codes into
    `choices` for text, int8 for booleans; what stands where `present` is False means nothing.
    exact: values that a float64 cannot carry. Cells with a fault are not present.
    """

    unit: Unit
    values: npt.NDArray[Any]
    present: Mask
    choices: tuple[str, ...] = ()
    exact: Mapping[int, Fraction] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts as codes into the distinct ones; -1 where there is none."""

    codes: Codes
    distinct: tuple[str, ...]


def one_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def strings(array: pa.Array, missing: Iterable[str]) -> pa.Array:
    """The cells as trimmed texts, their spaces plain ones; null where empty, blank or a marker of missing values."""
    text = one_array(as_text(array))
    if pc.all(pc.string_is_ascii(text)).as_py() is False:
        text = pc.replace_substring_regex(text, _SPACES, " ")
    text = pc.utf8_trim_whitespace(text)
    markers = {"", *(form for one in missing for form in (one.strip(), folded(one.strip())))}
    none = pc.is_in(text, value_set=pa.array(sorted(markers), pa.string()))
    return pc.if_else(none, pa.scalar(None, pa.string()), text) if pc.any(none).as_py() else text


def folded(text: str) -> str:
    """Full-width digits, letters and signs as their ASCII twins (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def fold(text: pa.Array) -> pa.Array:
    """Every text in NFKC."""
    if pc.all(pc.string_is_ascii(text)).as_py() is False:
        return pc.utf8_normalize(text, form="NFKC")
    return text


def coded(text: pa.Array) -> Coded:
    """The texts as codes, in the order in which they first stand."""
    dictionary = text.dictionary_encode()
    codes = dictionary.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Coded(codes, tuple(dictionary.dictionary.to_pylist()))


def mask(array: pa.Array) -> Mask:
    """A boolean array as a mask; null is False."""
    return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False), bool)


def present(array: pa.Array) -> Mask:
    """Where the array is not null."""
    if array.null_count == 0:
        return np.ones(len(array), bool)
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), bool)


def faults_by(problem: Problem, wrong: Mask, **args: object) -> tuple[Fault, ...]:
    """One fault for the cells under the mask, none where there are none."""
    rows = np.flatnonzero(wrong).astype(np.int64)
    return (Fault(problem, rows, args),) if len(rows) else ()
