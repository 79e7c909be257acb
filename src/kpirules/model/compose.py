"""From a ruleset that extends another one to the whole ruleset: a piece of work on syntax trees, before the check.

1. The ruleset named after `extends` is read and, where it extends another in turn, composed first.
2. Its header lines hold where the extending file has no line of that kind.
3. `set`, `replace` and `without` change its parts where they stand; what is new comes behind, in writing order.
4. What only a removed or replaced part needed (inputs, parameters, measures, tables, data) goes with it.
5. Its tests go on being run where nothing that they name, nor anything that those depend on, was changed.

Spans keep the path of the file that they come from. Reading files is the caller's work.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from kpirules.diagnostics import Diagnostic, Problem, Span, Words, nearest
from kpirules.language import tree
from kpirules.language.parse import Parsed
from kpirules.model import changes, problems
from kpirules.model.inheriting import needed, tests_kept
from kpirules.model.parts import BLOCKS, INNER, Part, part_of, parts, with_fields, word, words_of


@dataclass(frozen=True, slots=True)
class NotFound:
    """No file of that name. searched: the places tried; known: the rulesets that are there."""

    searched: tuple[Words, ...]
    known: tuple[str, ...]


#: The file of the ruleset with this name, for the file at this path.
Finder = Callable[[str, str], Parsed | NotFound]


@dataclass(frozen=True, slots=True)
class Composed:
    """tree: the whole ruleset, None where there is none. sources: every file read, path to text."""

    tree: tree.Ruleset | None
    skipped: frozenset[str]
    sources: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]


def compose(parsed: Parsed, find: Finder) -> Composed:
    """The whole ruleset of a file. Its own mistakes of writing are included; so are those of what it extends."""
    return _composed(parsed, find, ())


def _composed(parsed: Parsed, find: Finder, trail: tuple[Parsed, ...]) -> Composed:
    own = Composed(parsed.tree, parsed.skipped, {parsed.path: parsed.text}, parsed.diagnostics)
    policy = parsed.tree
    if policy is None:
        return own
    found: list[Diagnostic] = list(parsed.diagnostics)
    if not policy.header.extends:
        found += _unfounded(policy)
        whole = with_fields(policy, declarations=_own(policy), changes=())
        return Composed(whole, parsed.skipped, own.sources, tuple(found))
    named = policy.header.extends[0]
    for extra in policy.header.extends[1:]:
        what = Words('"extends"', "“沿用”")
        found.append(problems.REPEATED.at(extra.span, what=what, line=named.span.line))
    trail = (*trail, parsed)
    base = find(named.text, parsed.path)
    if isinstance(base, NotFound):
        found.append(_no_base(named, base))
    elif base.path in [one.path for one in trail]:
        names = [PurePath(one.path).name for one in (*trail, base)]
        found.append(changes.BASE_CIRCLE.at(named.span, name=named.text, circle=" -> ".join(names)))
    else:
        under = _composed(base, find, trail)
        found += under.diagnostics
        skipped = parsed.skipped | under.skipped
        sources = {**own.sources, **under.sources}
        if under.tree is None:
            return Composed(None, skipped, sources, tuple(found))
        work = _Change(under.tree, policy, skipped, accepted=_accepted(under.tree, tuple(under.sources)))
        whole = work.ruleset()
        return Composed(whole, skipped, sources, (*found, *work.found))
    return Composed(None, parsed.skipped, own.sources, tuple(found))


def _own(policy: tree.Ruleset) -> tuple[tree.Declaration, ...]:
    """What a file declares itself, in writing order, with `add` or without."""
    added = [one.declaration for one in policy.changes if isinstance(one, tree.Add)]
    return tuple(sorted((*policy.declarations, *added), key=lambda node: part_of(node).place))


def _unfounded(policy: tree.Ruleset) -> Iterator[Diagnostic]:
    """Changes in a ruleset that extends none."""
    for one in policy.changes:
        yield changes.NO_EXTENDS.at(one.span, what=_quoted(type(one).__name__.lower()))
    for part in parts(policy.declarations):
        if getattr(part.node, "to", None) is not None:
            yield changes.NO_EXTENDS.at(part.node.to.span, what=Words('"to section"', "“到 章节”"))


def _quoted(kind: str) -> Words:
    return Words(f'"{word(kind).en}"', f"“{word(kind).zh}”")


def _no_base(name: tree.Name, lost: NotFound) -> Diagnostic:
    known = Words(", ".join(lost.known) or "none", "、".join(lost.known) or "无")
    searched = Words(", ".join(one.en for one in lost.searched), "、".join(one.zh for one in lost.searched))
    meant = nearest(name.text, lost.known)
    return changes.NO_BASE.at(name.span, suggestion=meant, name=name.text, searched=searched, known=known)


@dataclass(slots=True)
class _Change:
    """The changes of one file to the ruleset below it.

    By a part's identity: touched, the line that changes it; whole, that it goes or is replaced; instead, what stands
    in its place (None: nothing); behind, what is added at the end of its block.
    """

    base: tree.Ruleset
    policy: tree.Ruleset
    skipped: frozenset[str]
    found: list[Diagnostic] = field(default_factory=list)
    touched: dict[int, Span] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    instead: dict[int, Any] = field(default_factory=dict)
    behind: dict[int, list[tuple[Any, tree.Name]]] = field(default_factory=dict)
    added: list[Any] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    accepted: tuple[tree.Accept, ...] = ()

    def ruleset(self) -> tree.Ruleset:
        """The base with the changes made. Changes that cannot be made are reported and left out."""
        self.parts = list(parts(self.base.declarations))
        for one in self.policy.changes:
            match one:
                case tree.Set():
                    self._set(one)
                case tree.Without():
                    self._without(one)
                case tree.Replace():
                    self._replace(one.declaration)
        for node in _own(self.policy):
            self._add(node)
        self._behind_nothing()
        kept = [self._after(one) for one in self.base.declarations]
        declarations = [one for one in kept if one is not None]
        declarations = needed(self.base.declarations, [*declarations, *self.added], self.policy.header)
        titles = {one.title.text for one in self.added if isinstance(one, tree.Test)}
        survives = tests_kept(self.base, declarations, self.policy.header)
        own = {id(one) for one in (*self.added, *self.instead.values())}
        declarations = [
            one
            for one in declarations
            if not isinstance(one, tree.Test)
            or id(one) in own
            or (id(one) in survives and one.title.text not in titles)
        ]
        return tree.Ruleset(
            self.policy.name,
            self.policy.label,
            _header(self.base.header, self.policy.header),
            tuple(declarations),
            (),
            (*self.policy.accepted, *self.accepted),
            self.policy.span,
        )

    def _after(self, node: Any) -> Any:
        """What becomes of a part; None: it goes."""
        now = self.instead.get(id(node), node)
        inner = INNER.get(type(node).__name__)
        if inner is None or id(node) in self.whole:
            return now
        items = [self._after(one) for one in getattr(node, inner)]
        items = [one for one in items if one is not None] + [one for one, _ in self.behind.get(id(node), ())]
        before = getattr(node, inner)
        if before and not items:
            return None  # a block that has lost all that stood in it
        same = len(items) == len(before) and all(map(operator.is_, items, before))
        return now if same else with_fields(now, **{inner: tuple(items)})

    # The changes

    def _set(self, line: tree.Set) -> None:
        kinds = ("indicator", "section") if line.weight else ("parameter",)
        what = Words("to set", "设定")
        part = self._one(line.name, [one for one in self.parts if one.kind in kinds], kinds, what)
        if part is None or not self._touch(part, line.name.span, whole=False):
            return
        name = "weight" if line.weight else "default"
        # a value takes the place of all values that change on certain days
        fields: dict[str, Any] = {name: line.value} | ({} if line.weight else {"stretches": (), "rules": ()})
        if all(getattr(part.node, one) == value for one, value in fields.items()):
            self._say(changes.NO_CHANGE, line.name.span, name=line.name.text)
        self.instead[id(part.node)] = with_fields(part.node, **fields)

    def _without(self, line: tree.Without) -> None:
        test = isinstance(line.name, tree.Text)
        kinds = ("test",) if test and line.kind is None else () if line.kind is None else (line.kind,)
        among = [
            one for one in self.parts if (one.kind in kinds if kinds else one.kind not in ("test", *BLOCKS))
        ]
        part = self._one(line.name, among, kinds, Words("to leave out", "去除"))
        if part is not None and self._touch(part, line.name.span):
            self.instead[id(part.node)] = None

    def _replace(self, node: Any) -> None:
        new = part_of(node)
        among = [one for one in self.parts if one.key[0] == new.key[0]]
        name = getattr(node, "name", getattr(node, "title", None)) or tree.Name(new.name, node.span)
        part = self._one(name, among, (new.kind,), Words("to replace", "替换"))
        if part is not None and self._touch(part, new.place):
            self.instead[id(part.node)] = _merged(node, part.node)

    def _add(self, node: Any) -> None:
        block = next((one for one in self.parts if isinstance(one.node, tree.Adjustments)), None)
        if isinstance(node, tree.Adjustments) and block is not None and id(block.node) not in self.whole:
            for more in node.lines:  # they join those of the base
                self._add_line(more, block.node)
            return
        for new in parts([node]):
            there = [one for one in self.parts if one.key == new.key and new.kind != "test"]
            gone = there and id(there[0].node) in self.instead and self.instead[id(there[0].node)] is None
            if there and not gone:
                at = there[0].place
                line = f"{PurePath(at.path).name}:{at.line}"
                what, base = there[0].words, self.base.name.text
                self._say(changes.IN_BASE, new.place, what=what, base=base, line=line)
                return
        into = getattr(node, "to", None)
        if into is None:
            self.added.append(node)
            return
        sections = [one for one in self.parts if one.kind == "section"]
        section = self._one(into, sections, ("section",), Words("to add to", "加入"))
        if section is not None:
            self.behind.setdefault(id(section.node), []).append((with_fields(node, to=None), into))

    def _add_line(self, line: tree.Adjusted | tree.Veto | tree.Cap, block: tree.Adjustments) -> None:
        before = len(self.added)
        self._add(line)
        if len(self.added) > before:
            self.behind.setdefault(id(block), []).append((self.added.pop(), tree.Name("", line.span)))

    def _behind_nothing(self) -> None:
        """Report additions to a block that another line takes away or replaces."""
        for place, items in self.behind.items():
            for _, into in items if place in self.whole else ():
                line = self.touched[place].line
                what = Words(
                    f'the section "{into.text}" is changed as a whole', f"章节“{into.text}”已整体改动"
                )
                mend = Words(
                    f"line {line} does so: write the addition there", f"见第 {line} 行，请把新增内容写在那里"
                )
                self._say(changes.CONFLICT, into.span, what=what, mend=mend)

    # Which part is meant

    def _one(
        self, name: tree.Name | tree.Text, among: Sequence[Part], kinds: Sequence[str], what: Words
    ) -> Part | None:
        """The part of this name, if there is one and one only."""
        there = [one for one in among if one.name == name.text]
        if len(there) == 1 or (there and there[0].kind == "test"):
            return there[0]
        if there:
            kinds_en = ", ".join(word(one.kind).en for one in there)
            said = Words(
                f'"{name.text}" is the name of several parts: {kinds_en}',
                f"“{name.text}”是几个部分的名称：{'、'.join(word(one.kind).zh for one in there)}",
            )
            mend = Words(
                f"say which: `{word(there[0].kind).en} {name.text}`",
                f"请写明是哪一种：`{word(there[0].kind).zh} {name.text}`",
            )
            self._say(changes.CONFLICT, name.span, what=said, mend=mend)
        elif name.text not in self.skipped:
            self._absent(name, among, kinds, what)
        return None

    def _absent(
        self, name: tree.Name | tree.Text, among: Sequence[Part], kinds: Sequence[str], what: Words
    ) -> None:
        thing = words_of(kinds[0], name.text) if kinds else Words(f'part "{name.text}"', f"“{name.text}”")
        other = next((one for one in self.parts if one.name == name.text), None)
        names = sorted({one.name for one in among if one.kind in kinds or not kinds})
        meant = None if other is not None else nearest(name.text, names)
        most = 3 if "test" in kinds else 12
        said = [f'"{one}"' if "test" in kinds else one for one in names[:most]]
        known = Words(
            f"it has: {', '.join(said)}{' ...' if len(names) > most else ''}",
            f"其中有：{'、'.join(said)}{' 等' if len(names) > most else ''}",
        )
        if not names:
            known = Words("it has nothing of that kind", "其中没有这一类内容")
        if meant is not None:
            known = Words()
        elif other is not None:
            known = Words(f"it has {other.words.en}", f"其中有{other.words.zh}")
        self._say(
            changes.NOT_IN_BASE,
            name.span,
            suggestion=meant,
            what=Words(f"{thing.en} {what.en}", f"可{what.zh}的{thing.zh}"),
            base=self.base.name.text,
            known=known,
        )

    def _touch(self, part: Part, place: Span, whole: bool = True) -> bool:
        """Take a part for one change; a second one is reported, also where one is of the block around the other."""
        here = [id(part.node)]
        if id(part.inside) in self.whole:
            here.append(id(part.inside))
        if whole:
            inner = INNER.get(type(part.node).__name__)
            here += [id(one) for one in (getattr(part.node, inner) if inner else ())]
        before = next((self.touched[one] for one in here if one in self.touched), None)
        if before is not None:
            what = Words(f"{part.words.en} is changed twice", f"{part.words.zh}改动了两次")
            mend = Words(
                f"line {before.line} changes it too: keep one", f"第 {before.line} 行已改动，请只保留一处"
            )
            self._say(changes.CONFLICT, place, what=what, mend=mend)
            return False
        self.touched[id(part.node)] = place
        if whole:
            self.whole.add(id(part.node))
        return True

    def _say(self, problem: Problem, place: Span, *, suggestion: str | None = None, **args: object) -> None:
        self.found.append(problem.at(place, suggestion=suggestion, **args))


def _merged(node: Any, old: Any) -> Any:
    """What stands in the place of a part: what says no label keeps the one that was there."""
    if hasattr(node, "label") and node.label is None and getattr(old, "label", None) is not None:
        node = with_fields(node, label=old.label)
    return with_fields(node, to=None) if getattr(node, "to", None) is not None else node


def _accepted(base: tree.Ruleset, files: tuple[str, ...]) -> tuple[tree.Accept, ...]:
    """The findings that an extended ruleset accepts: under its first line, those in its own lines."""
    return tuple(one if one.part or one.files else with_fields(one, files=files) for one in base.accepted)


def _header(base: tree.Header, own: tree.Header) -> tree.Header:
    """The extending file's lines; the base's where it has none of that kind."""
    fields = {name: getattr(own, name) or getattr(base, name) for name in tree.Header.__match_args__}
    said = {one.what for one in own.rounding}
    fields["rounding"] = (*own.rounding, *(one for one in base.rounding if one.what not in said))
    return tree.Header(**fields)
