"""`kpirules check` and `kpirules explain`: findings as text and JSON, and more about them."""

from __future__ import annotations

import json

import pytest

from kpirules.cli.explain import all_problems
from tests.cli.desk import SHOP, Desk

GAP = SHOP.replace("from 60% to below 90%", "from 60% to below 80%")
#: What the lint has to say of the shop is accepted.
SOUND = SHOP.replace(
    "  period month\n",
    """\
  period month
  accept K326 "quality comes first"
  accept K335 "two are enough for a shop"
""",
)
PRICE = ("parameter price : money", "parameter price : money = 20 yuan")
RULESET = '\nruleset good "Good"\n  extends service_index\n'


def test_a_good_policy(desk: Desk) -> None:
    desk.put("good.kpi", RULESET)
    result = desk.run("check", "good.kpi")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file: 0 errors, 0 warnings\n"
    assert desk.run("check", "good.kpi", "--lang", "zh").stderr == "1 个文件：0 个错误，0 个警告\n"
    assert desk.run("check", "good.kpi", "--format", "json").stdout == "[]\n"


def test_what_a_policy_does_is_told_with_an_example(desk: Desk) -> None:
    desk.put("priced.kpi", SHOP.replace(*PRICE))
    result = desk.run("check", "priced.kpi")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-8:] == [
        "  --> priced.kpi:24:11",
        "   |",
        '24 | indicator quality "Quality" weight 60',
        "   |           ^^^^^^^ decides alone",
        "   |",
        "   = example: with good = 1 (on_probation = no, late = 0, all = 1): total 100; with good = 0: total 40",
        "   = help: give it half at most, or accept this with a reason",
        "",
    ]
    assert result.stderr == "1 file: 0 errors, 2 warnings\n"
    assert "example" not in desk.run("check", "shop.kpi").stdout  # without a price nobody can be scored


def test_warnings_fail_where_that_is_wanted(desk: Desk) -> None:
    assert desk.run("check", "shop.kpi", "--strict").exit_code == 1
    assert desk.run("check", "shop.kpi", "--strict", "--no-lint").exit_code == 0
    desk.put("sound.kpi", SOUND)
    assert desk.run("check", "sound.kpi", "--strict").exit_code == 0


def test_only_errors_are_looked_for_without_the_lint(desk: Desk) -> None:
    result = desk.run("check", "shop.kpi", "--no-lint")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 file: 0 errors, 0 warnings\n")


def test_accepted_findings_are_counted_and_shown_on_demand(desk: Desk) -> None:
    desk.put("sound.kpi", SOUND)
    result = desk.run("check", "sound.kpi")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file: 0 errors, 0 warnings, 2 findings accepted\n"
    chinese = desk.run("check", "sound.kpi", "--lang", "zh")
    assert chinese.stderr == "1 个文件：0 个错误，0 个警告，容许 2 项发现\n"
    shown = desk.run("check", "sound.kpi", "--accepted").stdout
    assert "warning[K326]" in shown
    assert "\n  accepted (sound.kpi:4:10): quality comes first\n" in shown
    assert "\n  accepted (sound.kpi:5:10): two are enough for a shop\n" in shown
    shown = desk.run("check", "sound.kpi", "--accepted", "--lang", "zh").stdout
    assert "\n  已容许（sound.kpi:4:10）：quality comes first\n" in shown


def test_accepted_findings_in_json_have_their_reason(desk: Desk) -> None:
    desk.put("sound.kpi", SOUND)
    assert json.loads(desk.run("check", "sound.kpi", "--format", "json").stdout) == []
    found = json.loads(desk.run("check", "sound.kpi", "--format", "json", "--accepted").stdout)
    assert sorted((one["code"], one["accepted"]) for one in found) == [
        ("K326", "quality comes first"),
        ("K335", "two are enough for a shop"),
    ]


def test_a_line_that_accepts_nothing_is_a_warning(desk: Desk) -> None:
    desk.put("stale.kpi", SOUND.replace("accept K335", "accept K336").replace(*PRICE))
    result = desk.run("check", "stale.kpi", "--strict")
    assert result.exit_code == 1
    assert "warning[K324]: K336 is accepted here, and is not found" in result.stdout
    assert desk.run("check", "stale.kpi", "--strict", "--no-lint").exit_code == 0


def test_a_reason_is_wanted(desk: Desk) -> None:
    desk.put("bare.kpi", SOUND.replace('"quality comes first"', '""'))
    result = desk.run("check", "bare.kpi")
    assert result.exit_code == 1
    assert "error[K323]" in result.stdout


def test_a_mistake_is_shown_with_its_line_a_caret_and_advice(desk: Desk) -> None:
    desk.put("gap.kpi", GAP)
    result = desk.run("check", "gap.kpi")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        'error[K203]: the bands of "quality" leave a gap between 80% and 90%',
        "  --> gap.kpi:29:5",
        "   |",
        "28 |     from 90%            : 60",
        "29 |     from 60% to below 80% : 0 to 60",
        "   |     ^^^^^^^^^^^^^^^^^^^^^ no band says what 85% scores",
        "   |",
        "   = help: write `from 60% to below 90%`, or add a band for 80% to 90%",
        "",
    ]
    assert result.stderr == "1 file: 1 error, 0 warnings\n"


def test_json_has_exactly_the_promised_keys(desk: Desk) -> None:
    desk.put("bad.kpi", GAP.replace("input late :", "input lat :"))
    result = desk.run("check", "bad.kpi", "shop.kpi", "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    found = json.loads(result.stdout)
    keys = ["code", "severity", "path", "line", "column", "end_line", "end_column", "message", "help"]
    assert [list(one) for one in found] == [keys] * len(found)
    assert {"K203", "K206"} <= {one["code"] for one in found}
    unknown = next(one for one in found if one["code"] == "K206")
    text = GAP.replace("input late :", "input lat :").splitlines()[unknown["line"] - 1]
    assert text[unknown["column"] - 1 : unknown["end_column"] - 1] == "late"
    assert (unknown["path"], unknown["severity"]) == ("bad.kpi", "error")
    assert "lat" in unknown["help"]
    chinese = json.loads(desk.run("check", "bad.kpi", "--format", "json", "--lang", "zh").stdout)
    assert [one["code"] for one in chinese] == [one["code"] for one in found if one["path"] == "bad.kpi"]
    assert all(any("\u4e00" <= c <= "\u9fff" for c in one["message"]) for one in chinese)


def test_every_file_is_looked_at_and_the_unreadable_one_decides_the_status(desk: Desk) -> None:
    desk.put("gap.kpi", GAP)
    result = desk.run("check", "nowhere.kpi", "gap.kpi", "shop.kpi")
    assert result.exit_code == 2
    assert "error[K203]" in result.stdout
    assert "kpirules: cannot read nowhere.kpi: No such file or directory" in result.stderr
    assert "2 files: 1 error, 2 warnings" in result.stderr


def test_folders_are_searched_for_policies(desk: Desk) -> None:
    desk.put("policies/north/gap.kpi", GAP)
    desk.put("policies/shop.kpi", SOUND)
    desk.put("policies/notes.txt", "not a policy")
    result = desk.run("check", "policies")
    assert (result.exit_code, result.stderr) == (1, "2 files: 1 error, 0 warnings, 2 findings accepted\n")
    (desk.folder / "empty").mkdir()
    result = desk.run("check", "empty")
    assert result.exit_code == 2
    assert "there is no policy (.kpi) in the folder empty" in result.stderr


def test_standard_input(desk: Desk) -> None:
    result = desk.run("check", "-", "--format", "json", stdin=GAP)
    assert result.exit_code == 1
    assert [(one["path"], one["code"]) for one in json.loads(result.stdout)] == [("<stdin>", "K203")]
    assert desk.run("check", "-", stdin=SHOP).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\x00" * 50, "规则集".encode("gb18030")])
def test_files_that_are_no_policies_are_findings(desk: Desk, content: bytes) -> None:
    (desk.folder / "strange.kpi").write_bytes(content)
    result = desk.run("check", "strange.kpi")
    assert result.exit_code == 1
    assert result.stdout.startswith("error[K1")


def test_explain_says_more_about_every_message_in_both_languages(desk: Desk) -> None:
    known = all_problems()
    assert {"K203", "K403", "K530"} <= set(known)
    for code in known:
        for language in ("en", "zh"):
            result = desk.run("explain", code.lower(), "--lang", language)
            assert result.exit_code == 0
            assert result.stdout.startswith(f"{code} (")
            assert len(result.stdout.splitlines()) >= 5
    assert "K203 (错误)" in desk.run("explain", "K203", "--lang", "zh").stdout


def test_explain_without_a_code_lists_all(desk: Desk) -> None:
    lines = desk.run("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(all_problems())
    assert not any("{" in line and "}" in line for line in lines)
    result = desk.run("explain", "K999")
    assert result.exit_code == 2
    assert "there is no message K999" in result.stderr
