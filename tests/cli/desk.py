"""A desk to try the command line at: a folder, small policies and tables, and a way to run commands in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kpirules.cli import main

#: Points lost for late replies, bands for a ratio, a parameter that must be set, money over a department.
SHOP = """\
ruleset shop "Shop"
  version "2026.1"
  period month
  applies to staff where not on_probation
  missing redistribute

attribute department : text "Team"
attribute on_probation : boolean missing no
input late : count "Late replies"
input good : count
input all : count
input sold : count missing zero
parameter price : money "Price of a piece"
parameter allowance : count = 1 time

measure earned "Earned" = sold * price

indicator speed "Speed" weight 40
  clause "Rule 1"
  measure late
  target <= allowance
  deduct 5 points per time above target

indicator quality "Quality" weight 60
  measure good / all
  target >= 90%
  bands
    from 90%            : 60
    from 60% to below 90% : 0 to 60
    otherwise           : 0

grades
  good "良好" from 80
  poor "差" otherwise

amount base : money = sum of earned over department / headcount over department round to 0.01
amount bonus "Bonus" : money = base * total / 100 round to 0.01
eligible prize when total >= 95
"""
SHOP_FACTS = """\
staff,period,department,on_probation,late,good,all,sold
Ann,2026-01,north,no,3,19,20,10
Bob,2026-01,north,no,0,2,3,5
Cem,2026-01,south,no,,,,1
Dee,2026-01,south,yes,0,1,1,100
Ann,2026-02,north,no,1,75,100,
"""
#: Measures from records, and an input that may be left out.
DESK = """\
ruleset desk "Service desk"
  period month
  missing redistribute

data tickets "Tickets"
  staff       : staff
  opened      : datetime
  first_reply : datetime optional
  survey      : rating 1 to 5 optional
  placed by opened

input courses : count "Courses"

measure quick = share of tickets where first_reply - opened <= 30 min among first_reply is present
measure happy = mean of survey over tickets

indicator response "Response" weight 50
  measure quick
  target >= 100%
  pro rata to target

indicator survey "Survey" weight 30
  measure happy
  target >= 4
  pro rata to target

indicator learning "Learning" weight 20
  measure courses
  target >= 2
  pro rata to target
"""
TICKETS = """\
staff,opened,first_reply,survey
Ann,2026-01-05 09:00,2026-01-05 09:10,5
Ann,2026-01-06 09:00,2026-01-06 10:00,2
Ann,2026-01-07 09:00,,
Bob,2026-01-07 09:00,2026-01-07 09:30,4
Bob,2026-02-07 09:00,2026-02-07 08:30,4
"""


class Desk:
    """A folder in which commands are run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)
        for name in ("LC_ALL", "LC_MESSAGES", "KPIRULES_DEBUG", "NO_COLOR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANG", "C.UTF-8")
        self.put("shop.kpi", SHOP)
        self.put("shop.csv", SHOP_FACTS)
        self.put("desk.kpi", DESK)
        self.put("tickets.csv", TICKETS)

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, *words: str, stdin: str | None = None) -> Result:
        """Run in this process; the output streams are kept apart. An exception that gets out is a failure."""
        result = CliRunner().invoke(main, list(words), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def score(self, *words: str) -> Result:
        """Score the shop with its price set."""
        return self.run("score", "shop.kpi", "--data", "shop.csv", "--set", "price=20", *words)

    def start(
        self, *words: str, environment: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a process of its own. options: as for Popen."""
        command = [sys.executable, "-c", "from kpirules.cli import main; main()", *words]
        run: subprocess.Popen[bytes] = subprocess.Popen(
            command, cwd=self.folder, env={**os.environ, **(environment or {})}, **options
        )
        return run
