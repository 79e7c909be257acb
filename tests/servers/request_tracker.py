"""A real Request Tracker 5 on loopback, in a folder of its own, with a clock that the tests set.

Needs Debian's `request-tracker5` and `rt5-db-sqlite`. Tickets get into it over its REST API, as any program
would put them there. It stamps them with its own time: a small Perl module, loaded before everything else,
lets its `time` read a file. What the API cannot make (custom fields of a queue, tokens) comes from initial data.
"""

from __future__ import annotations

import datetime
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.servers.programs import ServerFailed, free_port, missing, running

_SETUP = Path("/usr/sbin/rt-setup-database-5")
_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
_ATTEMPTS = 3
_SAVED = ("database", "token", "clock")

ROOT = ("root", "password")
READER = ("reader", "sees only General")

_CONFIG = """
Set($rtname, 'kpi.test'); Set($Organization, 'kpi'); Set($Timezone, '{timezone}');
Set($WebPath, ''); Set($WebDomain, '127.0.0.1'); Set($WebPort, {port}); Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{folder}/database');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'error'); Set($MailCommand, 'testfile');
Set($MasonDataDir, '{folder}/mason');
1;
"""

_CLOCK = """
package TestClock;
BEGIN {{
    *CORE::GLOBAL::time = sub () {{
        open my $file, '<', '{folder}/clock' or return CORE::time();
        my $now = <$file>;
        return $now ? int $now : CORE::time();
    }};
    *CORE::GLOBAL::gmtime = sub (;$) {{ CORE::gmtime(@_ ? $_[0] : CORE::GLOBAL::time()) }};
}}
1;
"""

_INITIAL = """
@Queues = ({{ Name => 'Secret' }}, {{ Name => "It's 售后" }});
@Users = (
    (map {{ {{ Name => $_, EmailAddress => "$_\\@kpi.test", RealName => ucfirst $_, Password => 'password', Privileged => 1 }} }}
        qw(li wang zhao)),
    (map {{ {{ Name => $_, EmailAddress => "$_\\@customer.test", Password => 'password' }} }} qw(anna bob)),
    {{ Name => '{reader}', EmailAddress => 'reader@kpi.test', Password => '{password}', Privileged => 1 }},
);
@CustomFields = (
    {{ Name => 'Satis faction', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => 'General' }},
    {{ Name => '标签', Type => 'FreeformMultiple', LookupType => 'RT::Queue-RT::Ticket', Queue => 'General' }},
);
@ACL = (
    (map {{ my $right = $_; map {{ {{ GroupDomain => 'SystemInternal', GroupType => 'Privileged', Queue => $_, Right => $right }} }}
        ('General', "It's 售后") }} qw(SeeQueue ShowTicket SeeCustomField ShowTicketComments)),
    (map {{ my $user = $_; map {{ {{ UserId => $user, Right => $_ }} }}
        qw(OwnTicket ReplyToTicket CommentOnTicket ModifyTicket CreateTicket TakeTicket SeeQueue ShowTicket) }} qw(li wang zhao)),
);
push @ACL, map {{ {{ GroupDomain => 'SystemInternal', GroupType => 'Everyone', Right => $_ }} }} qw(CreateTicket ReplyToTicket);
@Final = (sub {{
    # No mail: writing it takes most of the time. What opens a ticket that is answered stays.
    my $scrips = RT::Scrips->new(RT->SystemUser); $scrips->UnLimit;
    while (my $one = $scrips->Next) {{ $one->SetDisabled(1) unless $one->Description =~ /open/i }}
    my $owner = RT::User->new(RT->SystemUser); $owner->Load('{reader}');
    my $token = RT::AuthToken->new(RT->SystemUser);
    my ($made, $said, $text) = $token->Create(Owner => $owner->Id, Description => 'tests');
    open my $file, '>', '{folder}/token' or die $!;
    print $file $made ? $text : die $said;
}});
1;
"""


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """The running system: staff li, wang and zhao, customers anna and bob; everybody's password is `password`.

    token: of the user `reader`, who sees the queues General and It's 售后, but not Secret.
    """

    address: str
    folder: Path
    token: str
    client: httpx2.Client

    def save(self, folder: Path) -> None:
        """Puts what is in it into a new folder, for others to begin with."""
        folder.mkdir()
        for name in _SAVED[1:]:
            shutil.copy(self.folder / name, folder)
        with (
            closing(sqlite3.connect(self.folder / _SAVED[0])) as live,
            closing(sqlite3.connect(folder / _SAVED[0])) as kept,
        ):
            live.backup(kept)

    def at(self, moment: str) -> None:
        """From now on it is this moment (UTC, such as 2026-07-01 08:00) there."""
        when = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
        (self.folder / "clock").write_text(str(int(when.timestamp())))

    def call(self, method: str, path: str, body: Mapping[str, object], user: str = "root") -> Any:
        """What the API answers to this person."""
        answer = self.client.request(
            method, f"{self.address}/REST/2.0/{path}", json=body, auth=(user, "password")
        )
        answer.raise_for_status()
        return answer.json()

    def open(self, moment: str, requestor: str, owner: str, subject: str, **more: object) -> int:
        """A new ticket of the queue General, unless `more` says otherwise."""
        self.at(moment)
        body = {
            "Queue": "General",
            "Requestor": requestor,
            "Owner": owner,
            "Subject": subject,
            "Content": "?",
        }
        return int(self.call("POST", "ticket", {**body, **more})["id"])

    def reply(self, moment: str, ticket: int, user: str, minutes: int = 0) -> None:
        """Somebody answers the customer."""
        self.at(moment)
        body = {"Content": "An answer", "ContentType": "text/plain", "TimeTaken": minutes}
        self.call("POST", f"ticket/{ticket}/correspond", body, user)

    def change(self, moment: str, ticket: int, user: str = "root", **fields: object) -> None:
        """Somebody changes fields of the ticket."""
        self.at(moment)
        self.call("PUT", f"ticket/{ticket}", fields, user)


@contextmanager
def request_tracker(
    folder: Path, timezone: str = "US/Eastern", like: Path | None = None
) -> Iterator[RequestTracker]:
    """An empty Request Tracker while the block runs. timezone: that of its users, as it is installed by default.

    like: holds what another one `saved`; it begins with that.
    """
    if not (_SETUP.exists() and _SERVER.exists()):
        missing("Request Tracker is not installed (Debian: request-tracker5 rt5-db-sqlite)")
    for attempt in range(_ATTEMPTS):
        try:
            with _served(folder / f"rt{attempt}", timezone, like) as tracker:
                yield tracker
                return
        except ServerFailed:  # somebody was faster in taking the port
            if attempt == _ATTEMPTS - 1:
                raise


@contextmanager
def _served(folder: Path, timezone: str, like: Path | None) -> Iterator[RequestTracker]:
    port = free_port()
    names = {"folder": folder, "port": port, "timezone": timezone, "reader": READER[0], "password": READER[1]}
    for name in ("site.d", "mason"):
        (folder / name).mkdir(parents=True)
    for name, text in (
        ("RT_SiteConfig.pm", _CONFIG.format_map(names)),
        ("TestClock.pm", _CLOCK.format_map(names)),
        ("initial", _INITIAL.format_map(names)),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    env = {
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "site.d"),
    }
    if like is None:
        _set_up(env, "--action", "init", "--skip-create")
        _set_up(env, "--action", "insert", "--datafile", str(folder / "initial"))
    else:
        for name in _SAVED:
            shutil.copy(like / name, folder)
    address = f"http://127.0.0.1:{port}"
    command = [str(_SERVER), "--port", str(port), "--host", "127.0.0.1"]
    clock = {**env, "PERL5OPT": f"-I{folder} -MTestClock"}
    with (
        httpx2.Client(timeout=60) as client,
        running(command, folder / "log", lambda: _answers(client, address), clock),
    ):
        yield RequestTracker(address, folder, (folder / "token").read_text(), client)


def _set_up(env: Mapping[str, str], *words: str) -> None:
    done = subprocess.run(
        [str(_SETUP), *words],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **env},
        capture_output=True,
        text=True,
    )
    if done.returncode or "[error]" in done.stderr:
        raise RuntimeError(f"{done.stdout}\n{done.stderr}")


def _answers(client: httpx2.Client, address: str) -> bool:
    try:
        return client.get(f"{address}/REST/2.0/rt", auth=ROOT).status_code == 200
    except httpx2.TransportError:
        return False
