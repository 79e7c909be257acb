"""The settings for reading workbooks, as a project file or the command line gives them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from kpirules.adapters.workbooks import area_of


class XlsxOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: str | None = Field(
        None, description='The sheet to read. None: "data" or "数据", else the first visible one.'
    )
    sheets: tuple[str, ...] | None = Field(
        None,
        description="Several sheets, read as one table: their names, * and ? standing for any letters; blank ones are "
        "passed over.",
    )
    sheet_column: str | None = Field(
        None,
        min_length=1,
        description="With sheets: what a column of the sheets' names is called. None: no such column.",
    )
    table: str | None = Field(
        None, description="A table of the workbook (made with “Format as Table”), a named range, or a sheet."
    )
    range: str | None = Field(
        None,
        description="The cells that hold the table, its header row included: A5:F40, or open: A5:F, A:F, 5:40.",
    )
    header_row: Annotated[int, Field(ge=1)] | None = Field(
        None,
        description="The (first) row that names the columns, from 1. None: the first row that holds most of the "
        "wanted names, else the first that is not blank.",
    )
    header_rows: Annotated[int, Field(ge=1, le=4)] | None = Field(
        None,
        description="How many rows name the columns; with 2, a column under the group “Calls” is called "
        "“Calls / answered”. None: one, and two that are obvious are told.",
    )
    merged: Literal["first", "repeat"] = Field(
        "first", description="A merged range's value counts for its first cell alone, or is repeated in each."
    )
    hidden: Literal["read", "skip"] | None = Field(
        None, description="Hidden rows and columns: read or left out. None: read, with a warning."
    )
    format: Literal["xlsx", "xls"] | None = Field(
        None, description="What the file is, whatever its ending says. None: what its ending says."
    )
    called: str | None = Field(
        None,
        description="What the policy calls the table (given by itself): without sheet and table, a sheet or a "
        "table of this name goes before the others.",
    )
    max_megabytes: int = Field(1024, ge=1, description="The most that the workbook may unpack to.")

    @field_validator("sheets", mode="before")
    @classmethod
    def _one_pattern(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("range")
    @classmethod
    def _is_range(cls, value: str | None) -> str | None:
        if value is not None and area_of(value) is None:
            raise ValueError("it must be a range of cells such as A5:F40")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> XlsxOptions:
        if self.table is not None and self.range is not None:
            raise ValueError('"table" and "range" say two things: give one of them')
        if self.sheets is not None and (self.sheet is not None or self.table is not None):
            raise ValueError('"sheets" means several: give neither "sheet" nor "table" beside it')
        if self.sheet_column is not None and self.sheets is None:
            raise ValueError('"sheet_column" belongs to "sheets", which is not given')
        return self
