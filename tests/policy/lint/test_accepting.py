"""Lines that accept a finding: where they hold, what is wrong with them, and that they are missed when they hold no longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpirules.cli.explain import all_problems
from kpirules.diagnostics import Severity, Span
from kpirules.engine import Policy, lint, policy_of, read_policy
from kpirules.language.format import format_text
from kpirules.language.parse import parse

HEAD = """\
ruleset desk "Desk"
  period month
  missing zero
"""
BODY = """\
input late  : count
input lost  : count
input calls : count
input mails : count
section work "Work" weight 60
  indicator answered "Answered" weight 30
    deduct 1 point per late
  indicator kept "Kept" weight 30
    measure calls
    target >= 10
    pro rata to target
indicator found "Found" weight 40
  deduct 2 points per lost
"""


def looked_over(text: str) -> Policy:
    return lint(policy_of(text, "desk.kpi"))


def codes(policy: Policy) -> list[tuple[str, int]]:
    """Code and line of each finding that is told."""
    return [(one.code, one.place.line) for one in policy.diagnostics if isinstance(one.place, Span)]


def known(policy: Policy) -> list[tuple[str, str]]:
    """Code and reason of each finding that is accepted."""
    return [(one.finding.code, one.line.reason) for one in policy.known]


def after(text: str, line: str, more: str) -> str:
    """The text with a line below another one."""
    assert text.count(line + "\n") == 1, line
    return text.replace(line + "\n", f"{line}\n{more}\n")


# The unused input on line 7 is what there is to accept.


def test_a_policy_without_such_lines_tells_all() -> None:
    policy = looked_over(HEAD + BODY)
    assert codes(policy) == [("K302", 7)]
    assert known(policy) == []


def test_under_the_declaration_that_it_is_about() -> None:
    policy = looked_over(after(HEAD + BODY, "input mails : count", '  accept K302 "the report shows them"'))
    assert codes(policy) == []
    assert known(policy) == [("K302", "the report shows them")]


def test_under_another_declaration_it_accepts_nothing() -> None:
    policy = looked_over(after(HEAD + BODY, "input calls : count", '  accept K302 "the report shows them"'))
    assert codes(policy) == [("K324", 7), ("K302", 8)]


def test_under_the_first_line_it_holds_everywhere() -> None:
    text = HEAD + '  accept K302 "delivered for other uses"\n' + BODY
    assert codes(looked_over(text)) == []
    assert codes(looked_over(text.replace("input lost ", "input more  : count\ninput lost "))) == []


def test_another_code_stays() -> None:
    policy = looked_over(HEAD + '  accept K301 "no"\n' + BODY)
    assert codes(policy) == [("K324", 4), ("K302", 8)]


def test_in_a_section_it_holds_for_its_indicators() -> None:
    cut = BODY.replace("    deduct 1 point per late", "    deduct 1 point per late, at most 5")
    told = codes(looked_over(HEAD + cut))
    assert ("K316", 10) in told
    policy = looked_over(HEAD + after(cut, 'section work "Work" weight 60', '  accept K316 "agreed"'))
    assert [code for code, _ in codes(policy)] == ["K302"]
    assert known(policy) == [("K316", "agreed")]


def test_the_line_that_stands_nearest_accepts() -> None:
    text = after(HEAD + BODY, "input mails : count", '  accept K302 "near"')
    policy = looked_over(text.replace("  missing zero", '  missing zero\n  accept K302 "far"'))
    assert known(policy) == [("K302", "near")]
    assert codes(policy) == [("K324", 4)]


def test_the_next_declaration_is_not_covered() -> None:
    text = HEAD + BODY.replace("input mails", 'input faxes : count\n  accept K302 "faxes"\ninput mails')
    policy = looked_over(text)
    assert codes(policy) == [("K302", 9)]
    assert known(policy) == [("K302", "faxes")]


@pytest.mark.parametrize(
    "declared",
    [
        "attribute post : text\n",
        "parameter p : count = 3\n",
        "measure m = late\n",
        "data jobs\n  who : staff\n  done : date\n  placed by done\n",
        'table t : number by kind\n  "a" 1\n',
        "history posts\n  who : staff\n  since : date\n  rank : text\n  in force from since\n",
        "decision d : count, first\n  when late > 3 : 1\n  otherwise : 0\n",
    ],
    ids=lambda text: text.split()[0],
)
def test_every_kind_of_declaration_may_have_one(declared: str) -> None:
    bare = looked_over(HEAD + BODY + declared)
    code = codes(bare)[-1][0]
    assert len(bare.diagnostics) == 2
    policy = looked_over(HEAD + BODY + declared + f'  accept {code} "later"\n')
    assert codes(policy) == [("K302", 7)]
    assert known(policy) == [(code, "later")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('amount a : number = total round to 1\n  accept K399 "x"', "K324"),
        ('eligible e when total >= 0\n  accept K399 "x"', None),
        ('award e when total >= 0\n  clause "x"\n  accept K399 "x"', None),
        ('alert e when total < 0 level info\n  accept K399 "x"', None),
        ('adjustments\n  veto v when late > 9 : total at most 100\n    accept K341 "x"', None),
        ('adjustments\n  veto v when late > 9 : total at most 100\n  accept K341 "x"', None),
        ('adjustments\n  bonus b : 1 point per mails\n    accept K339 "x"', None),
        ('grades\n  good from 0\n  bad otherwise\n  accept K305 "x"', None),
        ('rollup year\n  total = mean of total\n  require 13 months\n  accept K317 "x"', None),
    ],
)
def test_results_and_adjustments_may_have_one(line: str, code: str | None) -> None:
    body = BODY.replace("input mails : count\n", "input mails : count missing zero\n")
    policy = looked_over(f"{HEAD}{body}{line}\n")
    told = [one for one, _ in codes(policy) if one != "K302"]
    assert told == ([] if code is None else [code])


# Wrong lines


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('accept K999 "x"', "K321"),
        ('accept K466 "x"', "K321"),  # found in data, not in policies
        ('accept K203 "x"', "K322"),
        ('accept K324 "x"', "K322"),
        ('accept K302 ""', "K323"),
        ('accept K302 "  "', "K323"),
    ],
)
def test_a_wrong_line_is_an_error(line: str, code: str) -> None:
    policy = looked_over(f"{HEAD}  {line}\n{BODY}")
    assert (code, 4) in codes(policy)
    assert policy.ruleset is None


def test_a_misspelt_code_is_told_its_neighbour() -> None:
    (found,) = [one for one in looked_over(f'{HEAD}  accept K3O2 "x"\n{BODY}').diagnostics if one.is_error]
    assert found.suggestion is not None
    assert found.suggestion in all_problems()


def test_a_reason_must_stand_there() -> None:
    policy = policy_of(f"{HEAD}  accept K302\n{BODY}")
    assert any(one.is_error for one in policy.diagnostics)


def test_an_error_of_the_same_code_is_never_covered() -> None:
    policy = looked_over(HEAD + '  accept K302 "x"\n' + BODY.replace("weight 40", "weight 41"))
    assert [code for code, _ in codes(policy)] == ["K211"]


def test_a_line_that_waits_for_a_parameter_is_not_missed() -> None:
    text = HEAD + '  accept K399 "as soon as the limit is known"\n  accept K302 "mails"\n' + BODY
    text += "parameter limit : points\neligible e when total >= limit\n"
    assert codes(lint(policy_of(text))) == []
    assert codes(lint(policy_of(text, settings={"limit": "0"}))) == []
    assert codes(lint(policy_of(text, settings={"limit": "50"}))) == [("K324", 4)]


def test_every_finding_in_policies_may_be_accepted_without_loading_more() -> None:
    soft = [
        code
        for code, one in all_problems().items()
        if code < "K4" and one.severity is not Severity.ERROR and code != "K324"
    ]
    lines = "".join(f"  accept {code} 'x'\n".replace("'", '"') for code in soft)
    program = (
        "import sys; from kpirules.engine import policy_of\n"
        "found = policy_of(sys.stdin.read()).diagnostics\n"
        "print([one.message() for one in found if one.is_error])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=HEAD + lines + BODY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


# Files that extend others


BASE = HEAD + BODY.replace("input mails : count", 'input mails : count\n  accept K302 "of the base"')


def written(folder: Path, base: str, own: str) -> Policy:
    (folder / "desk.kpi").write_text(base, encoding="utf-8")
    (folder / "own.kpi").write_text(own, encoding="utf-8")
    return lint(read_policy(folder / "own.kpi"))


OWN = 'ruleset own "Own"\n  extends desk\n'


def test_what_a_base_accepts_in_its_declarations_holds(tmp_path: Path) -> None:
    policy = written(tmp_path, BASE, OWN)
    assert codes(policy) == []
    assert known(policy) == [("K302", "of the base")]


def test_what_replaces_a_declaration_must_accept_anew(tmp_path: Path) -> None:
    policy = written(tmp_path, BASE, OWN + "replace input mails : number\n")
    assert codes(policy) == [("K302", 3)]


def test_under_the_first_line_of_a_base_it_holds_for_its_lines_alone(tmp_path: Path) -> None:
    base = HEAD + '  accept K302 "of the base"\n' + BODY
    policy = written(tmp_path, base, OWN + "input more : count\n")
    assert codes(policy) == [("K302", 3)]
    assert known(policy) == [("K302", "of the base")]


def test_under_its_own_first_line_it_holds_for_what_it_makes_of_the_base(tmp_path: Path) -> None:
    own = OWN + '  accept K316 "agreed here"\n'
    base = HEAD + '  accept K302 "mails"\nparameter most : points = 30\n' + BODY
    base = base.replace("per late", "per late, at most most")
    assert codes(written(tmp_path, base, OWN + "set most = 5\n")) == [("K316", 12)]
    policy = written(tmp_path, base, own + "set most = 5\n")
    assert codes(policy) == []
    assert ("K316", "agreed here") in known(policy)


def test_a_line_of_a_base_that_accepts_nothing_is_told_there_alone(tmp_path: Path) -> None:
    base = BASE.replace("  missing zero", '  missing zero\n  accept K301 "once"')
    policy = written(tmp_path, base, OWN)
    assert codes(policy) == []
    assert codes(lint(read_policy(tmp_path / "desk.kpi"))) == [("K324", 4)]


# Both vocabularies


def test_the_line_is_the_same_in_chinese() -> None:
    text = after(HEAD + BODY, "input mails : count", '  accept K302 "the report shows them"')
    chinese = format_text(parse(text), "zh")
    assert '容许 K302 "the report shows them"' in chinese
    policy = looked_over(chinese)
    assert codes(policy) == []
    assert known(policy) == [("K302", "the report shows them")]
    assert parse(chinese).tree == parse(text).tree
    assert format_text(parse(chinese), "en") == format_text(parse(text), "en")


def test_names_may_still_be_called_so() -> None:
    text = HEAD + BODY + "input accept : count\ngrades\n  accept from 60\n  容许 otherwise\n"
    policy = policy_of(text)
    assert not policy.has_errors
    assert policy.ruleset is not None
    assert [one.id for one in policy.ruleset.grades] == ["accept", "容许"]
