"""From a policy to a chat and a mailbox: outputs of a project file, sent by `kpirules report`."""

from __future__ import annotations

import importlib.metadata
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.cli.desk import SHOP, Desk
from tests.servers.post import post_office
from tests.servers.web import Reply, Server

ALERT = """
alert behind "Behind" when total < 80 level warning
"""
PROJECT = """
[project]
ruleset = "shop.kpi"

[parameters]
price = 20

[inputs]
path = "shop.csv"

[output.chat]
path = "HR chat"
output = "webhook"
service = "feishu"
address = {{ env = "CHAT_ADDRESS" }}
secret = {{ file = "secret.txt" }}
people = 1

[output.mail]
path = "hr@example.com"
output = "mail"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "kpi@example.com"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Desk:
    if "notify" not in {one.name for one in importlib.metadata.entry_points(group="kpirules")}:
        made = tmp_path / "site" / "kpirules_notify-0.1.0.dist-info"
        made.mkdir(parents=True)
        (made / "METADATA").write_text("Metadata-Version: 2.1\nName: kpirules-notify\nVersion: 0.1.0\n")
        (made / "entry_points.txt").write_text("[kpirules]\nnotify = kpirules_notify.hooks\n")
        monkeypatch.syspath_prepend(str(made.parent))
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = Desk(folder, monkeypatch)
    monkeypatch.setenv("CHAT_ADDRESS", f"{server.address}/open-apis/bot/v2/hook/t0k3n-of-the-robot")
    desk.put("secret.txt", "s1gning-secret\n")
    desk.put("shop.kpi", SHOP + ALERT)
    return desk


def test_alerts_go_to_the_chat_and_to_the_mailbox(desk: Desk, server: Server) -> None:
    server.answer = lambda asked: Reply({"code": 0, "msg": "success"})
    with post_office() as post:
        desk.put("kpirules.toml", PROJECT.format(port=post.port))
        result = desk.run("report", "shop.kpi")
        assert result.exit_code == 0, result.stderr
        (message,) = server.asked
        card = json.loads(message.body)["card"]
        sender, recipients, mail = post.letters[0]
    assert card["header"]["template"] == "orange"
    text = card["elements"][0]["content"]
    assert "🟠 **warning · Behind**: " in text
    assert ", and 1 more" in text
    assert (sender, recipients) == ("kpi@example.com", ["hr@example.com"])
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert "! [warning] Behind: Bob (2026-01), Ann (2026-02)" in body.get_content()
    said = result.stdout + result.stderr
    assert "t0k3n" not in said
    assert "s1gning-secret" not in said


def test_a_chat_that_refuses_fails_the_command(desk: Desk, server: Server) -> None:
    server.answer = lambda asked: Reply({"code": 19021, "msg": "sign match fail"})
    desk.put("kpirules.toml", PROJECT.format(port=9))
    result = desk.run("report", "shop.kpi", "-o", "chat")
    assert result.exit_code == 1
    assert "K681" in result.stderr
    assert "HR chat: Feishu/Lark refuses the message (19021: sign match fail)" in result.stderr
    assert "t0k3n" not in result.stderr


def test_an_official_run_raises_its_alerts(desk: Desk, server: Server) -> None:
    """Those of the period of the run alone, once it is archived; a dry run raises none."""
    server.answer = lambda asked: Reply({"code": 0, "msg": "success"})
    with post_office() as post:
        desk.put("kpirules.toml", PROJECT.format(port=post.port))
        assert desk.run("run", ".", "--period", "2026-01", "--dry-run").exit_code == 0
        assert (server.asked, post.letters) == ([], [])
        result = desk.run("run", ".", "--period", "2026-01")
        assert result.exit_code == 0, result.stderr
        (message,) = server.asked
        _, recipients, mail = post.letters[0]
    run = Path(result.stdout.split(": ", 1)[1].strip())
    assert (run / "manifest.json").exists() and recipients == ["hr@example.com"]
    assert "Behind" in json.loads(message.body)["card"]["elements"][0]["content"]
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert "Behind: Bob" in body.get_content() and "2026-02" not in body.get_content()
    written = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
    assert b"t0k3n" not in written and b"s1gning-secret" not in written


def test_a_run_whose_alert_is_refused_is_archived_and_says_so(desk: Desk, server: Server) -> None:
    with post_office() as post:
        server.answer = lambda asked: Reply({"code": 19021, "msg": "sign match fail"})
        desk.put("kpirules.toml", PROJECT.format(port=post.port))
        result = desk.run("run", ".", "--period", "2026-01")
        assert result.exit_code == 5 and "K681" in result.stderr
        assert len(post.letters) == 1  # the other output is written all the same
        server.answer = lambda asked: Reply({"code": 0, "msg": "success"})
        again = desk.run("run", ".", "--period", "2026-01", "--outputs-only")
        assert again.exit_code == 0, again.stderr
        assert "archived" not in again.stdout and len(server.asked) == 2
