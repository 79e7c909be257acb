"""What is appraised: staff, or what the line `subject` says (a region, a product line)."""

from __future__ import annotations

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.rules import STAFF, Subject
from kpirules.model.scope import Scope

#: What results call their other columns.
_TAKEN = frozenset({"period", "total", "grade", "inputs"})


def subject_of(header: tree.Header, scope: Scope) -> Subject:
    """The subject as the header says it; staff where it does not."""
    for extra in header.subject[1:]:
        what, line = Words('"subject"', "“对象”"), header.subject[0].span.line
        scope.report(problems.REPEATED, extra.span, what=what, line=line)
    if not header.subject:
        return STAFF
    said = header.subject[0]
    name = said.name.text
    if name in ("staff", "员工"):
        return STAFF
    if name in _TAKEN:
        scope.report(problems.RESERVED, said.name.span, name=name)
    return Subject(name, said.label.text if said.label is not None else "")


def check_word(line: tree.Applies, subject: Subject, scope: Scope) -> None:
    """`applies to` says the subject's own word."""
    said = line.subject
    if said is None and subject == STAFF:
        return
    if said is not None and said.text in subject.titles:
        return
    place = line.span if said is None else said.span
    given = "staff" if said is None else said.text
    scope.report(
        problems.HEADER,
        place,
        what=Words(
            f'this policy appraises by {subject.name}, and this line says "{given}"',
            f"本制度考核的对象是{subject.words.zh}，而此行写的是“{'员工' if said is None else given}”",
        ),
        mend=Words(
            f"write `applies to {subject.name} ...`"
            + ("" if said is None else f", or `subject {given}` under the first line"),
            f"请写 `适用 {subject.words.zh} …`"
            + ("" if said is None else f"，或在首行之下写 `对象 {given}`"),
        ),
    )
