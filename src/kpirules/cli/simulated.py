"""A simulation as text: sections of lines and tables that fit into a hundred columns, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import click

from kpirules.cli.terminal import heading, language
from kpirules.diagnostics import Words, width
from kpirules.numbers import decimal_text
from kpirules.plugin.simulated import (
    Amount,
    Attributed,
    Attribution,
    Breakdown,
    Curve,
    EditShown,
    Figures,
    Level,
    Move,
    Movers,
    Notation,
    Simulation,
    Spread,
    apportioned,
)
from kpirules.units import Unit

_WIDE = 100
#: Lines of long lists; the rest is in the other forms of the report.
_MOVES, _VALUES, _POINTS = 5, 8, 25
_BAR = 24
#: The first column of a table is at most as wide.
_FIRST = 40


def report(simulation: Simulation) -> None:
    """Print the whole."""
    for title, lines in _sections(simulation):
        told = list(lines)
        if told:
            heading(title)
            for line in told:
                click.echo(line)
            click.echo()


def _sections(one: Simulation) -> Iterator[tuple[str, Iterator[str]]]:
    yield _t(f"Simulation: {one.old.id} -> {one.new.id}", f"模拟：{one.old.id} -> {one.new.id}"), _head(one)
    yield _t("Edits", "改动"), _edits(one)
    yield _t("Who gains, who loses", "增减情况"), _counts(one)
    yield _t("Pilot", "试点"), _pilot(one)
    yield _t("Amounts", "金额"), _amounts(one)
    yield _t("Budgets", "预算"), _budgets(one)
    yield _t("Rewards and alerts", "资格、奖惩与预警"), _heads(one)
    yield _t("What each edit does", "每处改动的作用"), _attribution(one)
    yield _t("Grades: before (rows) and after (columns)", "等级：原（行）与新（列）"), _transitions(one)
    yield _t("Totals", "总分分布"), _distribution(one)
    yield _t("Ranks", "名次"), _ranks(one)
    if len(one.periods.groups) > 1:
        yield _t("By period", "按周期"), _breakdown(one, one.periods, most=60)
    for by in one.by:
        name = by.label.read(language())
        yield _t(f"By {name}", f"按{name}"), _breakdown(one, by)
    for movers in one.movers:
        name = movers.label.read(language())
        yield _t(f"Largest losses: {name}", f"减少最多：{name}"), _moves(one, movers, movers.losses)
        yield _t(f"Largest gains: {name}", f"增加最多：{name}"), _moves(one, movers, movers.gains)
    for curve in one.curves:
        name = curve.label.read(language())
        yield _t(f"Values of {name}", f"试取：{name}"), _curve(one, curve)
    yield _t("Notes", "说明"), _notes(one)


def _t(en: str, zh: str) -> str:
    return zh if language() == "zh" else en


def _said(words: Words) -> str:
    return words.read(language())


def _head(one: Simulation) -> Iterator[str]:
    who, rows = one.people, one.whole.rows
    periods = [group.label.en for group in one.periods.groups]
    span = periods[0] if len(periods) == 1 else f"{periods[0]}..{periods[-1]}" if periods else ""
    yield _t(
        f"  {rows:,} rows of {who:,} {one.subjects.en if who != 1 else one.subject.en}, {span}",
        f"  {who:,} 名（个）{one.subject.zh}，共 {rows:,} 行，{span}",
    )
    for word, version in ((_t("old", "原"), one.old), (_t("new", "新"), one.new)):
        given = ", ".join(
            f"{name} = {_said(value)}" for name, value in version.parameters if name in version.given
        )
        tail = f" ({given})" if given else ""
        yield _cut(f"  {word}: {version.path} {version.label}{tail}")


def _edits(one: Simulation) -> Iterator[str]:
    told = [edit for edit in one.edits if edit.effect]
    for edit in told:
        number = f"{edit.part + 1}" if edit.part is not None else "-"
        yield from _edit(number, edit)
    idle = len(one.edits) - len(told)
    if idle:
        yield _t(f"  and {idle} that only readers see", f"  另有 {idle} 处仅涉及文字")


def _edit(number: str, edit: EditShown) -> Iterator[str]:
    old, new = _said(edit.old).split("\n"), _said(edit.new).split("\n")
    if len(old) == 1 and len(new) == 1:
        yield _cut(f"  {number:>2}  {_said(edit.title)}: {old[0] or '–'} -> {new[0] or '–'}")
        return
    yield f"  {number:>2}  {_said(edit.title)}"
    for sign, lines in (("-", old), ("+", new)):
        yield from (_cut(f"        {sign} {line}") for line in lines if line)


def _counts(one: Simulation) -> Iterator[str]:
    yield from _figures_lines(one, one.whole)


def _figures_lines(one: Simulation, figures: Figures) -> Iterator[str]:
    counts, rows = figures.counts, figures.rows
    for words, count in (
        (_t("gain", "总分上升"), counts.up),
        (_t("lose", "总分下降"), counts.down),
        (_t("stay the same", "不变"), counts.same),
        (_t("have a total under the old policy alone", "仅旧制度下有总分"), counts.only_old),
        (_t("have a total under the new policy alone", "仅新制度下有总分"), counts.only_new),
        (_t("have no total under either", "两者皆无总分"), counts.none),
    ):
        if count or words in (_t("gain", "总分上升"), _t("lose", "总分下降")):
            yield f"  {count:>10,}  {_share(count, rows):>6}  {words}"
    yield _t(
        f"  mean total {_mean(one, figures.mean_old)} -> {_mean(one, figures.mean_new)}",
        f"  平均总分 {_mean(one, figures.mean_old)} -> {_mean(one, figures.mean_new)}",
    )


def _pilot(one: Simulation) -> Iterator[str]:
    if one.pilot is None:
        return
    yield _cut(f"  {_t('where', '条件')} {one.pilot.condition}")
    sides = (
        (_t("inside: the new policy", "试点内：新制度"), one.pilot.inside),
        (_t("outside: the old policy", "试点外：旧制度"), one.pilot.outside),
        (_t("outside, were it new too", "试点外若也用新制度"), one.pilot.beyond),
    )
    rows = [[name, *_group_cells(one, figures)] for name, figures in sides]
    yield from _table([_t("rows", "范围"), *_group_titles(one)], rows)


def _amounts(one: Simulation) -> Iterator[str]:
    rows = []
    for amount in one.whole.amounts:
        rows.append(
            [
                _said(amount.label),
                _money(amount.notation, amount.old),
                _money(amount.notation, amount.new),
                _money(amount.notation, amount.difference, signed=True),
                _percent(amount),
                f"{amount.up:,}",
                f"{amount.down:,}",
            ]
        )
    if rows:
        yield from _table(
            [
                _t("sum of", "合计"),
                _t("old", "原"),
                _t("new", "新"),
                _t("difference", "差"),
                "",
                _t("more", "增加"),
                _t("less", "减少"),
            ],
            rows,
        )


def _percent(amount: Amount) -> str:
    if not amount.old:
        return ""
    value = amount.difference / abs(amount.old) * 100
    return f"{'+' if value > 0 else ''}{decimal_text(value, 1)}%"


def _budgets(one: Simulation) -> Iterator[str]:
    for number, budget in enumerate(one.budgets):
        limit, over = _money(budget.notation, budget.limit), _money(budget.notation, abs(budget.over))
        state = (
            _t(f"kept, {over} to spare", f"未超，余 {over}")
            if budget.kept
            else _t(f"exceeded by {over}", f"超出 {over}")
        )
        yield f"  {_said(budget.label)}: {_money(budget.notation, budget.new)} / {limit}: {state}"
        line = next(
            (a for a in one.attribution if a.name == budget.amount and a.kind is Attributed.AMOUNT), None
        )
        if line is not None and not budget.kept:
            for part, without in zip(one.parts, line.without, strict=True):
                fits = _t("kept", "不超") if without <= budget.limit else _t("exceeded", "仍超")
                yield _cut(
                    f"    {_t('without', '若无')} {_said(part.title)}: {_money(budget.notation, without)}: {fits}"
                )
        for curve in one.curves:
            yield _kept(curve, number)


def _kept(curve: Curve, budget: int) -> str:
    kept = curve.kept[budget]
    name = _said(curve.label)
    if kept.last is None:
        return _t(f"    no value of {name} that was tried keeps it", f"    所试的 {name} 的取值都会超出")
    best = _said(curve.points[kept.last].text)
    count = f"{len(kept.kept)}/{len(curve.points)}"
    return _t(
        f"    {name} = {best} comes nearest within it ({count} of the values keep it)",
        f"    {name} = {best} 最接近而不超（{count} 个取值不超）",
    )


def _heads(one: Simulation) -> Iterator[str]:
    rows = [
        [
            _said(head.label) + (f": {head.text}" if head.text is not None else ""),
            f"{head.old:,}",
            f"{head.new:,}",
            f"+{head.gained:,}",
            f"-{head.lost:,}",
        ]
        for head in one.whole.heads
    ]
    if rows:
        yield from _table(
            [
                _t("rows with", "行数"),
                _t("old", "原"),
                _t("new", "新"),
                _t("gained", "新增"),
                _t("lost", "失去"),
            ],
            rows,
        )


def _attribution(one: Simulation) -> Iterator[str]:
    """A row for each part, a column for each figure that changes; the last row is the whole change."""
    lines = [line for line in one.attribution if any(line.parts)]
    if not lines:
        return
    order = sorted(range(len(one.parts)), key=lambda part: (-abs(lines[0].parts[part]), part))
    shown = [apportioned(line.parts, _places(line)) for line in lines]
    rows = [["", *(_line_value(line, line.old) for line in lines)]]
    rows[0][0] = _t("old", "原")
    for part in order:
        values = [
            _line_value(line, parts[part], signed=True) if line.parts[part] else "."
            for line, parts in zip(lines, shown, strict=True)
        ]
        rows.append([f"{part + 1:>2} {_said(one.parts[part].title)}", *values])
    rows.append(
        [_t("in all", "合计"), *(_line_value(line, line.new - line.old, signed=True) for line in lines)]
    )
    rows.append([_t("new", "新"), *(_line_value(line, line.new) for line in lines)])
    yield from _table([_t("edit", "改动"), *(_line_title(line) for line in lines)], rows)
    yield from _wrapped(f"({_said(one.method)})", "  ")


def _line_title(line: Attribution) -> str:
    label = _said(line.label)
    match line.kind:
        case Attributed.GRADE:
            return _t(f"grade {label}", f"等级 {label}")
        case _:
            return label


def _places(line: Attribution) -> int:
    """Parts of counts are no whole numbers; one more place shows it."""
    counted = line.notation.unit is Unit.COUNT and any(part.denominator != 1 for part in line.parts)
    return line.notation.places + (2 if counted else 0)


def _line_value(line: Attribution, value: Fraction, *, signed: bool = False) -> str:
    notation = Notation(
        line.notation.unit,
        _places(line) if value.denominator != 1 else line.notation.places,
        line.notation.currency,
    )
    return notation.text(value, language(), signed=signed)


def _transitions(one: Simulation) -> Iterator[str]:
    used = [
        place
        for place in range(len(one.levels))
        if any(one.transitions[place]) or any(row[place] for row in one.transitions)
    ]
    if len(used) < 2 and not one.old.levels and not one.new.levels:
        return
    names = [_level(one.levels[place]) for place in used]
    rows = [
        [
            names[at],
            *(
                f"{one.transitions[place][other]:,}" if one.transitions[place][other] else "."
                for other in used
            ),
            f"{sum(one.transitions[place]):,}",
        ]
        for at, place in enumerate(used)
    ]
    sums = [f"{sum(row[place] for row in one.transitions):,}" for place in used]
    total = _t("in all", "合计")
    yield from _table(["", *names, total], [*rows, [total, *sums, f"{one.whole.rows:,}"]])


def _level(level: Level) -> str:
    return _said(level.label)


def _distribution(one: Simulation) -> Iterator[str]:
    shown = one.distribution
    for word, spread in (
        (_t("old", "原"), shown.spread_old),
        (_t("new", "新"), shown.spread_new),
        (_t("change", "变化"), shown.spread_change),
    ):
        if spread is not None:
            yield f"  {_pad(word, 8)}{_spread(one, spread)}"
    most = max((max(one.old, one.new) for one in shown.bins), default=0)
    if most:
        yield f"  {_pad(_t('totals from', '总分自'), 14)}{_pad(_t('old', '原'), _BAR + 10)}{_t('new', '新')}"
    for bar in shown.bins:
        low = one.total.text(bar.low, language())
        cells = [f"{'#' * _scaled(count, most)} {count:,}" for count in (bar.old, bar.new)]
        yield f"  {low:>12}  {_pad(cells[0], _BAR + 10)}{cells[1]}"


def _scaled(count: int, most: int) -> int:
    return -(-count * _BAR // most)


def _spread(one: Simulation, spread: Spread) -> str:
    values = [
        one.total.text(value, language())
        for value in (spread.least, spread.quarter, spread.middle, spread.three_quarters, spread.most)
    ]
    names = (
        (_t("least", "最低"), values[0]),
        ("25%", values[1]),
        (_t("middle", "中位"), values[2]),
        ("75%", values[3]),
        (_t("most", "最高"), values[4]),
    )
    return "  ".join(f"{name} {value}" for name, value in names)


def _ranks(one: Simulation) -> Iterator[str]:
    labels = dict(one.attributes)
    for ranks in one.ranks:
        where = (
            _t("among all of a period", "同周期全体")
            if ranks.within is None
            else _t(f"within {_said(labels[ranks.within])}", f"同{_said(labels[ranks.within])}内")
        )
        yield _t(
            f"  {where}: {ranks.up:,} rise, {ranks.down:,} fall, {ranks.same:,} stay",
            f"  {where}：上升 {ranks.up:,}，下降 {ranks.down:,}，不变 {ranks.same:,}",
        )
        for word, moves in ((_t("up", "升"), ranks.rises), (_t("down", "降"), ranks.falls)):
            if moves:
                told = ", ".join(f"{m.staff} {m.period} {m.old} -> {m.new}" for m in moves[:3])
                yield _cut(f"    {word}: {told}")


def _group_titles(one: Simulation) -> list[str]:
    return [
        _t("rows", "行数"),
        _t("gain", "上升"),
        _t("lose", "下降"),
        _t("mean total", "平均总分"),
        _t("change", "变化"),
        *(f"{_said(amount.label)} {_t('+/-', '增减')}" for amount in one.whole.amounts if amount.cost),
    ]


def _group_cells(one: Simulation, figures: Figures) -> list[str]:
    old, new = figures.mean_old, figures.mean_new
    change = None if old is None or new is None else new - old
    return [
        f"{figures.rows:,}",
        f"{figures.counts.up:,}",
        f"{figures.counts.down:,}",
        _mean(one, new),
        one.total.text(change, language(), signed=True),
        *(
            _money(amount.notation, amount.difference, signed=True)
            for amount in figures.amounts
            if amount.cost
        ),
    ]


def _breakdown(one: Simulation, by: Breakdown, most: int = _VALUES) -> Iterator[str]:
    groups = by.groups
    if not groups or (len(groups) == 1 and by.values <= 1 and by is not one.periods):
        return
    shown = (
        sorted(groups, key=lambda group: -group.figures.rows)[:most] if len(groups) > most else list(groups)
    )
    rows = [[_said(group.label), *_group_cells(one, group.figures)] for group in groups if group in shown]
    yield from _table(["", *_group_titles(one)], rows)
    if len(groups) > len(shown):
        left = len(groups) - len(shown)
        yield _t(f"  and {left} more, in -o or --format json", f"  另有 {left} 组，见 -o 或 --format json")


def _moves(one: Simulation, movers: Movers, moves: Sequence[Move]) -> Iterator[str]:
    for move in moves[:_MOVES]:
        change = movers.notation.text(move.change, language(), signed=True)
        total = f"{one.total.text(move.old_total)} -> {one.total.text(move.new_total)}"
        grades = ""
        if one.old.levels or one.new.levels:
            before, after = _level(one.levels[move.old_level]), _level(one.levels[move.new_level])
            grades = f"  {before}" if before == after else f"  {before} -> {after}"
        who = ", ".join(value for _, value in move.attributes if value)
        yield _cut(
            f"  {change:>14}  {move.staff} {move.period}  {_t('total', '总分')} {total}{grades}  {who}"
        )
        reason = _said(move.reason)
        if reason:
            yield from _wrapped(reason, " " * 18)
        if move.parts and move.points:
            told = [
                f"{_said(point.label)} {one.total.text(point.old)} -> {one.total.text(point.new)}"
                for point in move.points[:3]
            ]
            yield from _wrapped(_t("; ", "；").join(told), " " * 18)


def _curve(one: Simulation, curve: Curve) -> Iterator[str]:
    titles = [
        "",
        _t("mean total", "平均总分"),
        _t("gain", "上升"),
        _t("lose", "下降"),
        *(_said(amount.label) for amount in one.whole.amounts if amount.cost),
        *(_level(level) for level in one.levels[:-2]),
    ]
    chosen = _thinned(len(curve.points), {kept.last for kept in curve.kept if kept.last is not None})
    rows = []
    for place in chosen:
        point = curve.points[place]
        marks = ("*" if point.current else "") + "".join(
            f" <{number + 1}" for number, kept in enumerate(curve.kept) if place == kept.last
        )
        figures = point.figures
        rows.append(
            [
                f"{_said(point.text)}{marks}",
                _mean(one, figures.mean_new),
                f"{figures.counts.up:,}",
                f"{figures.counts.down:,}",
                *(_money(amount.notation, amount.new) for amount in figures.amounts if amount.cost),
                *(f"{count:,}" for count in figures.grades_new[:-2]),
            ]
        )
    yield from _table(titles, rows)
    legend = [_t("* the new policy's value", "* 新制度的取值")] + [
        _t(f"<{n + 1} nearest within budget {n + 1}", f"<{n + 1} 最接近而不超预算 {n + 1}")
        for n in range(len(curve.kept))
    ]
    yield f"  {'; '.join(legend)}"
    if len(chosen) < len(curve.points):
        left = len(curve.points) - len(chosen)
        yield _t(f"  {left} values between are left out here", f"  此处略去 {left} 个取值")


def _thinned(count: int, always: set[int]) -> list[int]:
    if count <= _POINTS:
        return list(range(count))
    return sorted({round(place * (count - 1) / (_POINTS - 1)) for place in range(_POINTS)} | always)


def _notes(one: Simulation) -> Iterator[str]:
    for note in one.notes:
        head = f"{note.code}: " if note.code else ""
        yield from _wrapped(f"{head}{_said(note.text)}", "    ", "  - ")


# Pieces


def _mean(one: Simulation, value: Fraction | None) -> str:
    return one.total.text(value, language())


def _money(notation: Notation, value: Fraction, *, signed: bool = False) -> str:
    return notation.text(value, language(), signed=signed)


def _share(count: int, rows: int) -> str:
    return f"{decimal_text(Fraction(count * 100, rows), 1)}%" if rows else "–"


def _pad(text: str, wide: int) -> str:
    return text + " " * max(1, wide - width(text))


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table: the first column to the left, the others to the right; what does not fit stands in another one below."""
    widths = [max(width(line[place]) for line in (titles, *rows)) for place in range(len(titles))]
    widths[0] = min(widths[0], _FIRST)
    begun = 1
    while True:
        shown, room = begun, _WIDE - 2 - widths[0]
        while shown < len(titles) and (room >= widths[shown] + 2 or shown == begun):
            room -= widths[shown] + 2
            shown += 1
        for line in (titles, *rows):
            first = _shortened(line[0], widths[0])
            cells = [first + " " * (widths[0] - width(first))]
            cells += [
                " " * (widths[place] - width(line[place])) + line[place] for place in range(begun, shown)
            ]
            yield f"  {'  '.join(cells)}".rstrip()
        if shown >= len(titles):
            return
        yield ""
        begun = shown


def _cut(line: str) -> str:
    return _shortened(line, _WIDE)


def _shortened(text: str, wide: int) -> str:
    if width(text) <= wide:
        return text
    while text and width(text) > wide - 1:
        text = text[:-1]
    return f"{text}…"


def _wrapped(text: str, indent: str, first: str | None = None) -> Iterator[str]:
    """Lines of at most the width, broken at spaces or anywhere in Chinese."""
    line = first if first is not None else indent
    for word in _words(text):
        if width(line) + width(word.rstrip()) > _WIDE and line.strip():
            yield line.rstrip()
            line = indent
            word = word.lstrip()
        line += word
    if line.strip():
        yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        word += letter
        if letter == " " or width(letter) == 2:
            yield word
            word = ""
    if word:
        yield word
