"""An office that makes official runs: a small project in a folder, its run as values, and a way to look at an archive."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path

from kpirules import official
from kpirules.diagnostics import Diagnostic
from kpirules.engine import read_policy
from kpirules.gathering import Work, open_project, read_tables
from kpirules.periods import parse
from kpirules.records.archive import MANIFEST, MANIFEST_DIGEST, digest_file, open_run
from kpirules.records.content import Content
from kpirules.records.lock import hold
from kpirules.records.manifest import Manifest
from kpirules.records.shelf import Run, Supersede, Written, deposit, runs
from kpirules.records.verify import chain, files

#: Points, a base that is extended, records with a calendar, an adjustment, a rank, an amount.
BASE = """\
ruleset base "Base"
  period month
  missing redistribute

data tickets "Tickets"
  staff       : staff
  opened      : datetime
  first_reply : datetime optional
  placed by opened

attribute team : text
input courses : count "Courses"
input sold : money missing zero
parameter price : money = 10 yuan

measure quick = share of tickets where first_reply - opened <= 30 min among first_reply is present

indicator response "Response" weight 60
  clause "Rule 1"
  measure quick
  target >= 90%
  pro rata to target

indicator learning "Learning" weight 40
  measure courses
  target >= 3
  pro rata to target

adjustments
  bonus seller "Seller" : 2 points when sold > 100 yuan

grades
  good from 80
  poor otherwise

amount bonus : money = price * total / 100 round to 0.01
"""
DESK = """\
ruleset desk "Desk"
  extends base
  version "2026.1"

set price = 20 yuan

amount place : count = rank of total within team
"""
PROJECT = """\
[project]
ruleset = "desk.kpi"

[parameters]
price = "25 yuan"

[inputs]
path = "inputs.csv"

[data.tickets]
path = "tickets.csv"
missing = ["-"]

[calendar]
overrides = "days.csv"
"""
INPUTS = """\
staff,period,team,courses,sold
Ann,2026-01,north,2,120.50
Bob,2026-01,north,3,
Cem,2026-01,south,,7
Ann,2026-02,north,1,0.10
"""
TICKETS = """\
staff,opened,first_reply
Ann,2026-01-05 09:00,2026-01-05 09:10
Ann,2026-01-06 09:00,2026-01-06 10:00
Ann,2026-01-07 09:00,-
Bob,2026-01-07 09:00,2026-01-07 09:30
Cem,2026-01-31 23:59,2026-02-01 00:10
Ann,2026-02-07 09:00,2026-02-07 09:30
"""
DAYS = "date,kind\n2026-01-04,work\n"


def office(folder: Path) -> Path:
    """The project's files, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {"base.kpi": BASE, "desk.kpi": DESK, "kpirules.toml": PROJECT}
    named |= {"inputs.csv": INPUTS, "tickets.csv": TICKETS, "days.csv": DAYS}
    for name, text in named.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def scored(folder: Path, period: str = "2026-01", threads: int | None = None) -> official.Scored:
    """The run of a project's period, as `kpirules run` makes it."""
    wanted = parse(period)
    assert wanted is not None
    with contextlib.chdir(folder):
        path = Path("kpirules.toml")
        project, _ = open_project(path)
        assert project.ruleset is not None
        settings = {name: one.text for name, one in project.parameters.items()}
        policy = read_policy(Path(project.ruleset), settings)
        assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
        work = Work(policy.ruleset, {}, project, (wanted,))
        tables = read_tables(work)
        given = official.given_of(policy, path.read_text(encoding="utf-8"), tables, wanted)
    return official.score(official.Ready(policy, work, tables, given), threads)


def archived(root: Path, content: Content, *, draft: bool = False, reason: str | None = None) -> Written:
    """The run in the archive, with everything that a job does."""
    with hold(root, "a test"):
        supersede = None if reason is None else Supersede(reason)
        return deposit(root, content, draft=draft, supersede=supersede)


def with_note(content: Content, text: str) -> Content:
    """The same run with something else in it, so that it is another."""
    return replace(content, more={**content.more, "more.json": text.encode()})


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by path."""
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }


def copy(run: Path, to: Path) -> Path:
    """A run's folder copied, its files writable."""
    shutil.copytree(run, to)
    for one in to.rglob("*"):
        if one.is_file():
            one.chmod(0o644)
    return to


def wrong(root: Path) -> list[Diagnostic]:
    """What hashes and chain say of a whole archive."""
    known = runs(root)
    found = list(chain(root, known))
    for one in known:
        found += files(open_run(one.path))
    return found


def codes(found: list[Diagnostic]) -> list[str]:
    return [one.code for one in found]


def finals(root: Path) -> list[Run]:
    return [one for one in runs(root) if one.standing in ("final", "superseded")]


def forge(run: Path, manifest: Manifest) -> Path:
    """Write another manifest with everything that belongs to it, and move the run where it then belongs."""
    (run / MANIFEST).write_bytes(manifest.written())
    (run / MANIFEST_DIGEST).write_bytes(digest_file(manifest))
    target = run.parent.parent / manifest.period / manifest.id
    target.parent.mkdir(exist_ok=True)
    run.rename(target)
    return target
