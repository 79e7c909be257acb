"""The settings of the built-in adapters, as a project file or the command line gives them."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CsvOptions(_Options):
    delimiter: str | None = Field(
        None,
        description='What separates cells: one character, or "tab". None: found by looking at the first rows.',
    )
    quote: str = Field('"', max_length=1, description="The quotation mark around cells; empty: none.")
    escape: str | None = Field(
        None,
        min_length=1,
        max_length=1,
        description="The sign before a quotation mark or separator that is text, such as a backslash. None: quotation "
        "marks are doubled.",
    )
    encoding: str | None = Field(None, description="The text encoding. None: UTF-8 or UTF-16, else GB18030.")
    header_row: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The row that names the columns, from 1. None: the first that is not blank."
    )
    max_megabytes: int = Field(8192, ge=1, description="The most that a packed file may unpack to.")

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        value = _NAMES.get(value.lower(), value) if value else value
        if value is not None and (len(value) != 1 or not value.isascii() or value in '"\r\n'):
            raise ValueError('it must be one ASCII character, or "tab"')
        return value

    @field_validator("quote", "escape")
    @classmethod
    def _ascii(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.isascii() or value in ("\r", "\n"):
            raise ValueError("it must be one ASCII character, or empty")
        return value

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            "a".encode(value)
            codecs.getincrementaldecoder(value)
        except (LookupError, UnicodeError, ValueError):
            raise ValueError(f'no text encoding is called "{value}"') from None
        return value


class JsonOptions(_Options):
    records: str | None = Field(
        None,
        description='Where the list of objects stands inside the file, as "data.items"; a number counts the elements '
        "of a list from 0. None: the file is the list.",
    )
    lists: Literal["error", "join", "json"] = Field(
        "error",
        description='What a list in a cell is: an error, its values joined ("join"), or JSON text ("json").',
    )
    join_with: str = Field(", ", description="What stands between the values of a joined list.")
    max_megabytes: int = Field(
        1024,
        ge=1,
        description="The largest list that is read, unpacked; it is held in memory. One object a line is streamed.",
    )


class ParquetOptions(_Options):
    max_megabytes: int = Field(
        8192, ge=1, description="The most that the columns which are read may take, at eight bytes a cell."
    )


class FolderOptions(BaseModel):
    # Any other key is for the adapters that read the files; they check it.
    model_config = ConfigDict(extra="allow", frozen=True)

    files: str | None = Field(
        None, description='Only the files of the folder that fit this, such as "2026-*.csv". None: all.'
    )
    read_as: str | None = Field(
        None, description="The adapter that reads every file. None: each by its ending."
    )
    missing_columns: Literal["error", "empty"] = Field(
        "error", description='What a column is that a file lacks and others have: an error, or "empty" there.'
    )
    period_from: Literal["name"] | None = Field(
        None,
        description='"name": a column of the period in the name of the file or its folders; '
        "files of periods that are not asked for are not opened.",
    )
    period_column: str = Field("period", min_length=1, description="What that column is called.")
    period_of: str | None = Field(
        None,
        description="The column of moments by which rows were put into files named by period: all rows of "
        "2026-07.csv lie in July by it. Then files of other periods are not opened.",
    )
    partitions: bool = Field(True, description="Whether folders such as team=north make columns.")
    called: str | None = Field(
        None, description="What the policy calls the table (given by itself), for formats that hold several."
    )

    def for_files(self) -> dict[str, object]:
        """The settings that are handed on."""
        return dict(self.model_extra or {})
