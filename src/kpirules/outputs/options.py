"""The settings of the built-in outputs, as a project file or the command line gives them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CsvOptions(_Options):
    delimiter: str | None = Field(
        None,
        description='What separates cells: one character, or "tab". None: a tab for .tsv files, else a comma.',
    )
    bom: bool = Field(
        False, description="Begin the file with a mark by which spreadsheet programs know UTF-8."
    )

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        value = _NAMES.get(value.lower(), value) if value else value
        if value is not None and (len(value) != 1 or not value.isascii() or value in '"\r\n'):
            raise ValueError('it must be one ASCII character, or "tab"')
        return value


class JsonOptions(_Options):
    pass


class ParquetOptions(_Options):
    compression: Literal["snappy", "zstd", "none"] = Field(
        "snappy", description="How the columns are packed."
    )


class XlsxOptions(_Options):
    sheet: str = Field(
        "data",
        min_length=1,
        max_length=31,
        description="The name of the worksheet, of a table of scores alone.",
    )
    language: Literal["en", "zh"] | None = Field(
        None, description="The language of a report. None: that of the messages."
    )
    sheets: int = Field(
        50,
        ge=0,
        description="A report gives each person a sheet, up to so many people; more have one sheet together.",
    )
    people: int = Field(
        1000,
        ge=0,
        description="A report holds the statements of so many people at most, unless they were chosen.",
    )

    @field_validator("sheet")
    @classmethod
    def _allowed(cls, value: str) -> str:
        if set(value) & set("[]:*?/\\") or value[:1] == "'" or value[-1:] == "'":
            raise ValueError("a sheet's name has none of [ ] : * ? / \\ and no ' at its ends")
        return value


class HtmlOptions(_Options):
    language: Literal["en", "zh"] | None = Field(
        None, description="The language in which the report opens; it holds both. None: that of the messages."
    )
    people: int = Field(
        2000,
        ge=0,
        description="How many statements are in the file, the latest period first; 0: a summary only.",
    )


class PdfOptions(_Options):
    language: Literal["en", "zh"] | None = Field(
        None, description="The language of the statements. None: that of the messages."
    )
    people: int = Field(
        200,
        ge=0,
        description="How many statements are in the file at most, the latest period first.",
    )
