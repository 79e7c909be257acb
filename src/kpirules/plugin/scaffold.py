"""A new plugin's package: files that install and pass the contract at once, to be changed from there.

The texts stand beside this module in `scaffold/`: `both` for every plugin, `adapter` and `output` for one kind.
"""

from __future__ import annotations

import importlib.util
import keyword
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.kit_problems import NAME_IN_USE, NOT_MADE, WRONG_NAME
from kpirules.plugin.registry import Plugins

Kind = Literal["adapter", "output"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 40
_ENDING = ".txt"
#: Where a file of the package stands; the others stand at its top.
_IN_PACKAGE = re.compile(r"(?!test_).*\.(py|typed)")
_THERE = Words("there is something of that name already", "已有同名的文件或文件夹")


def wrong_name(name: str, kind: Kind, plugins: Plugins) -> Diagnostic | None:
    """What is wrong with the name of a new plugin."""
    if not _NAME.fullmatch(name):
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        meant = plain if _NAME.fullmatch(plain) else None
        reason = Words("it is the name of a Python module", "它将用作 Python 模块名")
        return WRONG_NAME.at(None, name=name, reason=reason, suggestion=meant)
    if len(name) > _LONGEST:
        return WRONG_NAME.at(None, name=name, reason=Words("it is too long", "过长"))
    if keyword.iskeyword(name):
        return WRONG_NAME.at(None, name=name, reason=Words("it is a word of Python", "它是 Python 关键字"))
    owner = _owner(name, kind, plugins)
    return None if owner is None else NAME_IN_USE.at(None, name=name, owner=owner)


def _owner(name: str, kind: Kind, plugins: Plugins) -> Words | None:
    """Who has the name already."""
    for one in plugins.each:
        offered = one.adapters if kind == "adapter" else one.outputs
        if name in (one.name, *(each.name for each in offered)):
            return Words(f'the plugin "{one.name}"', f"插件“{one.name}”")
    package = f"kpirules_{name}"
    if importlib.util.find_spec(package) is not None:
        return Words(f'the installed package "{package}"', f"已安装的软件包“{package}”")
    return None


def make_plugin(name: str, kind: Kind, folder: Path) -> Path | Diagnostic:
    """Makes the folder `kpirules-NAME` in a folder, whole or not at all; its path."""
    target = folder / f"kpirules-{name.replace('_', '-')}"
    if os.path.lexists(target):
        return NOT_MADE.at(None, path=str(target), reason=_THERE)
    made: str | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(prefix=".kpirules-", dir=folder)
        for path, text in package_files(name, kind):
            file = Path(made) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        os.chmod(made, 0o755)  # a temporary folder is its owner's alone
        os.rename(made, target)
    except OSError as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        return NOT_MADE.at(None, path=str(target), reason=error.strerror or str(error))
    except BaseException:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        raise
    return target


def package_files(name: str, kind: Kind) -> Iterator[tuple[str, str]]:
    """The files of a new package: where each stands, and its text."""
    package, title = f"kpirules_{name}", name.replace("_", " ")
    words = {
        "name": name,
        "package": package,
        "project": f"kpirules-{name.replace('_', '-')}",
        "Class": "".join(part.capitalize() for part in name.split("_")),
        "CODE": name.upper().replace("_", ""),
        "what": f"reads {title} files" if kind == "adapter" else f"writes {title} files",
    }
    texts = files("kpirules.plugin") / "scaffold"
    for group in ("both", kind):
        for file in sorted((texts / group).iterdir(), key=lambda one: one.name):
            yield _place(file.name.removesuffix(_ENDING), package), _filled(file, words)


def _place(file: str, package: str) -> str:
    if file.startswith("test_"):
        return f"tests/{file}"
    return f"src/{package}/{file}" if _IN_PACKAGE.fullmatch(file) else file


def _filled(file: Traversable, words: dict[str, str]) -> str:
    return re.sub(r"@(\w+)@", lambda found: words[found[1]], file.read_text("utf-8"))
