"""The runs of an archive: which there are, in what state, how they follow each other, and how a new one is added.

    ROOT/2026-Q3/1f0c5a7d2b3e4f60/   a run, called by the digest of its manifest
    ROOT/journal.jsonl, ROOT/.lock   see `journal`, `lock`

A final run never changes: that it is superseded is said by the run that takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kpirules import periods
from kpirules.diagnostics import Problems, Words
from kpirules.records import problems
from kpirules.records.archive import (
    MANIFEST,
    MANIFEST_DIGEST,
    SIGNATURE,
    changes,
    digest_file,
    open_run,
    versions,
    write_files,
)
from kpirules.records.content import Content
from kpirules.records.derivations import Watch
from kpirules.records.folder import Writing, clear
from kpirules.records.journal import note, noted
from kpirules.records.manifest import Manifest

Standing = Literal["draft", "final", "superseded", "broken"]
STANDING = {
    "draft": Words("a draft", "草稿"),
    "final": Words("final", "最终"),
    "superseded": Words("superseded", "已被取代"),
    "broken": Words("broken", "已损坏"),
}
#: Makes the signature of a run, the bytes of its file.
Signer = Callable[[Manifest], bytes]
#: An id may be given by its beginning, if it is not shorter.
_LEAST = 4
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Run:
    """A run on the shelf. manifest: None where it is broken. by: the id of the run that took its place."""

    path: Path
    standing: Standing
    manifest: Manifest | None
    by: str | None = None

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def signed(self) -> bool:
        return (self.path / SIGNATURE).exists()


def run_at(path: Path) -> Run:
    """The run in a folder; its neighbours decide whether it is superseded. Raises OSError."""
    whole = path.absolute()
    root = whole.parent.parent
    found = next((one for one in runs(root) if one.path == whole), None) if root.is_dir() else None
    return found or _opened(whole)


def runs(root: Path) -> tuple[Run, ...]:
    """Every run of an archive: the final ones in the order of the chain, then drafts, then what cannot be read.

    Raises OSError where the archive cannot be read.
    """
    found = [_opened(path) for path in _folders(root)]
    sound = [one for one in found if one.manifest is not None]
    successors = {
        one.manifest.supersedes: one.id
        for one in sound
        if one.manifest is not None and one.manifest.state == "final" and one.manifest.supersedes is not None
    }
    standing = [_standing(one, successors) for one in found]
    order = {one.id: place for place, one in enumerate(chain([one for one in standing if _is_final(one)]))}
    return tuple(sorted(standing, key=lambda one: (_RANK[one.standing], order.get(one.id, 0), str(one.path))))


_RANK: dict[Standing, int] = {"superseded": 0, "final": 0, "draft": 1, "broken": 2}


def _is_final(run: Run) -> bool:
    return run.manifest is not None and run.manifest.state == "final"


def _folders(root: Path) -> Iterator[Path]:
    for period in sorted(root.iterdir()):
        known = periods.parse(period.name)
        if known is None or str(known) != period.name or not period.is_dir():
            continue
        inside = (one for one in sorted(period.iterdir()) if not one.name.startswith("."))
        yield from (one for one in inside if one.is_dir())


def _opened(path: Path) -> Run:
    try:
        manifest = open_run(path).manifest
    except Problems:
        return Run(path, "broken", None)
    sound = manifest.id == path.name and manifest.period == path.parent.name
    return Run(path, "draft", manifest) if sound else Run(path, "broken", None)


def _standing(run: Run, successors: dict[str, str]) -> Run:
    if run.manifest is None or run.manifest.state == "draft":
        return run
    by = successors.get(run.manifest.digest)
    return Run(run.path, "final" if by is None else "superseded", run.manifest, by)


def chain(finals: Sequence[Run]) -> list[Run]:
    """Final runs, each behind the one that it follows; those that follow nothing here come first, in order of id."""
    after: dict[str | None, list[Run]] = {}
    known = {one.manifest.digest for one in finals if one.manifest is not None}
    for one in sorted(finals, key=lambda run: run.id):
        assert one.manifest is not None
        previous = one.manifest.previous if one.manifest.previous in known else None
        after.setdefault(previous, []).append(one)
    ordered: list[Run] = []
    waiting = list(reversed(after.get(None, [])))
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        assert one.manifest is not None
        waiting += reversed(after.get(one.manifest.digest, []))
    return ordered


def in_force(known: Sequence[Run], ruleset: str, period: str) -> Run | None:
    """The final run of a ruleset for a period that no other has superseded."""
    return next(
        (
            one
            for one in reversed(known)
            if one.standing == "final"
            and one.manifest is not None
            and (one.manifest.ruleset, one.manifest.period) == (ruleset, period)
        ),
        None,
    )


def find(root: Path, word: str) -> Run:
    """The run that a word means: the beginning of its id, or a period, of which it is the one in force.

    Raises Problems where it means none or several, and OSError.
    """
    known = runs(root)
    period = periods.parse(word)
    if period is not None:
        meant = [one for one in known if one.standing == "final" and one.path.parent.name == str(period)]
    else:
        meant = [one for one in known if len(word) >= _LEAST and one.id.startswith(word.lower())]
    if len(meant) == 1:
        return meant[0]
    if meant:
        names = ", ".join(one.id for one in meant)
        raise Problems([problems.SEVERAL_RUNS.at(None, run=word, archive=str(root), known=names)])
    names = ", ".join(f"{one.path.parent.name}/{one.id}" for one in known[-_MOST_NAMED:])
    listed = Words(names or "there is none", names or "还没有运行")
    raise Problems([problems.NO_RUN.at(None, run=word, archive=str(root), known=listed)])


@dataclass(frozen=True, slots=True)
class Supersede:
    """That a run takes the place of another: reason, why. digest: of the other's manifest; None: whichever is in force."""

    reason: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A run that is in its place. new: it was not there before. dry: it only would be."""

    run: Run
    new: bool
    dry: bool = False


def deposit(
    root: Path,
    content: Content,
    *,
    draft: bool = False,
    supersede: Supersede | None = None,
    sign: Signer | None = None,
    at: str = "",
    watch: Watch | None = None,
    aside: Path | None = None,
) -> Written:
    """Archive a run, whose lock the caller holds (see `lock.hold`); one that is there already is left as it is.

    at: the moment, for the journal. watch: is told how many rows are derived. aside: for a dry run, a folder in which
    the files are made and dropped; nothing else is written. Raises Problems where the run may not be added, and
    OSError; the archive is then as it was.
    """
    if aside is None:
        clear(root)
    known = runs(root) if root.is_dir() else ()
    if not draft:
        _sound(root, known)
    writing = Writing(root if aside is None else aside)
    try:
        write_files(writing, content, watch)
        manifest = Manifest(
            ruleset=content.rules.id,
            version=content.rules.version,
            period=str(content.given.period),
            state="draft" if draft else "final",
            previous=None,
            supersedes=None,
            reason=None,
            files=dict(sorted(writing.files.items())),
            versions=versions(),
        )
        same = _same(known, manifest)
        if same is None:
            manifest = _placed(known, manifest, supersede)
        run = same or Run(root / manifest.period / manifest.id, manifest.state, manifest)
        if aside is not None:
            return Written(run, same is None, dry=True)
        if same is None:
            writing.write(MANIFEST, manifest.written())
            writing.write(MANIFEST_DIGEST, digest_file(manifest))
            if sign is not None:
                writing.write(SIGNATURE, sign(manifest))
            writing.place(run.path)
    finally:
        writing.drop()
    assert run.manifest is not None
    with suppress(OSError):  # the run is in its place; the next job may still note it
        if run.manifest.digest not in noted(root):
            note(root, run.manifest, at)
    return Written(run, same is None)


def _same(known: Sequence[Run], manifest: Manifest) -> Run | None:
    """The run with the same content, wherever it stands in the chain."""
    for one in reversed(known):
        if one.manifest is None:
            continue
        here = {"previous": None, "supersedes": None, "reason": None}
        if one.manifest.model_copy(update=here) == manifest:
            return one
    return None


def _placed(known: Sequence[Run], manifest: Manifest, supersede: Supersede | None) -> Manifest:
    """The manifest with what the run follows and supersedes. Raises Problems where it may not stand there."""
    if manifest.state == "draft":
        return manifest
    finals = [one.manifest for one in known if one.manifest is not None and one.manifest.state == "final"]
    links = {"previous": finals[-1].digest if finals else None, "supersedes": None, "reason": None}
    current = in_force(known, manifest.ruleset, manifest.period)
    old = None if current is None else current.manifest
    if supersede is not None:
        _may_supersede(known, supersede, current)
        links |= {"supersedes": None if old is None else old.digest, "reason": supersede.reason}
    elif old is not None:
        what = _listed(changes(old, manifest))
        raise Problems(
            [
                problems.DIFFERENT.at(
                    None, ruleset=manifest.ruleset, period=manifest.period, run=old.id, what=what
                )
            ]
        )
    return manifest.model_copy(update=links)


def _listed(found: Mapping[str, Words]) -> Words:
    """The first of the differences between two runs."""
    first = list(found.items())[:_MOST_NAMED]
    more = f" (+{len(found) - len(first)})" if len(found) > len(first) else ""
    return Words(
        ", ".join(f"{name} ({how.en})" for name, how in first) + more,
        "、".join(f"{name}（{how.read('zh')}）" for name, how in first) + more,
    )


def _may_supersede(known: Sequence[Run], wanted: Supersede, current: Run | None) -> None:
    """See to it that the run which is to be superseded is the one in force."""
    if wanted.digest is None or (
        current is not None and current.manifest is not None and current.manifest.digest == wanted.digest
    ):
        return
    old = next((one for one in known if one.manifest and one.manifest.digest == wanted.digest), None)
    state = STANDING["broken" if old is None else old.standing]
    raise Problems(
        [
            problems.NOT_IN_FORCE.at(
                None,
                run=wanted.digest[:16] if old is None else old.id,
                state=state,
                current=Words("none", "无") if current is None else current.id,
            )
        ]
    )


def _sound(root: Path, known: Sequence[Run]) -> None:
    """See to it that the chain has one end, to which a run may be added."""
    finals = {one.manifest.digest: one for one in known if one.manifest is not None and _is_final(one)}
    before = {digest: one.manifest.previous for digest, one in finals.items() if one.manifest is not None}
    starts = [finals[digest] for digest, previous in before.items() if previous not in finals]
    followed = {*before.values()}
    ends = [one for digest, one in finals.items() if digest not in followed]
    broken = [one.id for one in known if one.standing == "broken"]
    why: Words | None = None
    if broken:
        why = Words(f"{', '.join(broken)} cannot be read", f"{'、'.join(broken)} 无法读取")
    elif len(ends) > 1 or len(starts) > 1:
        names = [one.id for one in (starts if len(starts) > 1 else ends)]
        why = Words(f"{', '.join(names)} do not follow each other", f"{'、'.join(names)} 不相衔接")
    elif any(one.manifest is not None and one.manifest.previous is not None for one in starts):
        why = Words(f"{starts[0].id} follows a run that is gone", f"{starts[0].id} 之前的运行已不在")
    if why is not None:
        raise Problems([problems.BROKEN_CHAIN.at(None, archive=str(root), why=why)])
