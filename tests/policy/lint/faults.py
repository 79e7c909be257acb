"""Small policies, each with a fault that the lint finds in how it scores, and its nearest neighbour without. Holds no test."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = """\
ruleset desk "Desk"
  period month
  missing redistribute
  round points to 0.01 half up
  round total to 0.01 half up

attribute post : text one of ("clerk", "lead")
input calls : count
input late  : count
input share : ratio
input sales : money
input plan  : money
input mood  : rating 1 to 5
input wait  : duration
measure late_share = late / calls
"""
RECORDS = """\
data tickets
  agent  : staff
  opened : datetime
  closed : datetime optional
  solved : boolean
  placed by opened
measure solved_share = share of tickets where solved
"""


def whole(text: str) -> str:
    """A policy from what its case says."""
    return HEAD + (RECORDS if "solved_share" in text else "") + text


def points(weight: str, *lines: str) -> str:
    """One indicator `one` of a weight."""
    return f'indicator one "One" weight {weight}\n' + "".join(f"  {line}\n" for line in lines)


ALL = points("100", "measure share", "linear from 0% : 0 to 100% : 100")


def bands(measure: str, *lines: str, target: str | None = None, weight: str = "100") -> str:
    aim = [] if target is None else [f"target {target}"]
    return points(weight, f"measure {measure}", *aim, "bands", *(f"  {line}" for line in lines))


# code, a policy that has the fault, a neighbour that has not
CASES: Sequence[tuple[str, str, str]] = (
    (
        "K390",
        bands("late / calls", "up to 5% : 80", "over 5% to 10% : 100", "over 10% : 0"),
        bands("late / calls", "up to 5% : 100", "over 5% to 10% : 80", "over 10% : 0"),
    ),
    (  # pieces that overlap in points only
        "K390",
        bands("wait", "up to 1 h : 100", "over 1 h to 2 h : 80 to 60", "over 2 h to 4 h : 70 to 50", "over 4 h : 0"),
        bands("wait", "up to 1 h : 100", "over 1 h to 2 h : 80 to 60", "over 2 h to 4 h : 60 to 50", "over 4 h : 0"),
    ),
    (  # a piece that runs the wrong way
        "K390",
        bands("share", "below 80% : 0", "from 80% to 90% : 70 to 60", "over 90% : 100"),
        bands("share", "below 80% : 0", "from 80% to 90% : 60 to 70", "over 90% : 100"),
    ),
    (  # levels of a rating
        "K390",
        points("100", "measure mood", "levels", "  5 : 90", "  4 : 100", "  3 : 50", "  otherwise : 0"),
        points("100", "measure mood", "levels", "  5 : 100", "  4 : 90", "  3 : 50", "  otherwise : 0"),
    ),
    (  # the target says the side that the ends do not tell
        "K390",
        bands("share", "below 80% : 50", "from 80% to 90% : 40", "over 90% : 100", target=">= 90%"),
        bands("share", "below 80% : 40", "from 80% to 90% : 50", "over 90% : 100", target=">= 90%"),
    ),
    (  # beyond the last band nothing is left
        "K390",
        bands("sales / plan", "from 80% to 100% : 80", "over 100% to 120% : 100", "otherwise : 0"),
        bands("sales / plan", "from 80% to 100% : 80", "over 100% : 100", "otherwise : 0"),
    ),
    (  # counts: between 2 and 3 lies nothing, so that the dip is never met
        "K390",
        bands("late", "up to 2 : 100", "over 2 to below 4 : 50", "from 4 to below 5 : 60", "from 5 : 0"),
        bands("late", "up to 2 : 100", "over 2 to below 3 : 0", "from 3 to below 5 : 60", "from 5 : 0"),
    ),
    (  # a formula that falls, rises and falls
        "K390",
        points("100", "points = 100 points when late = 0 otherwise 60 points when late <= 3 otherwise 80 points when late <= 9 otherwise 0 points"),
        points("100", "points = 100 points when late = 0 otherwise 80 points when late <= 3 otherwise 60 points when late <= 9 otherwise 0 points"),
    ),
    (
        "K391",
        points("100", "measure share", "target >= 5%", "linear from 5% : 100 to 10% : 0"),
        points("100", "measure share", "target <= 5%", "linear from 5% : 100 to 10% : 0"),
    ),
    (
        "K392",
        bands("share", "from 90% to 100% : 80 to 100", "over 100% : 100", "otherwise : 0"),
        bands("share", "from 90% to 100% : 80 to 100", "from 50% to below 90% : 0 to 80", "over 100% : 100", "otherwise : 0"),
    ),
    (  # steps between flat bands are meant
        "K392",
        bands("share", "below 50% : 0", "from 50% to below 90% : 30 to 40", "from 90% : 100"),
        bands("share", "below 50% : 0", "from 50% to below 90% : 40", "from 90% : 100"),
    ),
    (  # less than 3 of the 100 points of the total
        "K392",
        bands("share", "from 90% to 100% : 8 to 10", "over 100% : 10", "otherwise : 0", weight="10")
        + ALL.replace("100\n", "90\n").replace("one", "two"),
        bands("share", "from 90% to 100% : 1.6 to 2", "over 100% : 2", "otherwise : 0", weight="2")
        + ALL.replace("100\n", "98\n").replace("one", "two"),
    ),
    (  # where values below zero are named, they count
        "K390",
        bands("share", "below -10% : 100", "from -10% to below 10% : 50", "from 10% : 80"),
        bands("share", "below -10% : 100", "from -10% to below 10% : 80", "from 10% : 50"),
    ),
    (
        "K393",
        points("100", "measure mood", "target >= 5", "deduct 1 per full 10 below target"),
        points("100", "measure mood", "target >= 5", "deduct 1 per full 1 below target"),
    ),
    (
        "K394",
        bands("late", "up to 1 : 100", "over 1 to below 2 : 50", "from 2 : 0"),
        bands("late", "up to 1 : 100", "over 1 to 2 : 50", "over 2 : 0"),
    ),
    (
        "K394",
        bands("solved_share", "over 100% : 100", "from 50% to 100% : 100", "below 50% : 0"),
        bands("share", "over 100% : 100", "from 50% to 100% : 100", "below 50% : 0"),
    ),
    (
        "K395",
        points("100", "measure solved_share", "target >= 105%", "all or nothing"),
        points("100", "measure solved_share", "target >= 100%", "all or nothing"),
    ),
    (
        "K395",
        points("100", "measure mood", "target >= 1", "all or nothing"),
        points("100", "measure mood", "target >= 2", "all or nothing"),
    ),
    (
        "K396",
        points("100", "measure share", "missing full", "bands", "  from 95% : 90", "  otherwise : 0"),
        points("100", "measure share", "missing full", "bands", "  from 95% : 100", "  otherwise : 0"),
    ),
    (
        "K396",
        points("100", "measure share", "missing value 95", "bands", "  from 95% : 90", "  otherwise : 0"),
        points("100", "measure share", "missing value 90", "bands", "  from 95% : 90", "  otherwise : 0"),
    ),
    (  # a form that could give its weight, and values that never come so far
        "K304",
        points("100", "measure mood", "linear from 1 : 0 to 6 : 100"),
        points("100", "measure mood", "linear from 1 : 0 to 5 : 100"),
    ),
    (
        "K303",
        points("3", "measure share", "bands", "  from 80% : 5", "  otherwise : 0") + ALL.replace("100\n", "97\n").replace("one", "two"),
        points("3", "measure share", "bands", "  from 80% : 3", "  otherwise : 0") + ALL.replace("100\n", "97\n").replace("one", "two"),
    ),
    (
        "K310",
        points("10", "deduct 1 point per late, at most 20") + ALL.replace("100\n", "90\n").replace("one", "two"),
        points("10", "deduct 1 point per late, at most 8") + ALL.replace("100\n", "90\n").replace("one", "two"),
    ),
    (
        "K310",
        points("100", "measure mood", "target >= 5", "deduct 10 per 1 below target, not below 40"),
        points("100", "measure mood", "target >= 5", "deduct 10 per 1 below target, not below 70"),
    ),
    (
        "K310",
        ALL + "adjustments\n  bonus nice : 2 points per mood, at most 12\n",
        ALL + "adjustments\n  bonus nice : 2 points per mood, at most 9\n",
    ),
    (
        "K311",
        ALL + points("0", "measure mood", "linear from 1 : 0 to 5 : 0").replace("one", "two"),
        ALL,
    ),
    (
        "K398",
        bands("share", "from 95% : 80", "otherwise : 0") + "grades\n  a from 90\n  b from 60\n  c otherwise\n",
        bands("share", "from 95% : 90", "otherwise : 0") + "grades\n  a from 90\n  b from 60\n  c otherwise\n",
    ),
    (
        "K398",
        points("100", "measure mood", "target >= 5", "deduct 10 per 1 below target, not below 60")
        + "grades\n  a from 90\n  b from 60\n  c otherwise\n",
        points("100", "measure mood", "target >= 5", "deduct 10 per 1 below target, not below 60")
        + "grades\n  a from 90\n  b from 61\n  c otherwise\n",
    ),
    (  # the bonus leads there
        "K398",
        bands("share", "from 95% : 80", "otherwise : 0") + "adjustments\n  bonus b : 2 points per mood, at most 9\ngrades\n  a from 90\n  z otherwise\n",
        bands("share", "from 95% : 80", "otherwise : 0") + "adjustments\n  bonus b : 2 points per mood, at most 10\ngrades\n  a from 90\n  z otherwise\n",
    ),
    ("K399", ALL + "eligible reward when total > 100\n", ALL + "eligible reward when total >= 100\n"),
    ("K399", ALL + "alert low when share < 10% and share > 20%\n", ALL + "alert low when share < 20% and share > 10%\n"),
    ("K399", ALL + "alert low when solved_share >= 0%\n", ALL + "alert low when share >= 0%\n"),
    (
        "K399",
        ALL + "adjustments\n  veto bad when late < 0 : total at most 59\n",
        ALL + "adjustments\n  veto bad when late < 1 and share < 10% : total at most 59\n",
    ),
    (
        "K308",
        ALL + "grades\n  a from 90\n  b from 80\n  c otherwise\namount pay : money = 5 yuan when grade = a otherwise 8 yuan when grade = b otherwise 0 yuan\n",
        ALL + "grades\n  a from 90\n  b from 80\n  c otherwise\namount pay : money = 8 yuan when grade = a otherwise 5 yuan when grade = b otherwise 0 yuan\n",
    ),
    (  # paid for each point, and a sum for everybody below that is more
        "K308",
        ALL + "amount pay : money = 1 yuan * total when total >= 60 otherwise 70 yuan\n",
        ALL + "amount pay : money = 1 yuan * total when total >= 60 otherwise 60 yuan\n",
    ),
    (
        "K308",
        ALL + "eligible reward when total >= 95 or (total >= 60 and total < 80)\n",
        ALL + "eligible reward when total >= 95 or (total >= 80 and total < 95)\n",
    ),
    (
        "K309",
        points("100", "deduct 5 points per late") + "adjustments\n  penalty idle : 10 points when late < 1\n",
        points("100", "deduct 5 points per late") + "adjustments\n  penalty idle : 4 points when late < 1\n",
    ),
    (
        "K309",
        points("100", "measure late_share", "target <= 0%", "linear from 0% : 100 to 50% : 0")
        + "adjustments\n  veto lucky when late_share < 2% : total at most 50\n",
        points("100", "measure late_share", "target <= 0%", "linear from 0% : 100 to 50% : 0")
        + "adjustments\n  veto lucky when late_share > 2% : total at most 50\n",
    ),
    (
        "K312",
        ALL + "grades\n  good from 80\n  fail otherwise\nadjustments\n  veto fraud when share < 10% : grade at most good\n",
        ALL + "grades\n  good from 80\n  fail otherwise\nadjustments\n  veto fraud when share > 90% : grade at most fail\n",
    ),
    (
        "K313",
        ALL + "adjustments\n  bonus busy : (5 points when calls >= 200 otherwise 8 points when calls >= 100 otherwise 0 points)\n",
        ALL + "adjustments\n  bonus busy : (8 points when calls >= 200 otherwise 5 points when calls >= 100 otherwise 0 points)\n",
    ),
)  # fmt: skip
