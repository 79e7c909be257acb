"""`kpirules sample POLICY DIR`: made-up data for any policy, and the project file that binds them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.terminal import UNUSABLE, language_option, say
from kpirules.cli.wording import Misuse, both
from kpirules.model.rules import Ruleset
from kpirules.periods import Period
from kpirules.policy.sample import Row, sample


@click.command("sample")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--people", type=click.IntRange(1, 100_000), default=24, help=both("How many people.", "人数。")
)
@click.option("--periods", type=click.IntRange(1, 400), help=both("How many periods.", "周期数。"))
@click.option(
    "--seed", type=int, default=7, help=both("Another number makes other data.", "换一个数得到另一份数据。")
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help=both("Set a parameter of the policy.", "设置制度的一个参数。"),
)
@language_option
def command(
    ruleset: Path, folder: Path, people: int, periods: int | None, seed: int, settings: tuple[str, ...]
) -> None:
    """Make up data for a policy: tables of inputs and records that fit it, and a kpirules.toml that binds them.

    The same policy and seed give the same files. For trying a policy before its real data are at hand.

    \b
    kpirules sample policy.kpi tryout
    kpirules score policy.kpi --project tryout/kpirules.toml
    """
    given = settings_of(settings)
    policy = read_valid(ruleset, given, dict.fromkeys(given))
    rules = policy.ruleset
    assert rules is not None
    files = sample_files(rules, os.path.relpath(ruleset, folder), given, people, periods, seed)
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise Misuse(
            f"{folder} already has {', '.join(taken)}; nothing was written. Name another folder",
            f"{folder} 中已有 {'、'.join(taken)}，未写入任何文件。请换一个文件夹",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as wrong:
        say(
            f"kpirules: cannot write to {folder}: {wrong.strerror}",
            f"kpirules：无法写入 {folder}：{wrong.strerror}",
        )
        raise click.exceptions.Exit(UNUSABLE) from None
    names = ", ".join(files)
    say(f"written to {folder}: {names}", f"已写入 {folder}：{names}", err=False)
    project = folder / "kpirules.toml"
    say(
        f"try: kpirules score {ruleset} --project {project}",
        f"试试：kpirules score {ruleset} --project {project}",
        err=False,
    )


def sample_files(
    rules: Ruleset,
    policy: str,
    settings: Mapping[str, str] | None = None,
    people: int = 24,
    periods: int | None = None,
    seed: int = 7,
) -> dict[str, str]:
    """The files of a made-up data set by name. policy: where the policy lies, as seen from the folder."""
    made = sample(rules, people=people, periods=periods, seed=seed)
    tables = {"inputs": made.inputs} if made.inputs else {}
    tables |= made.data
    files = {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    return {"kpirules.toml": _project(rules, policy, settings or {}, tables, made.periods), **files}


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _project(
    rules: Ruleset,
    policy: str,
    settings: Mapping[str, str],
    tables: Mapping[str, Sequence[Row]],
    periods: tuple[Period, Period] | None,
) -> str:
    lines = [f"# Made-up data for {rules.id}.", "[project]", f'ruleset = "{Path(policy).as_posix()}"']
    if periods is not None:
        lines.append(f'periods = "{periods[0]}..{periods[1]}"')
    unset = [one.name for one in rules.parameters.values() if one.value is None]
    if settings or unset:
        lines += ["", "[parameters]"]
        lines += [f'{name} = "{value}"' for name, value in settings.items()]
        lines += [f'# {name} = "..."   # to be set' for name in unset]
    for name in tables:
        lines += ["", "[inputs]" if name == "inputs" else f"[data.{name}]", f'path = "{name}.csv"']
    return "\n".join(lines) + "\n"
