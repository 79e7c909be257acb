"""Makes a Roundup tracker and serves it over WSGI: `python -P serve_roundup.py FOLDER PORT BURST`.

A program of its own, because Roundup's clock is set to what the file `clock` in the folder says (seconds since
1970, UTC), and because its server program refuses to run as root, which WSGI does not.
"""

import datetime
import sys
from importlib import metadata
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from roundup import configuration, date, init, instance, password
from roundup.cgi.wsgi_handler import RequestDispatcher


def main(folder: Path, port: int, burst: str) -> None:
    home = folder / "tracker"
    date.utcnow = lambda: _now(folder / "clock")
    _make(home, port, burst)
    app = RequestDispatcher(str(home))
    with make_server("127.0.0.1", port, app, handler_class=_Quiet) as server:
        server.serve_forever()


def _make(home: Path, port: int, burst: str) -> None:
    """A tracker of the classic template with an account `admin`, and `reader` who may only look."""
    config = configuration.CoreConfig(
        settings={
            "TRACKER_HOME": str(home),
            "MAIL_DOMAIN": "localhost",
            "RDBMS_BACKEND": "sqlite",
            "TRACKER_WEB": f"http://127.0.0.1:{port}/",
        }
    )
    config["WEB_API_CALLS_PER_INTERVAL"] = burst
    config["WEB_API_INTERVAL_IN_SEC"] = "5"
    config["WEB_API_FAILED_LOGIN_LIMIT"] = "0"
    config["PASSWORD_PBKDF2_DEFAULT_ROUNDS"] = "1000"  # every request proves its password: be quick about it
    init.install(str(home), str(_template()))
    for unwanted in ("nosyreaction.py", "statusauditor.py"):  # mails, and statuses that change by themselves
        (home / "detectors" / unwanted).unlink()
    config.save(str(home / config.INI_FILE))
    tracker = instance.open(str(home))
    tracker.init(password.Password("admin", config=config))
    database = tracker.open("admin")
    for name in ("li", "wang", "zhao", "reader"):
        database.user.create(
            username=name,
            realname=name.title(),
            roles="User",
            password=password.Password(name, config=config),
        )
    for name in ("anna", "bob"):
        database.user.create(username=name, roles="User", password=password.Password(name, config=config))
    database.commit()
    database.close()


def _template() -> Path:
    for file in metadata.files("roundup") or ():
        if file.match("templates/classic/schema.py"):
            return Path(str(file.locate())).resolve().parent
    raise SystemExit("roundup is installed without its templates")


def _now(file: Path) -> datetime.datetime:
    if not file.exists():
        return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    return datetime.datetime.fromtimestamp(int(file.read_text()), datetime.UTC).replace(tzinfo=None)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the log is for what goes wrong."""


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
