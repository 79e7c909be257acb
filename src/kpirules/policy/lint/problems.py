"""What the lint finds in how a policy scores (K308 to K319, K390 to K399), in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

NOT_MONOTONIC = declare(
    "K390",
    "warning",
    en='a better value of "{indicator}" can score lower',
    zh="“{indicator}”的数值更好，得分却可能更低",
    label=("{measure} is better the {better} it is", "{measure} {better}越好"),
    help=(
        "order the points so that a better value never gets fewer; where it is meant, say so in the policy",
        "请调整分值，使更好的数值不会得到更少的分；如确有此意，请在制度中注明",
    ),
    explain=(
        "An indicator is better the higher or the lower its measure is: its target says which, or the side on which "
        "points are deducted, else the points of its outermost values. Here two values stand the other way "
        "round: the better one of them gets fewer points. The example names both.",
        "指标的数值越高越好还是越低越好，由目标决定，或由扣分的方向决定，否则由最两端数值的得分决定。此处有两个数值次序相反：较好的一个得分反而更少。"
        "示例列出了这两个数值。",
    ),
    example="indicator late weight 10\n  measure late_share\n  bands\n    up to 5%       : 8\n"
    "    over 5% to 10% : 10\n    over 10%       : 0",
)
