"""The comparison of two policies, part by part and aspect by aspect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model.parts import with_fields
from kpirules.policy.edits.aspects import WORDING, aspects, fixed, meaning
from kpirules.policy.edits.edit import Change, Detail, Edit, Version
from kpirules.policy.edits.pieces import GRADES, HEADER, Key, Piece, in_both, pieces
from kpirules.policy.edits.quoting import Quotes
from kpirules.policy.edits.renaming import renamed, renamings
from kpirules.policy.edits.saying import Row, details, rows_of, said

#: Declarations that change nothing while nothing uses them.
SERVANTS = frozenset(
    {"input", "attribute", "parameter", "measure", "table", "data", "history", "decision", "raters"}
)
_IDLE = SERVANTS | {"test", "section"}
#: What forms with rows are called.
_FORMS = {"Bands": "bands", "Levels": "levels", "Deductions": "lines"}


def edits(old: Version, new: Version) -> tuple[Edit, ...]:
    """Every edit, in the order of the new policy; what is gone stands behind what it stood behind."""
    sides = _Side(old, renamings(old.policy, new.policy)), _Side(new, {})
    return tuple(_comparison(*sides))


class _Side:
    """One version. names: old keys to new ones, of what was renamed; its parts go by the new ones."""

    def __init__(self, version: Version, names: Mapping[Key, Key]) -> None:
        self.policy = version.policy
        self.former = {new: old[1] for old, new in names.items()}
        self.pieces = pieces(renamed(version.policy, names))
        self.quotes = Quotes(version.sources, version.spoken)
        self.settings = version.settings
        self.grades = {key: one for key, one in self.pieces.items() if key[0] == "grade"}

    def given(self, piece: Piece) -> tree.Expr | None:
        """A parameter's value as its user set it."""
        if piece.kind != "parameter":
            return None
        return self.settings.get(self.former.get(piece.key, piece.name))

    def counts(self, piece: Piece, aspect: str) -> tuple[Any, ...]:
        """An aspect as it counts: a parameter as set, and values with the units that their type leaves no doubt of."""
        values = aspects(piece.node)[aspect]
        if isinstance(piece.node, tree.Parameter) and aspect == "value":
            type_, default, stretches, rules = values
            given = self.given(piece)
            if given is not None:
                return type_, fixed(given, type_), (), ()
            stretches = tuple(with_fields(one, value=fixed(one.value, type_)) for one in stretches)
            return type_, fixed(default, type_), stretches, rules
        if isinstance(piece.node, tree.Input) and aspect == "column":
            return values[0], fixed(values[1], values[0]), *values[2:]
        return values


def _comparison(old: _Side, new: _Side) -> Iterator[Edit]:
    yield from _ruleset(old, new)
    listed = old.grades.keys() != new.grades.keys()  # other grades: their bounds belong together
    if listed:
        yield _grades(old, new)
    subtotals = _subtotals(old.policy) | _subtotals(new.policy)
    for key in in_both(old.pieces, new.pieces):
        before, after = old.pieces.get(key), new.pieces.get(key)
        if listed and key[0] == "grade":
            continue
        if before is None or after is None or type(before.node) is not type(after.node):
            replaced = before is not None and after is not None  # another kind of thing by the same name
            if before is not None:
                yield _whole(Change.REMOVED, before, old.quotes, replaced)
            if after is not None:
                yield _whole(Change.ADDED, after, new.quotes, replaced)
            continue
        if key in old.former:
            yield _renamed(before, after, old.former[key])
        if before.section != after.section:
            yield _moved(before, after, subtotals)
        yield from _changed(before, after, old, new)


def _ruleset(old: _Side, new: _Side) -> Iterator[Edit]:
    """The name of the whole, and the lines under it."""
    one, other = old.policy, new.policy
    called = [_called(one), _called(other)]
    if called[0] != called[1]:
        yield Edit(
            change=Change.CHANGED,
            subject="ruleset",
            name="",
            aspect="label",
            effect=False,
            old=called[0],
            new=called[1],
            details=(),
            old_span=one.name.span,
            new_span=other.name.span,
            slot=(HEADER, "label"),
        )
    yield from _changed(
        Piece(HEADER, "ruleset", "", one.header), Piece(HEADER, "ruleset", "", other.header), old, new
    )
    known = [_known(one), _known(other)]
    if {row.meaning for row in known[0]} != {row.meaning for row in known[1]}:
        places = [next((line.code.span for line in policy.accepted), None) for policy in (one, other)]
        yield Edit(
            change=Change.CHANGED,
            subject="ruleset",
            name="",
            aspect="accepted",
            effect=False,
            old=None,
            new=None,
            details=details(*known),
            old_span=places[0],
            new_span=places[1],
            slot=(HEADER, "accepted"),
        )


def _known(policy: tree.Ruleset) -> tuple[Row, ...]:
    """The findings that a policy accepts, each with where it does."""
    return tuple(
        Row(
            (one.part, one.code.text),
            (one.part, one.code.text, one.reason.text),
            Words(
                f'{one.part}: accept {one.code.text} "{one.reason.text}"'.removeprefix(": "),
                f"{one.part}：容许 {one.code.text} “{one.reason.text}”".removeprefix("："),
            ),
        )
        for one in policy.accepted
    )


def _called(policy: tree.Ruleset) -> Words:
    name, label = policy.name.text, policy.label.text if policy.label else ""
    return Words(f'{name} "{label}"', f"{name} “{label}”") if label else Words(name, name)


def _grades(old: _Side, new: _Side) -> Edit:
    """A list of grades in place of another one, or of none."""
    rows = [rows_of([one.node for one in side.grades.values()], side.quotes) for side in (old, new)]
    places = [next((one.place for one in side.grades.values()), None) for side in (old, new)]
    return Edit(
        change=Change.CHANGED if all(rows) else Change.ADDED if rows[1] else Change.REMOVED,
        subject="grades",
        name="",
        aspect="" if not all(rows) else "list",
        effect=True,
        old=None,
        new=None,
        details=details(*rows),
        old_span=places[0],
        new_span=places[1],
        slot=(GRADES, ""),
    )


def _whole(change: Change, one: Piece, quotes: Quotes, replaced: bool) -> Edit:
    """A part that is there in one of the two only."""
    added = change is Change.ADDED
    head, *rows = quotes.block(one.place) or (Words(one.name, one.name),)
    if one.kind in ("section", "test"):
        rows = []  # its indicators are parts of their own; of a test the title says enough
    return Edit(
        change=change,
        subject=one.kind,
        name=one.name,
        aspect="",
        effect=replaced or one.kind not in _IDLE,
        old=None if added else head,
        new=head if added else None,
        details=tuple(Detail(None, row) if added else Detail(row, None) for row in rows),
        old_span=None if added else one.place,
        new_span=one.place if added else None,
        slot=(one.key, ""),
        section=one.section,
    )


def _renamed(old: Piece, new: Piece, was: str) -> Edit:
    return Edit(
        change=Change.RENAMED,
        subject=new.kind,
        name=new.name,
        aspect="name",
        effect=False,
        old=Words(was, was),
        new=Words(new.name, new.name),
        details=(),
        old_span=old.place,
        new_span=new.place,
        slot=(new.key, "name"),
        section=new.section,
    )


def _moved(old: Piece, new: Piece, subtotals: frozenset[str]) -> Edit:
    """An indicator in another section. Only what reads the points of a section can tell."""
    names = [one.section for one in (old, new)]
    told = [None if name is None else Words(name, name) for name in names]
    return Edit(
        change=Change.MOVED,
        subject=new.kind,
        name=new.name,
        aspect="section",
        effect=any(name in subtotals for name in names),
        old=told[0],
        new=told[1],
        details=(),
        old_span=old.place,
        new_span=new.place,
        slot=(new.key, "section"),
        section=new.section,
    )


def _changed(old: Piece, new: Piece, was: _Side, now: _Side) -> Iterator[Edit]:
    """Every aspect of a part that says something else, or the same in other words to readers."""
    for aspect in aspects(new.node):
        before, after = was.counts(old, aspect), now.counts(new, aspect)
        alters = meaning(before) != meaning(after)
        if not alters and meaning(before, words=True) == meaning(after, words=True):
            continue
        one = said(old, aspect, was.quotes, was.given(old))
        other = said(new, aspect, now.quotes, now.given(new))
        rows = details(one.rows, other.rows)
        heads = one.meaning != other.meaning or not rows
        old_place, new_place = _place(before, old), _place(after, new)
        head, head_now = one.head, other.head
        if (
            head == head_now and head is not None and old_place and new_place
        ):  # it is said further on in the line
            head, head_now = was.quotes.line(old_place), now.quotes.line(new_place)
        yield Edit(
            change=Change.CHANGED,
            subject=new.kind,
            name=new.name,
            aspect=_aspect(aspect, before, after),
            effect=alters and aspect not in WORDING and (new.kind, aspect) != ("section", "weight"),
            old=head if heads else None,
            new=head_now if heads else None,
            details=rows,
            old_span=old_place,
            new_span=new_place,
            slot=(new.key, aspect),
            section=new.section,
        )


def _aspect(aspect: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """What an aspect is called: the bands of two lists of bands rather than the scoring."""
    if aspect != "form":
        return aspect
    kinds = sorted({type(one).__name__ for one in (*before, *after)})
    return _FORMS.get(kinds[0], "form") if len(kinds) == 1 else "form"


def _place(said: tuple[Any, ...], piece: Piece) -> Span | None:
    """Where an aspect stands; where it says nothing, where its part does."""
    for one in said:
        if isinstance(one, tuple) and one:
            return _place(one, piece)
        if isinstance(one, tree.Node) and hasattr(one, "span") and not one.span.path.startswith("<setting"):
            span: Span = one.span
            return span
    return None if isinstance(piece.node, tree.Header) else piece.place


def _subtotals(node: object) -> frozenset[str]:
    """Names of what points are read of, sections among them."""
    match node:
        case tree.PointsOf(indicator):
            return frozenset({indicator.text})
        case tuple():
            return frozenset().union(*(_subtotals(one) for one in node))
        case tree.Node():
            return frozenset().union(*(_subtotals(getattr(node, one)) for one in node.__match_args__))
        case _:
            return frozenset()
