"""What can go wrong while scoring facts that fit (K601)."""

from __future__ import annotations

from kpirules.diagnostics import declare

TOO_LARGE = declare(
    "K601",
    "error",
    en='a result of "{ruleset}" is too large to be published',
    zh="“{ruleset}”的某个结果过大，无法公布",
    help=(
        "look for a price, a factor or an input with too many digits",
        "请检查是否有位数过多的单价、系数或输入",
    ),
    explain=(
        "A published figure has up to 18 digits, counted in steps of its rounding: 90 million billion cents. An amount"
        " beyond that comes from a slip in a parameter or an input, and nothing is published rather than something"
        " cut off.",
        "公布的数以取整步长计最多 18 位，例如九亿亿分。超出的金额总是来自参数或输入的笔误；此时宁可全部不公布，也不公布截断的数。",
    ),
)
