"""What can be wrong with how far the tests of a policy reach (K81x)."""

from __future__ import annotations

from kpirules.diagnostics import declare

TOO_FEW = declare(
    "K810",
    "error",
    en='the tests of "{ruleset}" reach {reached} of {points} points, {share}; {least} is asked for',
    zh="“{ruleset}”的测试触及 {points} 个要点中的 {reached} 个（{share}），低于要求的 {least}",
    help=(
        "`kpirules test FILE --coverage` says which are not reached and why, `--suggest` writes tests for them",
        "`kpirules test 文件 --coverage` 列出未触及的要点及原因，`--suggest` 为其写出测试",
    ),
    explain=(
        "`--fail-under` asks that the tests of every policy reach a share of its points: bands, edges, levels, branches,"
        " limits, vetoes, grades and missing cases. Points that are proved to be out of reach do not count.",
        "`--fail-under` 要求每个制度的测试触及一定比例的要点：分段、边界、等级、分支、限额、否决、评定等级与缺失情形。"
        "已证明无法触及的要点不计入。",
    ),
)

TESTS_FAIL = declare(
    "K811",
    "error",
    en='tests of "{ruleset}" fail, and nothing is added to them',
    zh="“{ruleset}”有测试未通过，因此不追加测试",
    help=(
        "mend the policy or its tests first: `kpirules test FILE` shows what was expected and what came out",
        "请先改正制度或其测试：`kpirules test 文件` 列出期望值与实际值",
    ),
    explain=(
        "What `--suggest` writes expects what the policy gives now. While one of its own tests fails, the policy does not"
        " give what somebody said that it should, and new tests would only make that look right.",
        "`--suggest` 写出的测试以制度目前给出的结果为期望值。已有测试未通过时，制度的结果与写明的期望不符，"
        "此时追加的测试只会使错误看似正确。",
    ),
)
