"""`kpirules plugin new NAME`: the package of a new adapter or output, which passes its tests at once."""

from __future__ import annotations

from pathlib import Path

import click

from kpirules.cli.terminal import language_option, say, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Diagnostic
from kpirules.plugin import installed
from kpirules.plugin.scaffold import Kind, make_plugin, wrong_name

_CHINESE = """\
新建插件软件包：默认是读取数据源的适配器，--output 则为写出结果的输出。在 FOLDER（默认当前文件夹）中建立
kpirules-NAME，可直接安装并通过测试。

\b
kpirules plugin new my_crm
kpirules plugin new my_report --output plugins
"""


@click.command("plugin", cls=Command, chinese=_CHINESE)
@click.argument("action", type=click.Choice(["new"]))
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--output",
    is_flag=True,
    help=both(
        "Make an output: it writes results. Without it: an adapter.", "新建输出（写出结果）；默认新建适配器。"
    ),
)
@language_option
def command(action: str, name: str, folder: Path, output: bool) -> None:
    """Make the package of a new plugin: an adapter, which reads a source, or with --output what writes results.

    It is made as kpirules-NAME in FOLDER (here, if not given), installs as it is and passes its tests. docs/plugins.md
    is the guide.

    \b
    kpirules plugin new my_crm
    kpirules plugin new my_report --output plugins
    """
    kind: Kind = "output" if output else "adapter"
    wrong = wrong_name(name, kind, installed())
    made = make_plugin(name, kind, folder) if wrong is None else wrong
    if isinstance(made, Diagnostic):
        stop((made,))
        return
    say(f"made {made}; next:", f"已建立 {made}；接下来：", err=False)
    click.echo(
        f"  cd {made}\n  pip install --editable '.[test]'\n  python -m pytest\n  kpirules plugins {name}"
    )
