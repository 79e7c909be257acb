"""Whether a run is what was archived: files, manifest, chain and signature, and whether its figures come out again.

Each finding is a diagnostic. Whoever can write to an archive can change files and manifest together, so hashes find
damage and careless changes; a signature whose key lies elsewhere, or a manifest's digest that somebody else keeps,
finds the rest. Recomputing finds figures that the rules do not give, whatever was signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Problems, Words
from kpirules.matrix import score_table
from kpirules.records import manifest as manifests
from kpirules.records import parquet, problems
from kpirules.records.archive import (
    BESIDE,
    DERIVATIONS,
    MANIFEST,
    MANIFEST_DIGEST,
    PARAMETERS,
    SCORES,
    SIGNATURE,
    Archived,
    digest_file,
    parameters_file,
    versions,
)
from kpirules.records.comparing import Compared, differences, rules_by_name
from kpirules.records.content import Content
from kpirules.records.derivations import Watch, derivations
from kpirules.records.figures import every_measure
from kpirules.records.folder import filed, names_in, read_bytes
from kpirules.records.journal import noted
from kpirules.records.manifest import Filed, Manifest
from kpirules.records.parquet import Unfit
from kpirules.records.shelf import Run

#: Why the signature in a file does not hold for a run; None: it holds.
Check = Callable[[bytes, Manifest], Words | None]
_MOST_SIGNATURE = 1 << 16


def files(run: Archived, alone: bool = False) -> Iterator[Diagnostic]:
    """What is wrong with the files of a run, its manifest among them. alone: it was taken out of its archive.

    Raises OSError where they cannot be read.
    """
    yield from _manifest(run, alone)
    there = names_in(run.path)
    for name in there:
        if name not in run.manifest.files and name not in BESIDE:
            yield problems.EXTRA_FILE.at(Cell(str(run.path / name)), file=name, run=run.id)
    for name, expected in run.manifest.files.items():
        if name not in there:
            yield problems.MISSING_FILE.at(Cell(str(run.path / name)), file=name, run=run.id)
            continue
        what = change(run.path / name, expected)
        if what is not None:
            yield problems.CHANGED_FILE.at(Cell(str(run.path / name)), file=name, run=run.id, what=what)


def _manifest(run: Archived, alone: bool) -> Iterator[Diagnostic]:
    place = run.path / MANIFEST_DIGEST
    try:
        if read_bytes(place, manifests.MOST_BYTES) != digest_file(run.manifest):
            what = Words(f"{MANIFEST_DIGEST} has another digest", f"{MANIFEST_DIGEST} 中的摘要不同")
            yield problems.CHANGED_MANIFEST.at(Cell(str(place)), run=run.path.name, what=what)
    except FileNotFoundError:
        yield problems.MISSING_FILE.at(Cell(str(place)), file=MANIFEST_DIGEST, run=run.id)
    except Unfit as wrong:
        yield problems.UNFIT_FILE.at(Cell(str(place)), file=MANIFEST_DIGEST, run=run.id, why=wrong.words)
    expected = f"{run.manifest.period}/{run.manifest.id}"
    here = f"{run.path.parent.name}/{run.path.name}"
    if not alone and here != expected:
        what = Words(f"its folder is {here}, and should be {expected}", f"其文件夹为 {here}，应为 {expected}")
        yield problems.CHANGED_MANIFEST.at(Cell(str(run.path / MANIFEST)), run=run.path.name, what=what)


def change(path: Path, expected: Filed) -> Words | None:
    """How a file differs from what the manifest says of it; None: not at all."""
    try:
        found = filed(path, expected.size)
    except Unfit as wrong:
        return wrong.words
    if found is None or found.size != expected.size:
        size = f"{path.stat().st_size}"
        return Words(
            f"it has {size} bytes instead of {expected.size}", f"有 {size} 字节，应为 {expected.size}"
        )
    if found.sha256 != expected.sha256:
        return Words(
            f"its SHA-256 is {found.sha256[:16]}… instead of {expected.sha256[:16]}…",
            f"其 SHA-256 为 {found.sha256[:16]}…，应为 {expected.sha256[:16]}…",
        )
    return None


def signature(run: Archived, check: Check | None) -> Iterator[Diagnostic]:
    """What is to be said of a run's signature. check: with a key; None: there is none to check it with."""
    path = run.path / SIGNATURE
    try:
        written = read_bytes(path, _MOST_SIGNATURE)
    except FileNotFoundError:
        if check is not None:
            yield problems.NOT_SIGNED.at(Cell(str(run.path)), run=run.id)
        return
    except Unfit as wrong:
        yield problems.BAD_SIGNATURE.at(Cell(str(path)), run=run.id, what=wrong.words)
        return
    if check is None:
        yield problems.NOT_CHECKED.at(Cell(str(path)), run=run.id)
        return
    what = check(written, run.manifest)
    if what is not None:
        yield problems.BAD_SIGNATURE.at(Cell(str(path)), run=run.id, what=what)


def chain(root: Path, known: Sequence[Run]) -> Iterator[Diagnostic]:
    """What is wrong with the order of an archive's runs, and which the journal knows that are not there.

    Runs that cannot be read (`broken`) are told of as they are verified.
    """
    finals = {
        one.manifest.digest: one
        for one in known
        if one.manifest is not None and one.manifest.state == "final"
    }
    followers: dict[str | None, list[str]] = {}
    superseded: dict[str, str] = {}
    for one in finals.values():
        assert one.manifest is not None
        previous, old = one.manifest.previous, one.manifest.supersedes
        followers.setdefault(previous, []).append(one.id)
        if previous is not None and previous not in finals:
            yield problems.LOST_RUN.at(Cell(str(one.path)), run=one.id, previous=previous[:16])
        if old is not None:
            what = _unfit_successor(one.manifest, finals.get(old), superseded.get(old))
            if what is not None:
                yield problems.WRONG_SUPERSEDES.at(
                    Cell(str(one.path)), run=one.id, what=what, previous=old[:16]
                )
            superseded[old] = one.id
    for previous, alike in followers.items():
        if len(alike) > 1:
            said = Words("none", "无") if previous is None else previous[:16]
            yield problems.FORK.at(Cell(str(root)), runs=", ".join(sorted(alike)), previous=said)
    for digest, line in noted(root).items():
        if line.state == "final" and digest not in finals:
            yield problems.GONE.at(Cell(str(root)), archive=str(root), run=line.run)


def _unfit_successor(new: Manifest, old: Run | None, other: str | None) -> Words | None:
    """Why a run may not supersede another; None: it may."""
    if old is None or old.manifest is None:
        return Words("is not in the archive", "不在归档中")
    if (old.manifest.ruleset, old.manifest.period) != (new.ruleset, new.period):
        return Words("is of another ruleset or period", "属于其他规则集或周期")
    if other is not None:
        return Words(f"was superseded by {other}", f"已被 {other} 取代")
    return None


def made_elsewhere(run: Archived) -> Iterator[Diagnostic]:
    """Whether the run was made by other versions than these."""
    here, made = versions(), run.manifest.versions
    other = [name for name in sorted({*here, *made}) if here.get(name) != made.get(name)]
    if other:
        yield problems.OTHER_VERSION.at(
            Cell(str(run.path)),
            run=run.id,
            made=", ".join(f"{name} {made.get(name)}" for name in other),
            here=", ".join(f"{name} {here.get(name)}" for name in other),
        )


def recomputed(run: Archived, content: Content, watch: Watch | None = None) -> Iterator[Diagnostic]:
    """Where the figures of an archive are others than those that come out of what it holds (`content`).

    watch: is told how many rows are derived. Raises OSError.
    """
    rules = rules_by_name(content.rules)
    subject = content.facts.subject
    if run.bytes(PARAMETERS) != parameters_file(content.rules):
        what = Words("the policy gives other values", "按制度得出的值不同")
        yield problems.CHANGED_FILE.at(
            Cell(str(run.path / PARAMETERS)), file=PARAMETERS, run=run.id, what=what
        )
    again = {**dict(every_measure(content.facts)), SCORES: score_table(content.scores)}
    for name, table in again.items():
        yield from _compared(run, name, (subject, "period"), None, [table], rules)
    stray = [name for name in run.manifest.files if name.startswith("measures") and name not in again]
    for name in stray:
        yield problems.EXTRA_FILE.at(Cell(str(run.path / name)), file=name, run=run.id)
    lines = derivations(content.rules, content.scores, watch)
    yield from _compared(run, DERIVATIONS, ("staff", "period", "step", "id"), "id", lines, rules)


def _compared(
    run: Archived,
    name: str,
    keys: tuple[str, ...],
    rule: str | None,
    again: Iterable[pa.Table],
    rules: Mapping[str, Words],
) -> list[Diagnostic]:
    """Where one table differs; or why it cannot be read."""
    file = Compared(run.path / name, name, keys, rule)
    if name not in run.manifest.files:
        return [problems.MISSING_FILE.at(Cell(str(file.path)), file=name, run=run.id)]
    try:
        return differences(file, parquet.read_parts(file.path), again, rules)
    except Unfit as wrong:
        return [problems.UNFIT_FILE.at(Cell(str(file.path)), file=name, run=run.id, why=wrong.words)]


def not_recomputed(run: Archived, wrong: Problems) -> tuple[Diagnostic, ...]:
    """What is said where the run cannot be scored again."""
    why = Words("see the messages above", "见上面的消息")
    return (*wrong.diagnostics, problems.NOT_RECOMPUTED.at(Cell(str(run.path)), run=run.id, why=why))
