"""Additive scorecards with reason codes: written in the language, they give the published results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.truth.sources import FRAME, absent, holds, read

FILE = "pmml_scorecards.json"
#: Partial scores; how far each lies below its baseline; the reasons in the order of these distances.
REASONED = """\
input department : text
input age        : number
input income     : number

decision department_part : number, first
  when department is missing       : -9
  when department = "marketing"    : 19
  when department = "engineering"  : 3
  when department = "business"     : 6
  otherwise                        : missing
decision age_part : number, first
  when age is missing : -1
  when age <= 18      : -3
  when age <= 29      : 0
  when age <= 39      : 12
  otherwise           : 18
decision income_part : number, first
  when income is missing : 5
  when income <= 1000    : 26
  when income <= 2500    : 5
  otherwise              : -3
measure score = department_part + age_part + income_part

measure department_below = 19 - department_part
measure age_below        = 18 - age_part
measure income_below     = 10 - income_part
decision age_reason : text, first
  when age is missing : "RC2_1"
  when age <= 18      : "RC2_2"
  when age <= 29      : "RC2_3"
  when age <= 39      : "RC2_4"
  otherwise           : "RC2_5"
decision department_place : count, collect count
  when age_below > department_below     : 1
  when income_below > department_below  : 1
decision age_place : count, collect count
  when department_below >= age_below : 1
  when income_below > age_below      : 1
decision income_place : count, collect count
  when department_below >= income_below : 1
  when age_below >= income_below        : 1
decision first_reason : text, first
  when department_place = 0 and department_below > 0 : "RC1"
  when age_place = 0 and age_below > 0               : age_reason
  when income_place = 0 and income_below > 0         : "RC3"
  otherwise                                          : missing
decision second_reason : text, first
  when department_place = 1 and department_below > 0 : "RC1"
  when age_place = 1 and age_below > 0               : age_reason
  when income_place = 1 and income_below > 0         : "RC3"
  otherwise                                          : missing
decision third_reason : text, first
  when department_place = 2 and department_below > 0 : "RC1"
  when age_place = 2 and age_below > 0               : age_reason
  when income_place = 2 and income_below > 0         : "RC3"
  otherwise                                          : missing
"""
FORMULAS = """\
input department : text
input age        : number
input income     : number

decision income_part : number, first
  when income is missing : 3
  when income <= 1000    : 0.03 * income + 11
  when income <= 1500    : 5
  otherwise              : 0.01 * income - 18
decision department_part : number, first
  when department is missing : -9
  otherwise                  : missing
decision age_part : number, first
  when age is missing : -1
  otherwise           : missing
measure score = department_part + age_part + income_part
"""


def published() -> list[Any]:
    return read(FILE) or []


def value(cell: object) -> str:
    if cell is None:
        return "missing"
    return f'"{cell}"' if isinstance(cell, str) and not cell.lstrip("-").isdigit() else str(cell)


@absent(FILE)
@pytest.mark.parametrize("number", range(len(published())))
def test_a_scorecard_gives_the_published_score_and_reasons(number: int) -> None:
    one = published()[number]
    expected = {"score": one["expected"]["score"]}
    reasons = one["expected"].get("reason_codes")
    if reasons is not None:
        names = ("first_reason", "second_reason", "third_reason")
        expected |= dict(zip(names, reasons, strict=True))
    lines = [
        'test "published"',
        "  given " + ", ".join(f"{name} = {value(cell)}" for name, cell in one["inputs"].items()),
        "  expect " + ", ".join(f"{name} = {value(cell)}" for name, cell in expected.items()),
    ]
    holds(FRAME + (REASONED if reasons is not None else FORMULAS) + "\n".join(lines) + "\n")
