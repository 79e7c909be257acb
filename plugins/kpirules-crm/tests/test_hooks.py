"""What the package offers, and that finding it out costs little."""

from __future__ import annotations

import subprocess
import sys

from kpirules_crm import hooks, problems

from kpirules.diagnostics import Problem


def test_what_is_offered() -> None:
    offered = {one.name: one for one in hooks.kpirules_adapters()}
    assert list(offered) == ["request_tracker", "roundup", "salesforce", "zendesk"]
    assert all("columns" in one.capabilities and one.endings == () for one in offered.values())
    assert hooks.KPIRULES_API == 2


def test_no_heavy_library_is_loaded_before_it_is_needed() -> None:
    code = "import sys, kpirules_crm.hooks; print([m for m in ('pyarrow', 'httpx2', 'numpy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_problems_have_codes_of_their_own() -> None:
    declared = [one for one in vars(problems).values() if isinstance(one, Problem)]
    codes = [one.code for one in declared]
    assert len(set(codes)) == len(codes) >= 10
    assert all("K650" <= code <= "K679" for code in codes)
    assert all(
        one.message.en and one.message.zh and one.explanation.en and one.explanation.zh for one in declared
    )
