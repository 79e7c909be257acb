"""Where a command writes: files by their ending, and the outputs that the project file names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from kpirules.cli.wording import Misuse
from kpirules.diagnostics import Diagnostic, Span, nearest
from kpirules.plugin import installed

if TYPE_CHECKING:
    from kpirules.facts.project import Project


@dataclass(frozen=True, slots=True)
class Outlet:
    """One place. given: as the user called it. file: whether it is a file of its own.

    path: in a project's output it may leave open the period, the run and the policy. output, settings: of a project's
    output; by the path's ending where there is none.
    """

    given: str
    path: str
    output: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    span: Span | None = None
    file: bool = True

    def at(self, values: Callable[[str], str]) -> str:
        """Where it writes in this run. values: what stands for each name that the path leaves open."""
        if self.span is None:
            return self.path
        from kpirules.facts.targets import filled, names_in  # late: comes with project files

        return filled(self.path, {name: values(name) for name in names_in(self.path)})


def outlets_of(given: Sequence[str], project: Project | None) -> tuple[Outlet, ...]:
    """The places that are named; `-` is none."""
    return tuple(_outlet(one, project) for one in given if one != "-")


def all_outlets(project: Project | None) -> tuple[Outlet, ...]:
    """Every output of the project."""
    return () if project is None else outlets_of(tuple(project.outputs), project)


def unfit(outlets: Sequence[Outlet]) -> tuple[Diagnostic, ...]:
    """What is wrong with outputs before anything is written: formats that nobody writes."""
    plugins = installed()
    found = (plugins.output(one.path, one.output) for one in outlets)
    return tuple(one for one in found if isinstance(one, Diagnostic))


def _outlet(given: str, project: Project | None) -> Outlet:
    known = project.outputs if project is not None else {}
    if given in known:
        target = known[given]
        writer = installed().output(target.path, target.output)
        # What writes no files, such as mail, knows what its path means.
        of_files = isinstance(writer, Diagnostic) or bool(writer.endings)
        path = target.file if of_files else target.path
        file = of_files and _is_whole(writer, path)
        return Outlet(given, path, target.output, target.settings, target.span, file)
    if known and not PurePath(given).suffix and "://" not in given and "/" not in given:
        names = ", ".join(known)
        meant = nearest(given, known)
        hint, hint_zh = (f' Did you mean "{meant}"?', f"您是不是想写“{meant}”？") if meant else ("", "")
        raise Misuse(
            f'-o: the project has no output "{given}"; there are: {names}.{hint}',
            f"-o：项目没有输出“{given}”；现有：{names}。{hint_zh}",
        )
    return Outlet(given, given, file=_is_whole(installed().output(given, None), given))


def _is_whole(writer: object, path: str) -> bool:
    """Whether what stands there is replaced: a file that is not one of several things in its place, as tables are."""
    return "://" not in path and not getattr(writer, "adds", False)
