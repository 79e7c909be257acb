"""Every way in which a run may end: its status, and what is said of it in either language."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kpirules.cli import check
from tests.cli.desk import Desk

COMMANDS = (
    "check",
    "fmt",
    "explain",
    "diff",
    "simulate",
    "test",
    "score",
    "report",
    "why",
    "run",
    "runs",
    "verify",
    "correct",
    "statement",
    "needs",
    "demo",
    "look",
    "plugin",
    "plugins",
)
BILINGUAL = (
    "check",
    "explain",
    "diff",
    "simulate",
    "test",
    "score",
    "report",
    "why",
    "run",
    "runs",
    "verify",
    "correct",
    "statement",
    "needs",
    "look",
    "plugin",
    "plugins",
)


def test_without_a_command_the_help_is_shown(desk: Desk) -> None:
    result = desk.run()
    assert result.exit_code == 2
    assert all(f"\n  {name} " in result.stderr for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(desk: Desk, name: str) -> None:
    result = desk.run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: kpirules {name} ")
    assert f"\n  kpirules {name}" in result.stdout
    assert "\x1f" not in result.stdout


@pytest.mark.parametrize("name", BILINGUAL)
def test_help_in_chinese(desk: Desk, name: str) -> None:
    first = desk.run(name, "--help", "--lang", "zh")
    assert first.stdout == desk.run("--lang", "zh", name, "-h").stdout
    assert first.stdout.startswith(f"用法：kpirules {name} ")
    assert f"\n  kpirules {name}" in first.stdout
    assert "显示本帮助" in first.stdout and "消息的语言" in first.stdout
    assert "Show" not in first.stdout and "How to" not in first.stdout


def test_the_locale_chooses_the_language(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert desk.run("--help").stdout.startswith("用法：")
    assert desk.run("--help", "--lang", "en").stdout.startswith("Usage:")


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        (["chek"], 'No such command "chek". Did you mean "check"?', "没有命令“chek”。您是不是想写“check”？"),
        (["frobnicate"], 'No such command "frobnicate".', "没有命令“frobnicate”。"),
        (["check"], "Missing argument 'FILES...'.", "缺少参数 FILES...。"),
        (["why", "shop.kpi", "--period", "2026-01"], "Missing option '--staff'.", "缺少选项 --staff。"),
        (["check", "--format", "xml", "x"], "'xml' is not one of", "--format 的值 'xml' 不在可选范围内"),
        (["check", "--fromat", "json"], "No such option", "没有选项 --fromat"),
        (["explain", "K1", "K2"], "Got unexpected extra argument (K2)", "多余的参数：K2。"),
        (["score", "shop.kpi", "--threads", "0"], "0 is not in the range", "--threads 的值 0 超出范围"),
        (
            ["score", "shop.kpi", "--threads", "a"],
            "'a' is not a valid integer",
            "--threads 的值 'a' 不是整数",
        ),
        (["score", "shop.kpi", "--set"], "Option '--set' requires an argument.", "选项 --set 后面要有值。"),
        (["score", "shop.kpi", "--set", "price"], "write NAME=VALUE", "请写 名称=值"),
        (["score", "shop.kpi", "--set", "=3"], "write NAME=VALUE", "请写 名称=值"),
    ],
)
def test_wrong_usage(desk: Desk, words: list[str], en: str, zh: str) -> None:
    result = desk.run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr and en in result.stderr
    result = desk.run("--lang", "zh", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "错误：" in result.stderr and zh in result.stderr


def test_a_mistake_of_the_program_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("in a\ncorner")

    monkeypatch.setattr(check, "read_all", broken)
    result = desk.run("check", "shop.kpi")
    assert (result.exit_code, result.stdout) == (70, "")
    assert result.stderr.startswith("kpirules: internal error: ZeroDivisionError: in a corner. ")
    assert result.stderr.count("\n") == 1 and "KPIRULES_DEBUG=1" in result.stderr
    assert "内部错误" in desk.run("--lang", "zh", "check", "shop.kpi").stderr
    monkeypatch.setenv("KPIRULES_DEBUG", "1")
    assert "Traceback" in desk.run("check", "shop.kpi").stderr


def test_nothing_is_said_to_a_reader_that_went_away(desk: Desk) -> None:
    with desk.start("explain", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.close()  # before anything can have been written
        said = run.stderr.read()
    assert (run.returncode, said) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_standard_output_is_said(desk: Desk) -> None:
    with open("/dev/full", "wb") as full:
        run = desk.start("explain", stdout=full, stderr=subprocess.PIPE)
        _, said = run.communicate()
    assert run.returncode == 2
    assert said.decode() == "kpirules: the system refused: No space left on device\n"


def test_closed_streams_are_no_reason_to_fail(desk: Desk) -> None:
    run = desk.start("check", "shop.kpi", preexec_fn=close_streams)
    assert run.wait() == 0


def test_a_terminal_that_cannot_show_chinese_still_shows_something(desk: Desk) -> None:
    run = desk.start(
        "explain", "K203", "--lang", "zh", environment={"PYTHONIOENCODING": "latin-1"}, stdout=subprocess.PIPE
    )
    said, _ = run.communicate()
    assert run.returncode == 0
    assert said.startswith(b"K203 (\\u9519\\u8bef)")


def test_an_interruption_ends_with_130_and_leaves_nothing_half_written(desk: Desk) -> None:
    # The policy comes through a pipe that stays open, so that the run is surely under way and waiting.
    run = desk.start(
        "score", "-", "--data", "shop.csv", "--set", "price=20", "-o", "scores.csv",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    wait_for_reading(run)
    run.send_signal(signal.SIGINT)
    out, said = run.communicate()
    assert run.returncode == 130
    assert (out, said.strip()) == (b"", b"kpirules: interrupted")
    assert not list(desk.folder.glob("*scores*")) and not list(desk.folder.glob(".*"))


def close_streams() -> None:
    os.close(1)
    os.close(2)


def wait_for_reading(run: subprocess.Popen[bytes]) -> None:
    """Wait until the process waits for its standard input (Linux), or for a time that is long enough."""
    known = Path(f"/proc/{run.pid}/wchan")
    for _ in range(400):
        if known.exists() and "pipe" in known.read_text():
            return
        time.sleep(0.025)
