"""`kpirules demo DIR`: a made-up department, scored by two shipped policies, with one person's statement."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.cli.department import Department, write_department
from kpirules.cli.progress import step
from kpirules.cli.running import Options, Ready, prepare
from kpirules.cli.score import print_table
from kpirules.cli.terminal import UNUSABLE, language, language_option, say, stop
from kpirules.cli.why import statement
from kpirules.engine import report, score_matrix
from kpirules.matrix import ScoreMatrix, score_table
from kpirules.plugin import installed, write_report, write_table
from kpirules.results.report import Wanted


@click.command("demo")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=7, help="Another number makes another department.")
@language_option
def command(folder: Path, seed: int) -> None:
    """Make a department with tickets and staff, score it, and show what comes out.

    DIR gets the data, copies of the policies, a project file, the scores and a statement; change any of them
    and score again with the commands that the demo prints.

    \b
    kpirules demo somewhere
    """
    try:
        with step("making the department", "生成部门数据"):
            department = write_department(folder, seed)
        _run(department)
    except OSError as wrong:
        say(
            f"kpirules: cannot write to {folder}: {wrong.strerror}",
            f"kpirules：无法写入 {folder}：{wrong.strerror}",
        )
        raise click.exceptions.Exit(UNUSABLE) from None


def _run(department: Department) -> None:
    folder = department.folder
    agents, managers = department.rulesets["service_staff"], department.rulesets["after_sales_manager"]
    by_tickets = _ready(agents, (), department.project)
    scores, monthly = _score(by_tickets, folder / "scores.csv")
    _report(by_tickets, scores, folder)
    _, quarterly = _score(_ready(managers, (str(department.managers),), None), folder / "managers-scores.csv")
    say(f"Managers, by quarter ({managers.name}):\n", f"经理，按季度（{managers.name}）：\n", err=False)
    _show(quarterly)
    say(
        f"\nStaff, by month, from their tickets ({agents.name}):\n",
        f"\n员工，按月，由工单算出（{agents.name}）：\n",
        err=False,
    )
    _show(monthly)
    staff, period = _least(monthly)
    statement = _statement(by_tickets, staff, period)
    (folder / "statement.txt").write_text(statement, encoding="utf-8")
    say("\nWhy the lowest total of the last month came about:\n", "\n最近一月最低总分的由来：\n", err=False)
    click.echo(statement)
    _files(department, staff, period)


def _ready(policy: Path, data: tuple[str, ...], project: Path | None) -> Ready:
    return prepare(Options(policy, data, (), None, project, (), None))


def _score(ready: Ready, path: Path) -> tuple[ScoreMatrix, pa.Table]:
    """Score and write; the scores come back, as a table as well."""
    assert ready.policy.ruleset is not None
    with step(
        "scoring (the first run of an installation compiles its kernels)", "计分（首次运行需编译内核）"
    ):
        scores = score_matrix(ready.policy.ruleset, ready.facts.matrix)
        table = score_table(scores)
    stop(write_table(installed(), table, str(path)))
    return scores, table


def _report(ready: Ready, scores: ScoreMatrix, folder: Path) -> None:
    """The report as a page and as a workbook. Without the time of day, so that the same seed makes the same files."""
    wanted = Wanted(f"kpirules {importlib.metadata.version('kpirules')}", language())
    with step("writing the report", "写出报告"):
        made = report(ready.policy, ready.facts, scores, wanted)
        for name in ("report.html", "report.xlsx"):
            stop(write_report(installed(), made, str(folder / name)))


def _show(table: pa.Table) -> None:
    """Totals and grades of the last period, the rest being in the files."""
    last = pc.max(table["period"]).as_py()
    shown = table.filter(pc.equal(table["period"], last))
    print_table(shown.sort_by([("total", "descending")]))


def _least(table: pa.Table) -> tuple[str, str]:
    """Whose total is the lowest in the last period."""
    last = pc.max(table["period"]).as_py()
    rows = table.filter(pc.and_(pc.equal(table["period"], last), pc.is_valid(table["total"])))
    first = rows.sort_by([("total", "ascending"), ("staff", "ascending")]).slice(0, 1).to_pylist()[0]
    return first["staff"], first["period"]


def _statement(ready: Ready, staff: str, period: str) -> str:
    row = ready.facts.row(staff, period)
    assert row is not None
    return "\n".join(statement(ready, row).text())


def _files(department: Department, staff: str, period: str) -> None:
    """Where everything is, and what to try next."""
    folder = department.folder
    policy = department.rulesets["service_staff"]
    names = {
        policy.name: ("the policy for staff", "员工的制度"),
        department.rulesets["after_sales_manager"].name: ("the policy for managers", "经理的制度"),
        department.project.name: ("which file is what to the policy", "各文件与制度的对应"),
        department.tickets.name: ("the tickets", "工单"),
        department.monthly.name: ("what people fill in by month", "每月填报的事实"),
        department.managers.name: ("the managers' facts by quarter", "经理每季度的事实"),
        department.staff.name: ("the staff", "员工"),
        "report.html": ("the report on the staff: open it in a browser", "员工报告：请用浏览器打开"),
        "report.xlsx": ("the same as a workbook", "同一报告的工作簿"),
        "scores.csv": ("scores of the staff", "员工得分"),
        "managers-scores.csv": ("scores of the managers", "经理得分"),
        "statement.txt": ("the statement above", "上面的说明"),
    }
    say(f"\nThe files are in {folder}:", f"\n文件在 {folder}：", err=False)
    for name, (en, zh) in names.items():
        click.echo(f"  {name:<26} {zh if language() == 'zh' else en}")
    say("\nTry next:", "\n接下来可以试试：", err=False)
    # Without an activated environment the bare name would not be found.
    name = "kpirules" if shutil.which("kpirules") else sys.argv[0]
    click.echo(f"  {name} check {policy}")
    click.echo(f"  {name} score {policy} --set reply_limit='20 min' -o {folder / 'stricter.xlsx'}")
    click.echo(f"  {name} why {policy} --staff '{staff}' --period {period} --lang zh")
