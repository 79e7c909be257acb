"""Runs the tests of the policies that `kpirules test` is given, and prints or writes what it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import click

from kpirules.cli.coverage import percent, print_coverage
from kpirules.cli.policies import STDIN, policy_files, read_all
from kpirules.cli.terminal import ERRORS, UNUSABLE, language, print_diagnostics, say, several, stop
from kpirules.cli.trial_records import policy_record
from kpirules.cli.wording import Misuse
from kpirules.diagnostics import Diagnostic, Problems, where
from kpirules.engine import Policy, policy_of
from kpirules.numbers import decimal_text
from kpirules.plugin.replacing import replace_file
from kpirules.policy.coverage.appending import with_tests
from kpirules.policy.coverage.problems import TESTS_FAIL, TOO_FEW
from kpirules.policy.coverage.reached import Coverage, Reached
from kpirules.policy.coverage.suggesting import Suggestions
from kpirules.policy.examples import TestRun
from kpirules.policy.junit import Suite, difference, junit, value_text
from kpirules.trials import coverage_of, hints_of, runs_of_tests, suggest_tests


@dataclass(frozen=True, slots=True)
class Asked:
    """The options. least: the share of points that must be reached; output, junit: files to write."""

    verbose: bool = False
    coverage: bool = False
    least: Fraction | None = None
    suggest: bool = False
    output: Path | None = None
    write: bool = False
    junit: Path | None = None
    records: bool = False


@dataclass(slots=True)
class Tried:
    """One policy with what came of it. wrong: its errors, or why something that was asked for could not be done."""

    policy: Policy
    runs: tuple[TestRun, ...] = ()
    coverage: Coverage | None = None
    hints: Mapping[Reached, str] = field(default_factory=dict)
    suggested: Suggestions | None = None
    wrong: list[Diagnostic] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return self.policy.ruleset is not None

    @property
    def name(self) -> str:
        return self.policy.ruleset.id if self.policy.ruleset is not None else Path(self.policy.path).stem

    @property
    def passed(self) -> bool:
        return self.valid and not self.wrong and all(one.passed for one in self.runs)


def try_policies(files: Sequence[Path], asked: Asked) -> None:
    """All of it; ends the command with the status that fits."""
    if asked.output is not None and _same_file(asked.output, files):
        raise Misuse(
            f"-o {asked.output} is the policy itself; --write adds the tests to it",
            f"-o {asked.output} 就是制度文件本身；追加测试请用 --write",
        )
    policies, failed = read_all(policy_files(files))
    tried = [_try(policy, asked) for policy in policies]
    for one in tried:
        _print(one, asked)
    if asked.records:
        _print_records(tried)
    else:
        _print_sum(tried, asked)
    refused = list(_written(tried, asked))
    stop(refused)
    if failed:
        raise click.exceptions.Exit(UNUSABLE)
    if not all(one.passed for one in tried):
        raise click.exceptions.Exit(ERRORS)


def _same_file(path: Path, files: Iterable[Path]) -> bool:
    return any(
        one != STDIN and one.exists() and path.exists() and path.samefile(one) for one in policy_files(files)
    )


def _try(policy: Policy, asked: Asked) -> Tried:
    found = Tried(policy)
    if policy.ruleset is None:
        found.wrong += [one for one in policy.diagnostics if one.is_error]
        return found
    found.runs = tuple(runs_of_tests(policy))
    if any(one.wrong for one in found.runs):
        return found
    try:
        if asked.coverage:
            found.coverage = coverage_of(policy)
            found.hints = {} if asked.suggest else hints_of(policy, found.coverage)
        if asked.suggest:
            found.suggested = suggest_tests(policy)
    except Problems as unfit:
        found.wrong += unfit.diagnostics
    found.wrong += _refusals(found, asked)
    return found


def _refusals(tried: Tried, asked: Asked) -> Iterator[Diagnostic]:
    """Why the policy does not pass although its expectations may hold."""
    assert tried.policy.ruleset is not None
    span, coverage = tried.policy.ruleset.span, tried.coverage
    if asked.least is not None and coverage is not None and coverage.share < asked.least:
        yield TOO_FEW.at(
            span,
            ruleset=tried.name,
            reached=coverage.reached,
            points=coverage.possible,
            share=percent(coverage),
            least=f"{decimal_text(asked.least * 100)}%",
        )
    if asked.write and not all(one.passed for one in tried.runs):
        yield TESTS_FAIL.at(span, ruleset=tried.name)


# Printing


def _print(tried: Tried, asked: Asked) -> None:
    policy = tried.policy
    aside = asked.records or asked.suggest
    if not asked.records:
        for run in tried.runs:
            _print_run(run, asked.verbose, policy.sources, err=aside)
        if tried.coverage is not None:
            print_coverage(policy, tried.coverage, tried.hints, asked.verbose, err=aside)
        if tried.suggested is not None and asked.output is None and not asked.write:
            click.echo(_texts(tried.suggested), nl=False)
    if tried.suggested is not None:
        _print_without(tried.suggested)
    shown = tried.wrong if tried.valid else policy.diagnostics
    print_diagnostics(shown, policy.sources, err=True)


def _print_run(run: TestRun, verbose: bool, sources: Mapping[str, str], *, err: bool) -> None:
    print_diagnostics(run.wrong, sources, err=True)
    for one in run.findings:
        if one.passed and not verbose:
            continue
        if one.passed:
            whom = f" ({one.person})" if one.person else ""
            said = f"{one.name} = {value_text(one.actual, language())}{whom}"
        else:
            said = difference(one, language())
        head = f'{where(one.span)}: "{one.test}"'
        say(f"{head}: {said}", f"{head}：{said}", err=err)


def _print_without(suggested: Suggestions) -> None:
    """The points for which no facts were found."""
    for one in suggested.without:
        point = one.point
        at, words = where(point.span), point.words
        say(
            f"{at}: {point.owner}: no facts were found for this: {words.en}",
            f"{at}：{point.owner}：没有找到可触及此点的事实：{words.zh}",
        )


def _print_sum(tried: Sequence[Tried], asked: Asked) -> None:
    findings = [one for each in tried for run in each.runs for one in run.findings]
    broken = sum(bool(run.wrong) for each in tried for run in each.runs)
    wrong = sum(not one.passed for one in findings) + broken
    passed = len(findings) + broken - wrong
    invalid = sum(not one.valid for one in tried)
    valid = len(tried)
    say(
        f"{several(passed + wrong, 'expectation')} in {several(valid, 'file')}: {passed} hold, {wrong} fail"
        + (f"; {several(invalid, 'file')} with errors" if invalid else ""),
        f"{valid} 个文件共 {passed + wrong} 项期望：{passed} 项成立，{wrong} 项不成立"
        + (f"；{invalid} 个文件有错误" if invalid else ""),
        err=asked.suggest,
    )


def _print_records(tried: Sequence[Tried]) -> None:
    """Everything as one JSON object; its fields are described in docs/testing.md."""
    records = {
        "passed": all(one.passed for one in tried),
        "policies": [
            policy_record(one.policy, one.runs, one.coverage, one.hints, one.suggested, one.wrong, language())
            for one in tried
        ],
    }
    click.echo(json.dumps(records, ensure_ascii=False, indent=2))


# Files


def _texts(suggested: Suggestions) -> str:
    """The suggested tests, a blank line between them."""
    return "\n".join(one.text for one in suggested.tests)


def _written(tried: Sequence[Tried], asked: Asked) -> Iterator[Diagnostic]:
    """Write the files that were asked for; gives back what went wrong."""
    if asked.junit is not None:
        suites = [Suite(one.policy.path, one.name, one.runs, () if one.valid else one.wrong) for one in tried]
        yield from _put(asked.junit, junit(suites, language()))
    known = [one for one in tried if one.suggested is not None]
    if asked.output is not None:
        text = "\n".join(_texts(one.suggested) for one in known if one.suggested is not None)
        yield from _put(asked.output, text.encode())
        _say_written(known, str(asked.output))
    if asked.write:
        for one in known:
            if one.suggested is not None and one.suggested.tests and all(run.passed for run in one.runs):
                yield from _appended(one, one.suggested)


def _appended(tried: Tried, suggested: Suggestions) -> Iterator[Diagnostic]:
    """The policy's file with the tests, as the whole has been checked; the file is replaced at once or not at all."""
    policy = tried.policy
    whole = policy_of(with_tests(policy.text, suggested.tests), policy.path)
    assert whole.ruleset is not None and all(run.passed for run in runs_of_tests(whole))
    yield from _put(Path(policy.path), whole.text.encode())
    _say_written([tried], policy.path)


def _put(path: Path, content: bytes) -> tuple[Diagnostic, ...]:
    def fill(file: BinaryIO) -> None:
        file.write(content)

    return replace_file(str(path), fill)


def _say_written(tried: Sequence[Tried], path: str) -> None:
    count = sum(len(one.suggested.tests) for one in tried if one.suggested is not None)
    say(
        f"{several(count, 'test')} written to {path}, to be confirmed by a person",
        f"已写入 {path}：{count} 个测试，须由人确认",
    )
