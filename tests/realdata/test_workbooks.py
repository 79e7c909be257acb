"""Real appraisal forms and an old workbook scored by a binding alone, held against what openpyxl and xlrd say of the same cells.

The files are not part of the project; the tests are skipped where they are absent.
"""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlrd

from tests.cli.desk import Desk

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "workbooks"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real workbooks is not here")
HEAD = '  version "1"\n  period month\n  missing redistribute\n'


def put(desk: Desk, pattern: str, policy: str, project: str) -> Path:
    """A policy, a project file, and a real workbook beside them."""
    (workbook,) = DATA.glob(pattern)
    (desk.folder / workbook.name).symlink_to(workbook.resolve())
    desk.put("policy.kpi", policy)
    desk.put("kpirules.toml", project.replace("BOOK", workbook.name))
    return workbook


def score(desk: Desk) -> list[dict[str, str]]:
    result = desk.run("score", "policy.kpi", "--project", "kpirules.toml")
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def rounded(value: Fraction, places: int) -> Decimal:
    step = Decimal(1).scaleb(-places)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)


# An old workbook of a Chinese office program: money with its sign, one row a person, no period

BONUS = f"""\
ruleset bonus "绩效奖金"
{HEAD}
input sales : money
input factor : number
input paid : money

indicator selling "业绩" weight 100
  measure sales
  target >= 15000 CNY
  pro rata to target

result sold : money = sales round to 0.01
result times : number = factor round to 0.01
amount bonus : money = paid round to 0.01
"""
BOUND_BONUS = """\
[inputs]
path = "BOOK"
period = "2026-05"

[inputs.columns]
staff = "代码"
sales = "业绩"
factor = "xxx"
paid = "绩效奖金"
"""


def test_an_old_workbook(desk: Desk) -> None:
    path = put(desk, "*.xls", BONUS, BOUND_BONUS)
    found = score(desk)
    sheet = xlrd.open_workbook(path).sheet_by_index(0)
    rows = [sheet.row_values(number) for number in range(1, sheet.nrows)]
    assert len(found) == len(rows) == 5
    for row, (code, sales, factor, paid) in zip(found, rows, strict=True):
        assert row["staff"] == code
        assert Decimal(row["sold"]) == Decimal(str(sales))
        assert Decimal(row["times"]) == Decimal(str(factor))
        assert Decimal(row["bonus"]) == Decimal(str(paid))
        share = min(Fraction(Decimal(str(sales))) / 15000, Fraction(1))
        assert Decimal(row["selling"]) == rounded(share * 100, 2)


# A form: titles above, signatures below, weights on two levels in merged cells

FORM = f"""\
ruleset form "关键业绩"
{HEAD}
  subject item "序号"

input level_weight : ratio
input own_weight : ratio

indicator whole "Whole" weight 100
  measure own_weight
  linear from 0% : 0 to 100% : 100

result overall_weight : ratio = level_weight * own_weight round to 0.0001
"""
BOUND_FORM = """\
[inputs]
path = "BOOK"
range = "A5:K9"
merged = "repeat"
period = "2026-05"

[inputs.columns]
item = "序号"
level_weight = "权重占比设定"
own_weight = "权重分解（100%）"
"""


def test_a_form_of_two_levels_of_weights(desk: Desk) -> None:
    path = put(desk, "*版式*.xlsx", FORM, BOUND_FORM)
    found = score(desk)
    sheet = openpyxl.load_workbook(path)["Sheet1"]
    assert [row["item"] for row in found] == [str(sheet.cell(at, 3).value) for at in range(6, 10)]
    level = Fraction(str(sheet["B6"].value))
    for at, row in zip(range(6, 10), found, strict=True):
        own = Fraction(str(sheet.cell(at, 8).value))
        assert Decimal(row["whole"]) == rounded(own * 100, 2)
        assert Decimal(row["overall_weight"]) == rounded(level * own, 4)
    assert sum(Decimal(row["whole"]) for row in found) == 100


VALUES = f"""\
ruleset behaviour "行为价值观"
{HEAD}
  subject item "价值观"

attribute level : text
input number : count

indicator place "Place" weight 100
  measure number
  linear from 0 : 0 to 10 : 100

result part : text = level
"""
BOUND_VALUES = """\
[inputs]
path = "BOOK"
range = "A11:K17"
merged = "repeat"
period = "2026-05"

[inputs.columns]
item = "价值观"
level = "项目"
number = "序号"
"""


def test_the_second_table_of_the_form(desk: Desk) -> None:
    path = put(desk, "*版式*.xlsx", VALUES, BOUND_VALUES)
    found = score(desk)
    sheet = openpyxl.load_workbook(path)["Sheet1"]
    assert [row["item"] for row in found] == [sheet.cell(at, 4).value for at in range(12, 18)]
    assert [Decimal(row["place"]) for row in found] == [sheet.cell(at, 3).value * 10 for at in range(12, 18)]
    assert {row["part"] for row in found} == {sheet["A12"].value}


def test_a_form_read_as_if_it_were_a_table_says_what_to_do(desk: Desk) -> None:
    put(
        desk,
        "*版式*.xlsx",
        FORM,
        BOUND_FORM.replace('range = "A5:K9"\n', "").replace('merged = "repeat"\n', ""),
    )
    result = desk.run("score", "policy.kpi", "--project", "kpirules.toml")
    assert result.exit_code == 1
    assert "info[K730]" in result.stderr  # found below the title by the names that are bound
    assert 'merged = "repeat"' in result.stderr
    assert "row 10" in result.stderr  # the next part of the form is no number


# A form of deductions: the total is a formula with a calculated value under a merged title

DEDUCTIONS = f"""\
ruleset deductions "考核表"
{HEAD}
  subject item "考核点"

input first : number
input second : number

indicator left "Left" weight 100
  points = 100 - first - second

result teams : number = first + second round to 0.01
"""
BOUND_DEDUCTIONS = """\
[inputs]
path = "BOOK"
merged = "repeat"
period = "2026-05"

[inputs.columns]
item = "考核点"
first = "大师姐队"
second = "新疆小表哥队"
"""


def test_a_form_of_deductions(desk: Desk) -> None:
    path = put(desk, "*扣分规则*.xlsx", DEDUCTIONS, BOUND_DEDUCTIONS)
    found = score(desk)
    sheet = openpyxl.load_workbook(path, data_only=True)["Sheet1"]
    items = [sheet.cell(at, 2).value for at in range(2, 8)]
    assert [row["item"] for row in found] == [*items, sheet["A8"].value]
    for row in found[:-1]:  # nobody has filled in the form yet
        assert (row["left"], row["teams"]) == ("", "")
    total = Decimal(sheet["D8"].value) + Decimal(sheet["E8"].value)
    assert (Decimal(found[-1]["teams"]), Decimal(found[-1]["left"])) == (total, 100 - total)
