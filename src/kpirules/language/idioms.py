"""Whole phrases that authors write in their own way, and how the language says them: `85%-95%`, `90%以上`, `¥20`.

Like the single words of `instead`, they are tried by the mender where a line makes no sense as it stands, and are
taken only where the whole line then does. Nothing here knows where in a line a phrase may stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import takewhile

from kpirules.diagnostics import Language
from kpirules.language.scanning import BLANKS
from kpirules.language.vocabulary import MONEY_WORDS, vocabulary

_DIGIT = "[0-9０-９]"
_NUMBER = rf"{_DIGIT}+(?:[,，]{_DIGIT}{{3}})*(?:[.．]{_DIGIT}+)?"
_UNIT_TERMINALS = (
    *("PERCENT", "PP", "POINT", "TIME", "SECOND", "MINUTE", "HOUR"),
    *("DAY", "WEEK", "WORKDAY", "YUAN", *MONEY_WORDS, "WAN"),
)
_DASHES = "-－−–—‑~～"
_LINE_ENDS = r"(?=\s*(?:[#＃].*)?$)"
_NAME = r"[^\W\d]\w*?"
_FROM = "≥|>=|＞＝|大于等于|不低于|不小于|不少于|至少|at\\s+least|no\\s+less\\s+than|from"
_ABOVE = ">|＞|大于|高于|超过|多于|(?:more|greater|higher)\\s+than|over|above"
_UP_TO = "≤|<=|＜＝|小于等于|不超过|不高于|不大于|不多于|至多|up\\s+to|at\\s+most|no\\s+more\\s+than"
_BELOW = "<|＜|小于|低于|不足|(?:less|lower|fewer)\\s+than|below|under"
_ITEM_ENDS = r"(?=\s*(?:[，,、;；#＃]|$))"
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_CHINESE_NUMBER = "[零〇一二两三四五六七八九十百]+"
_NUMBER_IN_NAME = re.compile(
    rf"(?P<before>得|记|计|扣)?(?P<percent>百分之)?(?:(?P<digits>{_DIGIT}+)|(?P<signs>{_CHINESE_NUMBER}))(?P<unit>分|次|元|天|小时|分钟)?"
)

#: What a phrase may mean, the likeliest first: policy text, or "" where it is simply too much.
Meanings = Callable[[re.Match[str], Language], Iterator[str]]


def meanings(text: str, at: int, language: Language) -> Iterator[tuple[int, str]]:
    """The phrases that stand at an offset: where each ends, and what it may mean."""
    for pattern, meant in _idioms():
        found = pattern.match(text, at)
        if found:
            for one in meant(found, language):
                yield found.end(), one


@cache
def _idioms() -> tuple[tuple[re.Pattern[str], Meanings], ...]:
    spellings = [one for name in _UNIT_TERMINALS for one in vocabulary().spellings[name]]
    listed = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    unit = rf"(?:{listed})(?![A-Za-z])"
    amount = rf"{_NUMBER}(?:\s*{unit})?"
    step = rf"(?:full\s+|满\s*)?(?:{_NUMBER}\s*)?{unit}"
    side = r"(?P<side>above|below)(?:\s+the)?\s+target"
    value = rf"(?:{amount}|{_NAME})"
    written: list[tuple[str, Meanings]] = [
        (
            rf"(?P<low>{amount})\s*(?P<lower>≤|<=|＜＝|<|＜)\s*(?P<name>{_NAME})\s*(?P<upper>≤|<=|＜＝|<|＜)"
            rf"\s*(?P<high>{amount})",
            _within,
        ),
        (
            rf"(?:(?P<from>{_FROM})|{_ABOVE})\s*(?P<low>{value})\s*(?:[，,]|且|并|而|and\b|but\b|to\b|至|到)*\s*"
            rf"(?:(?P<to>{_UP_TO})|{_BELOW})\s*(?P<high>{value})(?=\s*[:：])",
            _bounds,
        ),
        (
            rf"(?:between\s+|在\s*|介于\s*)(?P<low>{_NUMBER})(?:\s*(?P<low_unit>{unit}))?\s*(?:and\b|to\b|[{_DASHES}]|[与和至到])\s*"
            rf"(?P<high>{_NUMBER})(?:\s*(?P<high_unit>{unit}))?(?:\s*之间)?",
            _range,
        ),
        (
            rf"(?P<low>{_NUMBER})(?:\s*(?P<low_unit>{unit}))?\s*(?:[{_DASHES}]|\.\.+|…|to\b|至|到)\s*"
            rf"(?P<high>{_NUMBER})(?:\s*(?P<high_unit>{unit}))?",
            _range,
        ),
        (
            rf"(?:(?:为|是|[:：=])\s*)?(?P<amount>{amount})\s*(?:及|或|和)?(?P<side>以上|以下|以内)"
            r"(?:\s*[（(]\s*(?P<open>不)?含?(?:本数)?\s*[)）])?",
            _chinese_side,
        ),
        (
            rf"(?P<amount>{amount})\s*(?:(?:and|or)\s+(?:(?P<more>above|more|over|higher|better|up)"
            r"|below|less|under|fewer|lower)\b|(?P<plus>\+))",
            _english_side,
        ),
        (rf"(?:below|under|less\s+than|<|＜|低于|小于|不足)\s*{amount}{_LINE_ENDS}", _rest),
        (rf"(?P<share>{_NUMBER}\s*[%％])\s*of(?=\s)", _share_of_value),
        (rf"[¥￥$€£]\s*(?P<amount>{_NUMBER}(?:\s*(?:万|wan))?)", _currency),
        (rf"(?P<whole>{_DIGIT}+)[,，](?P<part>{_DIGIT}{{1,2}})(?!{_DIGIT})", _decimal_comma),
        (rf"{_DIGIT}{{1,3}}(?:[ '’{BLANKS}]{_DIGIT}{{3}})+(?!{_DIGIT})", _grouped),
        (rf"(?P<number>{_CHINESE_NUMBER})\s*(?P<unit>{unit})", _chinese_number),
        (r"(?P<name>[^\W\d]\w*?)(?P<space>\s*)(?:为|是|等于|\bis\b|\bequals\b)\s*(?=[\"“])", _is_text),
        (rf"(?P<name>{_NAME})(?:为|是|等于)(?P<value>{amount}|{_NAME}){_ITEM_ENDS}", _equals),
        (rf"(?P<name>[^\W\d_]+)(?P<value>{amount}){_ITEM_ENDS}", _equals),
        (
            rf"[，,]?\s*[(（]\s*(?:max(?:imum|\.)?|at\s+most|up\s+to|最多|至多|最高|上限|封顶)\s*扣?\s*(?P<most>{amount})\s*[)）]",
            _at_most,
        ),
        (rf"deduct\s+(?P<points>{amount})\s*/\s*(?P<step>{step})", _parts("deduct {points} per {step}")),
        (rf"扣\s*(?P<points>{amount})\s*[/／]\s*(?P<step>{step})", _parts("每 {step} 扣 {points}")),
        (
            rf"per\s+(?P<step>{step})\s+{side}\s*,?\s*deduct\s+(?P<points>{amount})",
            _parts("deduct {points} per {step} {side} target"),
        ),
        (
            rf"deduct\s+(?P<points>{amount})\s+{side}\s*,?\s*per\s+(?P<step>{step})",
            _parts("deduct {points} per {step} {side} target"),
        ),
        (
            rf"每\s*(?P<step>{step})\s*(?P<side>低于|少于|高于|超出|超过)目标\s*[，,]?\s*扣\s*(?P<points>{amount})",
            _parts("每{side}目标 {step} 扣 {points}"),
        ),
        (
            rf"扣\s*(?P<points>{amount})\s*[，,]?\s*每(?P<side>低于|少于|高于|超出|超过)目标\s*(?P<step>{step})",
            _parts("每{side}目标 {step} 扣 {points}"),
        ),
        (
            rf"扣\s*(?P<points>{amount})\s*[，,]?\s*每\s*(?P<step>{step})",
            _parts("每 {step} 扣 {points}"),
        ),
        (r"[，,；;]?\s*(?:直至)?(?:扣完为止|扣完即止|扣光为止)", _parts("")),
        (r"[,;]?\s*until\s+(?:(?:it\s+is|none\s+is)\s+)?(?:0|zero|left)\b", _parts("")),
    ]
    return tuple((re.compile(_with_blanks(one), re.MULTILINE), meant) for one, meant in written)


def _with_blanks(pattern: str) -> str:
    """A phrase ends with its line, and its blanks are of every kind; none is tried twice, however many there are."""
    return re.sub(r"\\s([*+])", rf"[{BLANKS}]\1+", pattern).replace(r"\s", f"[{BLANKS}]")


def _parts(pattern: str) -> Meanings:
    def filled(found: re.Match[str], language: Language) -> Iterator[str]:
        parts = {name: " ".join(part.split()) for name, part in found.groupdict("").items()}
        yield re.sub(rf"每 (?!{_DIGIT})", "每", pattern.format_map(parts))

    return filled


def _at_most(found: re.Match[str], language: Language) -> Iterator[str]:
    yield f"，最多扣 {found['most']}" if language == "zh" else f", at most {found['most']}"


def _within(found: re.Match[str], language: Language) -> Iterator[str]:
    """`85% <= x < 95%`: a band, or two conditions."""
    low, name, high = (" ".join(found[part].split()) for part in ("low", "name", "high"))
    signs = [unicodedata.normalize("NFKC", found[side]).replace("≤", "<=") for side in ("lower", "upper")]
    closed = [sign == "<=" for sign in signs]
    if language == "zh":
        yield f"{'从' if closed[0] else '高于'} {low} {'至' if closed[1] else '至低于'} {high}"
    else:
        yield f"{'from' if closed[0] else 'over'} {low} {'to' if closed[1] else 'to below'} {high}"
    yield f"{low} {signs[0]} {name} {'且' if language == 'zh' else 'and'} {name} {signs[1]} {high}"


def _bounds(found: re.Match[str], language: Language) -> Iterator[str]:
    """`大于 10 元 且不超过 15 元`: a band with both its bounds."""
    low, high = (" ".join(found[side].split()) for side in ("low", "high"))
    if language == "zh":
        yield f"{'从' if found['from'] else '高于'} {low} {'至' if found['to'] else '至低于'} {high}"
    else:
        yield f"{'from' if found['from'] else 'over'} {low} {'to' if found['to'] else 'to below'} {high}"


def _range(found: re.Match[str], language: Language) -> Iterator[str]:
    """`85% - 95%`: a band, whose bounds are closed as those of the bands above it, a scale, or a grade's range."""
    low, high = found["low"], found["high"]
    low_unit, high_unit = found["low_unit"] or found["high_unit"], found["high_unit"] or found["low_unit"]
    lower, upper = _with_unit(low, low_unit), _with_unit(high, high_unit)
    above = [f"over {lower} to {upper}", f"高于 {lower} 至 {upper}"]
    below = [f"from {lower} to below {upper}", f"从 {lower} 至低于 {upper}"]
    number = int(language == "zh")
    yield (above if _bounds_above_closed(found.string, found.start()) else below)[number]
    yield (f"{lower} to {upper}", f"{lower} 至 {upper}")[number]
    least = lower if float(_plain(low)) <= float(_plain(high)) else upper
    yield (f"from {least}", f"从 {least}")[number]


def _bounds_above_closed(text: str, at: int) -> bool:
    """Whether the bands above a line hold their upper bound (`up to`): then the next one begins behind it."""
    words = vocabulary()
    upward = tuple(spelling for name in ("_UP_TO", "OVER") for spelling in words.spellings[name])
    above = [line.strip(BLANKS) for line in reversed(text[:at].split("\n")[:-1])]
    ranges = list(takewhile(lambda line: line[:1].isdigit() and not _held_by_upper(line), above))
    first = above[len(ranges)] if len(ranges) < len(above) else ""
    return first.startswith(upward) or _held_by_upper(first)


def _held_by_upper(line: str) -> bool:
    return (
        re.match(rf"{_NUMBER}\s*[^\W\d]*\s*(?:及|或)?(?:以下|以内|or\s+(?:less|below|fewer|under))", line)
        is not None
    )


def _chinese_side(found: re.Match[str], language: Language) -> Iterator[str]:
    """In law and so in policies, 以上, 以下 and 以内 hold the number itself."""
    amount = " ".join(found["amount"].split())
    if found["side"] == "以上":
        yield from (f"高于 {amount}", f"> {amount}") if found["open"] else (f"从 {amount}", f"≥ {amount}")
    else:
        yield from (f"低于 {amount}", f"< {amount}") if found["open"] else (f"不超过 {amount}", f"≤ {amount}")
        yield "其他"


def _english_side(found: re.Match[str], language: Language) -> Iterator[str]:
    amount = " ".join(found["amount"].split())
    if found["more"] or found["plus"]:
        yield from (f"from {amount}", f">= {amount}")
    else:
        yield from (f"up to {amount}", f"<= {amount}", "otherwise")


def _rest(found: re.Match[str], language: Language) -> Iterator[str]:
    """`below 60` as the bound of the lowest grade."""
    yield "其他" if language == "zh" else "otherwise"


def _share_of_value(found: re.Match[str], language: Language) -> Iterator[str]:
    """`10% of wage`"""
    yield f"{found['share']} * "


def _currency(found: re.Match[str], language: Language) -> Iterator[str]:
    yield f"{found['amount']} {'元' if language == 'zh' else 'yuan'}"


def _decimal_comma(found: re.Match[str], language: Language) -> Iterator[str]:
    yield f"{found['whole']}.{found['part']}"


def _grouped(found: re.Match[str], language: Language) -> Iterator[str]:
    yield ",".join(re.findall(f"{_DIGIT}+", found.group()))


def _chinese_number(found: re.Match[str], language: Language) -> Iterator[str]:
    yield f"{_counted(found['number'])} {found['unit']}"


def _counted(number: str) -> int:
    """A number in Chinese signs, below a thousand: 二十五 is 25."""
    total = digit = 0
    for sign in number:
        if sign in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[sign]
        else:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return total + digit


def number_written_as(name: str) -> str | None:
    """How the language writes a number that reads as a name, because words stand before its digits: `得20分`, `百分之九十`."""
    found = _NUMBER_IN_NAME.fullmatch(name)
    if not found or not (found["percent"] or found["unit"] or found["before"]):
        return None
    number = found["digits"] or str(_counted(found["signs"]))
    return f"{number}%" if found["percent"] else " ".join([number, *filter(None, [found["unit"]])])


def _is_text(found: re.Match[str], language: Language) -> Iterator[str]:
    if not found["space"]:  # else the one word is to be replaced, see `instead`
        yield f"{found['name']} = "
    yield f"{'当' if language == 'zh' else 'where'} {found['name']} = "


def _equals(found: re.Match[str], language: Language) -> Iterator[str]:
    """`等级为优`, `总分100`: a value of a test, written close together."""
    yield f"{found['name']} = {found['value']}"


def _with_unit(number: str, unit: str | None) -> str:
    if not unit:
        return number
    return number + unit if not unit[0].isalnum() else f"{number} {unit}"


def _plain(number: str) -> str:
    return unicodedata.normalize("NFKC", number).replace(",", "")
