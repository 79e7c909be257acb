"""The one currency of a policy, and amounts that are written in another one."""

from __future__ import annotations

from collections.abc import Iterator

from kpirules.diagnostics import Words, declare, nearest
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.scope import Scope
from kpirules.units import CURRENCIES

OTHER_CURRENCY = declare(
    "K320",
    "error",
    en="the currency of this policy is {own}, and this is {other}",
    zh="本制度的币种是{own}，而这里是{other}",
    label=("another currency", "另一种货币"),
    help=(
        "write the amount in {own}, or `currency {other}` under the first line",
        "请以{own}写出金额，或在首行之下写 `币种 {other}`",
    ),
    explain=(
        "A policy counts money in one currency, CNY unless the line `currency` says another. Amounts are never"
        " converted: a rate would have to be somebody's decision.",
        "一个制度只用一种货币，未写“币种”时为人民币。金额从不换算，因为汇率须由人决定。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  currency USD
input sales : money
indicator turnover "Turnover" weight 100
  measure sales
  target >= 500 yuan
  all or nothing
""",
)
#: The unit word of yuan has a name of its own; all others are called by their code.
_CODES = {"YUAN": "CNY"}


def currency_of(policy: tree.Ruleset, scope: Scope) -> str:
    """The policy's currency; every amount in another one is reported."""
    lines = policy.header.currency
    for extra in lines[1:]:
        what = Words('"currency"', "“币种”")
        scope.report(problems.REPEATED, extra.span, what=what, line=lines[0].span.line)
    code = lines[0].text if lines else "CNY"
    if code not in CURRENCIES:
        _unknown(lines[0], scope)
        return "CNY"
    for number, other in foreign((policy.header, policy.declarations), code):
        own, words = CURRENCIES[code], CURRENCIES[other]
        scope.report(OTHER_CURRENCY, number.span, own=Words(code, own.zh), other=Words(other, words.zh))
    return code


def foreign(node: object, code: str) -> Iterator[tuple[tree.Number, str]]:
    """The amounts in other currencies in a piece of the tree."""
    if isinstance(node, tree.Number):
        other = _CODES.get(node.unit or "", node.unit)
        if other in CURRENCIES and other != code:
            yield node, other
    elif isinstance(node, tuple):
        for one in node:
            yield from foreign(one, code)
    elif isinstance(node, tree.Node):
        for name in node.__match_args__:
            yield from foreign(getattr(node, name), code)


def _unknown(code: tree.Name, scope: Scope) -> None:
    meant = nearest(code.text.upper(), CURRENCIES)
    scope.report(
        problems.HEADER,
        code.span,
        suggestion=meant,
        what=Words(f'there is no currency "{code.text}"', f"没有币种“{code.text}”"),
        mend=Words(f"known are {', '.join(CURRENCIES)}", f"可用的币种：{'、'.join(CURRENCIES)}"),
    )
