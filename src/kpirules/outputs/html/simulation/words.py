"""What the page of a simulation itself says, beside the words of every page; the simulation has sentences of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kpirules.diagnostics import Words
from kpirules.outputs.html.words import WORDS as EVERYWHERE

_OWN: Mapping[str, Words] = {
    "simulation": Words("Simulation of a change of policy", "制度变更模拟"),
    "skip": Words("Skip to the answers", "跳到结论"),
    "before": Words("Before", "变更前"),
    "after": Words("After", "变更后"),
    "before_policy": Words("before", "变更前"),
    "change": Words("Change", "变化"),
    "results": Words("Results", "结果"),
    "brief": Words("In short", "要点"),
    "rise": Words("rise", "上升"),
    "fall": Words("fall", "下降"),
    "stay": Words("stay", "不变"),
    "why": Words("Why: what each edit does", "原因：各项改动的作用"),
    "why_short": Words("Why", "原因"),
    "edits": Words("What was edited", "改动内容"),
    "edit": Words("Edit", "改动"),
    "no_effect": Words("wording only", "仅文字"),
    "no_edits": Words(
        "The two policies do not differ in anything that is scored.", "两份制度在计分上没有差别。"
    ),
    "no_parts": Words(
        "The change was not attributed to its edits in this run.", "本次运行未将变化归因到各项改动。"
    ),
    "waterfall_note": Words(
        "The parts add up to the change. Each bar begins where the one above ends.",
        "各部分之和等于总变化；每条从上一条结束处开始。",
    ),
    "in_all": Words("In all", "合计"),
    "all_figures": Words("All figures", "全部指标"),
    "rounded_parts": Words(
        "Parts are rounded so that each column adds up; they are exact in the JSON report.",
        "各部分的舍入保证每列相加等于合计；精确值见 JSON 报告。",
    ),
    "without": Words("Without it", "不作此改动"),
    "without_note": Words(
        "“Without it”: what the figure comes to if this edit alone is given up.",
        "“不作此改动”：仅放弃该项改动时的数值。",
    ),
    "costs": Words("Costs", "费用"),
    "amounts": Words("Amounts", "金额"),
    "more": Words("More for", "增加"),
    "less": Words("Less for", "减少"),
    "sum": Words("Sum over all results", "全部结果合计"),
    "by_period": Words("By period", "按周期"),
    "by_period_note": Words("By period.", "按周期统计。"),
    "change_of": Words("change", "变化"),
    "axis_note": Words("The axis need not begin at 0.", "纵轴不一定从 0 开始。"),
    "heads": Words("How many have it", "人次"),
    "consequence": Words("Consequence", "结果项"),
    "gained": Words("Newly", "新增"),
    "lost_it": Words("No longer", "不再"),
    "budget": Words("Budget", "预算"),
    "over": Words("over by", "超出"),
    "left_over": Words("left", "结余"),
    "kept": Words("kept", "未超"),
    "exceeded": Words("exceeded", "超出"),
    "fails": Words("must be kept", "必须遵守"),
    "curve": Words("What other values would cost", "其他取值的费用"),
    "curve_note": Words(
        "Under the new policy, for each value that was tried. Dashed: the budget.",
        "新制度下各试验取值的结果；虚线为预算。",
    ),
    "curve_plain_note": Words(
        "Under the new policy, for each value that was tried.", "新制度下各试验取值的结果。"
    ),
    "value_now": Words("as in the new policy", "新制度的取值"),
    "nearest": Words("nearest within the budget", "预算内最接近"),
    "totals": Words("Totals", "总分"),
    "totals_note": Words("Results by total, before and after.", "按总分统计的结果数，变更前后对照。"),
    "changes": Words("Changes of totals", "总分变化"),
    "changes_note": Words("Results by how much their total changes.", "按总分变化幅度统计的结果数。"),
    "unchanged_left_out": Words(
        "The {count} that do not change are not drawn.", "未变化的 {count} 条不在图中。"
    ),
    "least": Words("Lowest", "最低"),
    "quarter": Words("Lower quarter", "下四分位"),
    "middle": Words("Middle", "中位"),
    "three_quarters": Words("Upper quarter", "上四分位"),
    "most": Words("Highest", "最高"),
    "change_each": Words("Change of each", "逐条变化"),
    "grades_moved": Words("How grades move", "等级转移"),
    "grades_moved_note": Words(
        "Rows: the grade before; columns: the grade after. Framed: the same grade. The stronger the colour, the more move.",
        "行为变更前等级，列为变更后等级；加框为等级不变。颜色越强，转移越多。",
    ),
    "few_results": Words("few", "少"),
    "many_results": Words("many", "多"),
    "ranks": Words("Ranks", "名次"),
    "ranks_all": Words("Among all of a period", "同一周期全体"),
    "ranks_within": Words("Within", "组内："),
    "rank_rises": Words("Largest rises", "上升最多"),
    "rank_falls": Words("Largest falls", "下降最多"),
    "groups": Words("By group", "分组"),
    "group_note": Words(
        "Bars: the change of the mean total, to the left a fall.", "条形为平均总分的变化，向左为下降。"
    ),
    "rest_of": Words("{count} values; the largest are shown.", "共 {count} 个取值，仅列较大者。"),
    "mean_before": Words("Mean before", "变更前平均"),
    "mean_after": Words("Mean after", "变更后平均"),
    "pilot": Words("The pilot", "试点"),
    "pilot_inside": Words("In the pilot: new policy", "试点内：新制度"),
    "pilot_outside": Words("Outside: old policy", "试点外：旧制度"),
    "pilot_beyond": Words("Outside, if the new policy applied there too", "试点外若也适用新制度"),
    "pilot_where": Words("The new policy applies where", "新制度适用条件："),
    "movers": Words("Largest moves", "变动最大"),
    "losses": Words("Largest losses", "损失最多"),
    "gains": Words("Largest gains", "增加最多"),
    "nobody_loses": Words("Nobody loses.", "无人减少。"),
    "nobody_gains": Words("Nobody gains.", "无人增加。"),
    "reason": Words("Because", "原因"),
    "points_moved": Words("Points", "得分"),
    "all_moves": Words("All moves", "全部变动"),
    "all_moves_note": Words("The largest change of the total first.", "按总分变化幅度从大到小。"),
    "rows_left_out": Words(
        "The list has the {count} largest of {all} moves; a file of all rows can be written with --rows.",
        "列表仅含 {all} 条中变化最大的 {count} 条；用 --rows 可写出全部。",
    ),
    "search_any": Words("Search a name or a group", "搜索姓名或分组"),
    "who": Words("Who", "范围"),
    "anybody": Words("Everybody", "全部"),
    "losers": Words("Totals that fall", "总分下降"),
    "winners": Words("Totals that rise", "总分上升"),
    "unmoved": Words("Totals that stay", "总分不变"),
    "one_sided": Words("A total on one side only", "仅一方有总分"),
    "grade_change": Words("Grade", "等级"),
    "any_grade": Words("Any", "不限"),
    "better": Words("better", "提高"),
    "worse": Words("worse", "降低"),
    "largest_first": Words("Largest change of the total", "总分变化最大"),
    "losses_first": Words("Largest loss of the total", "总分损失最大"),
    "gains_first": Words("Largest gain of the total", "总分增加最大"),
    "loss_of": Words("Largest loss: ", "减少最多："),
    "gain_of": Words("Largest gain: ", "增加最多："),
    "show_more": Words("Show more", "显示更多"),
    "no_match": Words("Nothing matches. Clear the filters.", "没有匹配的结果，请清除筛选条件。"),
    "rests_on": Words("What it rests on", "依据"),
    "policies": Words("The two policies", "两份制度"),
    "file": Words("File", "文件"),
    "set": Words("set for this run", "本次设定"),
    "few": Words("Few records", "记录过少"),
    "few_note": Words(
        "Measures that rest on fewer records than stated, for results whose total changes.",
        "总分变化的结果中，所依据记录少于规定数的度量。",
    ),
    "fewer_than": Words("Fewer than", "少于"),
    "affected": Words("Results", "结果"),
    "examples": Words("For example", "例如"),
    "reading": Words("How to read the figures", "数字说明"),
    "rule_results": Words(
        "A result is one total for one period; “rise” and “fall” are of published totals.",
        "“结果”指一人一个周期的总分；“上升”“下降”以公布的总分为准。",
    ),
    "rule_sums": Words(
        "Sums are of published values, exact. Means and parts are rounded half up to the places shown; the change of a mean is that of the means shown.",
        "合计为公布值之和，精确。平均值与各部分按所示位数四舍五入；平均值的变化为所示平均值之差。",
    ),
    "rule_percent": Words(
        "Percentages are rounded half up; what is not all is never shown as 100%, what is something never as 0%.",
        "百分比四舍五入；不足全部者不写作 100%，不为零者不写作 0%。",
    ),
    "rule_method": Words("Attribution", "归因方法"),
    "private": Words(
        "This file names people and what a change would do to them. Hand it on with care.",
        "本文件含人员姓名及变更对其的影响，请谨慎转交。",
    ),
    "warning": Words("warning", "警告"),
}

WORDS: Mapping[str, Words] = MappingProxyType({**EVERYWHERE, **_OWN})
