"""The archive of one run: its files written, and opened again.

    kpirules.toml, policy/, calendar.csv   what the run was asked, word for word
    given.json, tables/, corrections/      what it read: the rows, and where each of them stood
    parameters.json                        the parameters at their values
    measures.parquet (measures-week ...)   the facts by person and period
    scores.parquet, derivations.parquet    what was published, and how each figure came about
    notes.json                             what was told while the data were read
    manifest.json, MANIFEST.sha256         every file with its SHA-256, and the manifest's own

`shelf` decides what the run follows, and when it comes to be in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from kpirules.diagnostics import Diagnostic, Problems, Words, as_record
from kpirules.matrix import score_table
from kpirules.model.rules import Parameter, Ruleset
from kpirules.numbers import decimal_text
from kpirules.records import manifest as manifests
from kpirules.records import parquet
from kpirules.records.content import Content
from kpirules.records.derivations import SCHEMA, Watch, derivations
from kpirules.records.figures import every_measure
from kpirules.records.folder import Writing, read_bytes
from kpirules.records.manifest import Manifest, canonical, read_manifest
from kpirules.records.parquet import Unfit
from kpirules.records.problems import MISSING_FILE, UNFIT_FILE
from kpirules.records.snapshot import CALENDAR, GIVEN, MOST_BYTES, PROJECT, Given, described, read_given

MANIFEST = "manifest.json"
MANIFEST_DIGEST = "MANIFEST.sha256"
SIGNATURE = "signature.dsse.json"
PARAMETERS = "parameters.json"
NOTES = "notes.json"
SCORES = "scores.parquet"
DERIVATIONS = "derivations.parquet"
#: What is not in the manifest's list of files.
BESIDE = (MANIFEST, MANIFEST_DIGEST, SIGNATURE)
#: What makes the figures, the bytes of the tables, and the public holidays.
_MAKERS = ("kpirules", "pyarrow", "duckdb", "chinesecalendar")


def versions() -> dict[str, str]:
    """What makes the files of an archive here, with its versions."""
    return {name: version(name) for name in _MAKERS}


def write_files(writing: Writing, content: Content, watch: Watch | None = None) -> None:
    """Every file of a run but the manifest. watch: is told how many rows are derived. Raises OSError."""
    what = described(content.given)
    for name, data in what.texts.items():
        writing.write(name, data)
    for name, table in what.tables.items():
        _write_table(writing, name, table)
    writing.write(PARAMETERS, parameters_file(content.rules))
    writing.write(NOTES, canonical(_notes(content.notes)))
    for name, table in every_measure(content.facts):
        _write_table(writing, name, table)
    _write_table(writing, SCORES, score_table(content.scores))
    with writing.file(DERIVATIONS) as stream:
        parquet.write_parts(stream, SCHEMA, derivations(content.rules, content.scores, watch))
    for name, data in sorted(content.more.items()):
        writing.write(name, data)


def _write_table(writing: Writing, name: str, table: pa.Table) -> None:
    with writing.file(name) as stream:
        parquet.write_table(stream, table)


def digest_file(manifest: Manifest) -> bytes:
    """The file with the manifest's digest, as `sha256sum --check` reads it."""
    return f"{manifest.digest}  {MANIFEST}\n".encode()


def parameters_file(rules: Ruleset) -> bytes:
    """The parameters at the values with which a policy is scored."""
    return canonical({name: _parameter(one) for name, one in rules.parameters.items()})


def _parameter(one: Parameter) -> dict[str, object]:
    stretches = one.schedule.stretches if one.schedule is not None else ()
    return {
        "value": _written(one.value),
        "unit": one.type.unit.name.lower(),
        "given": one.given,
        "from": {str(stretch.first): _written(stretch.value) for stretch in stretches},
    }


def _written(value: object) -> object:
    return decimal_text(value) if isinstance(value, Fraction) else value


def _notes(notes: tuple[Diagnostic, ...]) -> list[dict[str, object]]:
    """What was told, in both languages."""
    found = []
    for one in notes:
        record = as_record(one, "en")
        both = {"message_zh": one.message("zh"), "help_zh": one.help("zh")}
        found.append({name: value for name, value in (record | both).items() if value is not None})
    return found


@dataclass(frozen=True, slots=True)
class Archived:
    """A run that was opened: its manifest is sound in itself, its files are read when they are asked for.

    Nothing says yet that the files are those of the manifest: `verify` does. Each way of reading raises Problems where
    a file is not what an archive holds, and OSError.
    """

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def signed(self) -> bool:
        return (self.path / SIGNATURE).exists()

    def bytes(self, name: str, most: int = MOST_BYTES) -> bytes:
        """A file's bytes."""
        self._there(name)
        try:
            return read_bytes(self.path / name, most)
        except Unfit as wrong:
            raise self._unfit(name, wrong) from None

    def text(self, name: str) -> str:
        """A file's text."""
        try:
            return self.bytes(name).decode()
        except UnicodeDecodeError:
            raise self._unfit(name, Unfit("it is no text in UTF-8", "不是 UTF-8 文本")) from None

    def table(self, name: str) -> pa.Table:
        """The table in a file."""
        self._there(name)
        try:
            return parquet.read_table(self.path / name)
        except Unfit as wrong:
            raise self._unfit(name, wrong) from None

    def given(self) -> Given:
        """What the run was given: enough to make its facts and scores again, without its sources."""
        try:
            found = read_given(self.bytes(GIVEN))
        except Unfit as wrong:
            raise self._unfit(GIVEN, wrong) from None
        tables, corrections = {}, []
        for name, file, correcting in found.files:
            table = self.table(file)
            try:
                source = found.source(file, table)
            except Unfit as wrong:
                raise self._unfit(file, wrong) from None
            if correcting:
                corrections.append(source)
            else:
                tables[name] = source
        return Given(
            found.period,
            self.text(PROJECT),
            {path: self.text(file) for path, file in found.policy.items()},
            tables,
            self.text(CALENDAR) if CALENDAR in self.manifest.files else None,
            tuple(corrections),
        )

    def _there(self, name: str) -> None:
        if name not in self.manifest.files or not (self.path / name).exists():
            raise Problems([MISSING_FILE.at(None, file=name, run=self.id)])

    def _unfit(self, name: str, wrong: Unfit) -> Problems:
        return Problems([UNFIT_FILE.at(None, file=name, run=self.id, why=wrong.words)])


def open_run(path: Path) -> Archived:
    """The run in a folder. Raises Problems where its manifest is none, and OSError."""
    name = path.name
    try:
        found = read_manifest(read_bytes(path / MANIFEST, manifests.MOST_BYTES))
    except FileNotFoundError:
        raise Problems([MISSING_FILE.at(None, file=MANIFEST, run=name)]) from None
    except Unfit as wrong:
        raise Problems([UNFIT_FILE.at(None, file=MANIFEST, run=name, why=wrong.words)]) from None
    if found is None:
        why = Words("it is no manifest of a run", "不是运行的清单")
        raise Problems([UNFIT_FILE.at(None, file=MANIFEST, run=name, why=why)])
    return Archived(path, found)


_NEW, _GONE, _OTHER = Words("new", "新增"), Words("gone", "缺少"), Words("other", "不同")


def changes(old: Manifest, new: Manifest) -> Mapping[str, Words]:
    """Files and versions in which two runs differ, by name with a word on how."""
    found = {}
    for name in sorted({*old.files, *new.files}):
        if old.files.get(name) != new.files.get(name):
            found[name] = _NEW if name not in old.files else _GONE if name not in new.files else _OTHER
    for name in sorted({*old.versions, *new.versions}):
        here, there = old.versions.get(name), new.versions.get(name)
        if here != there:
            found[name] = Words(f"{here} -> {there}")
    return found
