"""The client: who asks, how patiently, and that credentials go to one server alone and are never said."""

from __future__ import annotations

import base64
import http.server
import ssl
import subprocess
import threading
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from kpirules_rest.address import Secrets, below, check
from kpirules_rest.answers import Answer
from kpirules_rest.client import Client, with_params
from kpirules_rest.settings import Auth, Basic, Bearer, HeaderSecret, Limits, OAuth2, QuerySecret
from pydantic import SecretStr

from kpirules.diagnostics import Diagnostic
from tests.servers.web import Asked, Reply, Server, serving

QUICK = Limits(attempts=3, first_wait_seconds=0.01, connect_seconds=5)
SECRET = SecretStr("s3cr3t/&key")


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def ask(server: Server, auth: Auth | None = None, path: str = "x", **more: Any) -> Answer | Diagnostic:
    with Client(server.address, auth=auth, limits=QUICK, **more) as client:
        return client.get_json(path)


def told(found: Answer | Diagnostic) -> str:
    assert isinstance(found, Diagnostic)
    return f"{found.code} {found.message('en')} {found.message('zh')} {found.help('en')} {found!r}"


BASIC = "Basic " + base64.b64encode(b"agent/token:s3cr3t/&key").decode()


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (Bearer(token=SECRET), "authorization", "Bearer s3cr3t/&key"),
        (Bearer(token=SECRET, word="token"), "authorization", "token s3cr3t/&key"),
        (Basic(user="agent/token", password=SECRET), "authorization", BASIC),
        (HeaderSecret(name="X-Api-Key", value=SECRET), "x-api-key", "s3cr3t/&key"),
    ],
)
def test_credentials_in_headers(server: Server, auth: Auth, header: str, value: str) -> None:
    assert isinstance(ask(server, auth), Answer)
    assert server.asked[0].headers[header] == value


def test_a_secret_parameter_is_sent_and_never_shown(server: Server) -> None:
    auth = QuerySecret(name="api_key", value=SECRET)
    found = ask(server, auth)
    assert isinstance(found, Answer)
    assert server.asked[0].params["api_key"] == "s3cr3t/&key"
    assert found.address == f"{server.address}/x"
    assert "s3cr3t" not in repr(found)
    server.faults = [Reply({"message": "bad key s3cr3t/&key or s3cr3t%2F%26key"}, status=400)]
    assert "s3cr3t" not in told(ask(server, auth))


@pytest.mark.parametrize(
    "auth",
    [
        Bearer(token=SECRET),
        Basic(user="u", password=SECRET),
        HeaderSecret(name="X-Api-Key", value=SECRET),
        QuerySecret(name="key", value=SECRET),
        OAuth2(token_url="http://127.0.0.1:9/token", client_id="c", client_secret=SECRET),
    ],
    ids=lambda auth: auth.kind,
)
@pytest.mark.parametrize("fault", [401, 400, 500, "drop", "html"])
def test_secrets_are_never_said(server: Server, auth: Auth, fault: Any) -> None:
    def echo(asked: Asked) -> Reply:
        if fault == "drop":
            return Reply(drop=True)
        said = f"{asked.headers} {asked.params} {asked.body!r}"
        if fault == "html":
            return Reply(f"<html>{said}".encode(), headers={"Content-Type": "text/html"})
        return Reply({"message": said}, status=fault)

    server.answer = echo
    text = told(ask(server, auth))
    packed = base64.b64encode(b"u:s3cr3t/&key").decode()
    for form in ("s3cr3t", packed, base64.b64encode(b"s3cr3t/&key").decode()):
        assert form not in text


class TestOAuth:
    def serve(self, server: Server, **token: Any) -> list[Asked]:
        """Gives out tokens t1, t2 ...; takes only the latest."""
        given: list[Asked] = []

        def answer(asked: Asked) -> Reply:
            if asked.path == "/token":
                given.append(asked)
                return Reply({"access_token": f"t{len(given)}", "token_type": "Bearer"} | token)
            good = asked.headers.get("authorization") == f"Bearer t{len(given)}"
            return Reply({"ok": True}) if good else Reply({"error": "expired"}, status=401)

        server.answer = answer
        return given

    def auth(self, server: Server, **more: Any) -> OAuth2:
        return OAuth2(token_url=f"{server.address}/token", client_id="me", client_secret=SECRET, **more)

    def test_one_token_for_many_requests(self, server: Server) -> None:
        given = self.serve(server, expires_in=3600)
        with Client(server.address, auth=self.auth(server, scope="read all"), limits=QUICK) as client:
            assert all(isinstance(client.get_json("x"), Answer) for _ in range(3))
        (asked,) = given
        assert asked.method == "POST"
        assert parse_qs(asked.body.decode()) == {
            "grant_type": ["client_credentials"],
            "scope": ["read all"],
            "client_id": ["me"],
            "client_secret": ["s3cr3t/&key"],
        }

    def test_credentials_in_the_header(self, server: Server) -> None:
        given = self.serve(server)
        with Client(server.address, auth=self.auth(server, style="basic"), limits=QUICK) as client:
            client.get_json("x")
        assert given[0].headers["authorization"] == "Basic " + base64.b64encode(b"me:s3cr3t/&key").decode()
        assert b"s3cr3t" not in given[0].body

    def test_with_a_refresh_token(self, server: Server) -> None:
        given = self.serve(server)
        auth = self.auth(server, refresh_token=SecretStr("r3fresh"))
        with Client(server.address, auth=auth, limits=QUICK) as client:
            client.get_json("x")
        form = parse_qs(given[0].body.decode())
        assert form["grant_type"] == ["refresh_token"]
        assert form["refresh_token"] == ["r3fresh"]

    def test_a_token_is_renewed_before_it_expires(self, server: Server) -> None:
        given = self.serve(server, expires_in=600)
        clock = Clock()
        with Client(server.address, auth=self.auth(server), limits=QUICK, clock=clock) as client:
            client.get_json("x")
            clock.now += 500
            client.get_json("x")
            assert len(given) == 1
            clock.now += 80
            client.get_json("x")
            assert len(given) == 2

    def test_an_expired_token_is_renewed_once(self, server: Server) -> None:
        given = self.serve(server)
        with Client(server.address, auth=self.auth(server), limits=QUICK) as client:
            client.get_json("x")
            given.append(given[0])  # from now on, t1 is not the latest
            assert isinstance(client.get_json("x"), Answer)
            assert len(given) == 3

    def test_a_token_that_never_works_is_told(self, server: Server) -> None:
        count = 0

        def answer(asked: Asked) -> Reply:
            nonlocal count
            count += 1
            return Reply({"access_token": "t0ken-abc"}) if asked.path == "/token" else Reply(status=401)

        server.answer = answer
        text = told(ask(server, self.auth(server)))
        assert text.startswith("K622")
        assert "t0ken-abc" not in text
        assert count == 4

    @pytest.mark.parametrize(
        ("reply", "code"),
        [
            (Reply({"token": "x"}), "K632"),
            (Reply([]), "K632"),
            (Reply({"error": "invalid_client"}, status=400), "K624"),
            (Reply({"error": "invalid_client"}, status=401), "K622"),
            (Reply(status=500), "K626"),
            (Reply(b"<html>", headers={"Content-Type": "text/html"}), "K628"),
        ],
    )
    def test_no_token(self, server: Server, reply: Reply, code: str) -> None:
        server.answer = lambda asked: reply
        assert told(ask(server, self.auth(server))).startswith(code)

    def test_the_token_address_is_held_to_the_rules(self, server: Server) -> None:
        auth = OAuth2(token_url="http://login.example.com/token", client_id="me", client_secret=SECRET)
        assert told(ask(server, auth)).startswith("K631")


# Redirects and other hosts


def test_a_redirect_on_the_same_server_is_followed(server: Server) -> None:
    server.faults = [Reply(b"", status=301, headers={"Location": "/y?z=1"})]
    assert isinstance(ask(server, Bearer(token=SECRET)), Answer)
    assert [one.path for one in server.asked] == ["/x", "/y"]
    assert server.asked[1].params == {"z": "1"}


def test_a_redirect_to_another_host_gets_nothing(server: Server) -> None:
    with serving() as other:
        server.answer = lambda asked: Reply(b"", status=307, headers={"Location": f"{other.address}/y?t=1"})
        text = told(ask(server, Bearer(token=SECRET)))
        assert text.startswith("K630")
        assert other.asked == []


def test_redirects_without_end(server: Server) -> None:
    server.answer = lambda asked: Reply(b"", status=302, headers={"Location": "/x"})
    with Client(server.address, limits=Limits(attempts=1)) as client:
        assert told(client.get_json("x")).startswith("K620")
    assert len(server.asked) <= 10


def test_a_path_elsewhere_is_not_asked_for(server: Server) -> None:
    with serving() as other:
        assert told(ask(server, path=f"{other.address}/x")).startswith("K630")
        assert other.asked == []


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://crm.example.com/api", True),
        ("http://localhost:8080/api", True),
        ("http://127.0.0.1/api", True),
        ("http://[::1]:80/", True),
        ("http://crm.example.com/api", False),
        ("http://127.0.0.1.example.com/", False),
        ("http://localhost.example.com/", False),
        ("ftp://crm.example.com", False),
        ("crm.example.com/api", False),
        ("https://", False),
        ("https://user:pass@crm.example.com", False),
        ("https://crm.example.com:99999/", False),
        ("https://crm.example.com/#part", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_addresses(address: str, good: bool) -> None:
    found = check(address)
    assert (found is None) == good
    if found is not None:
        assert found.code == "K631"
        assert "pass" not in found.message("en").replace("password", "")
    assert check("http://crm.example.com/api", insecure=True) is None


@pytest.mark.parametrize(
    ("base", "path", "whole"),
    [
        ("https://h/api/", "/tickets", "https://h/api/tickets"),
        ("https://h/api", "tickets/1", "https://h/api/tickets/1"),
        ("https://h/api?v=2", "tickets", "https://h/api/tickets?v=2"),
        ("https://h", "", "https://h"),
        ("https://h", "https://h/next?p=2", "https://h/next?p=2"),
    ],
)
def test_paths_stand_below_the_base(base: str, path: str, whole: str) -> None:
    assert below(base, path) == whole


def test_parameters() -> None:
    assert with_params("https://h/x?a=1&b=2", {"b": "3 &", "c": ["4", "五"]}) == (
        "https://h/x?a=1&b=3%20%26&c=4&c=%E4%BA%94"
    )


def test_secrets_in_every_form() -> None:
    secrets = Secrets(["p&ss word"])
    said = secrets.scrub("p&ss word p%26ss%20word p%26ss+word " + base64.b64encode(b"p&ss word").decode())
    assert said == "*** *** *** ***"


# Patience


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "0"}, 0.0),
        (
            {"Retry-After": formatdate(1782867602, usegmt=True), "Date": formatdate(1782867602, usegmt=True)},
            0.0,
        ),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}, 0.0),
        (
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "1782867602",
                "Date": formatdate(1782867602, usegmt=True),
            },
            0.0,
        ),
    ],
)
@pytest.mark.parametrize("status", [429, 403, 503])
def test_it_waits_as_long_as_the_server_asks(
    server: Server, headers: dict[str, str], wait: float, status: int
) -> None:
    server.faults = [Reply({}, status=status, headers=headers)]
    assert isinstance(ask(server), Answer)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "500"},
        {"Retry-After": formatdate(1782868102, usegmt=True), "Date": formatdate(1782867602, usegmt=True)},
        {"RateLimit-Remaining": "0", "RateLimit-Reset": "500"},
    ],
)
def test_a_wait_beyond_the_limit_is_told(server: Server, headers: dict[str, str]) -> None:
    server.answer = lambda asked: Reply({}, status=429, headers=headers)
    text = told(ask(server))
    assert text.startswith("K625")
    assert "500 s" in text
    assert len(server.asked) == 1


def test_requests_per_second(server: Server) -> None:
    clock = Clock()
    limits = Limits(requests_per_second=2)
    with Client(server.address, limits=limits, clock=clock, sleep=clock.sleep) as client:
        for _ in range(4):
            client.get_json("x")
    assert clock.slept == [0.5, 0.5, 0.5]


def test_a_used_up_allowance_is_waited_for(server: Server) -> None:
    clock = Clock()
    server.faults = [Reply({}, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"})]
    with Client(server.address, limits=QUICK, clock=clock, sleep=clock.sleep) as client:
        client.get_json("x")
        client.get_json("x")
    assert clock.slept == [7.0]


def test_a_search_in_a_body(server: Server) -> None:
    server.faults = [Reply(status=502)]
    with Client(server.address, limits=QUICK) as client:
        assert isinstance(client.post_json("search", {"query": "状态"}), Answer)
    assert server.asked[1].method == "POST"
    assert server.asked[1].body == b'{"query": "\\u72b6\\u6001"}'


# Connections that cannot be had


def test_nobody_listens() -> None:
    with Client("http://127.0.0.1:9", limits=QUICK) as client:
        text = told(client.get_json("x"))
    assert text.startswith("K620")
    assert "nothing accepts connections" in text


def test_no_such_host() -> None:
    with Client("https://no-such-host.invalid", limits=Limits(attempts=1, connect_seconds=5)) as client:
        text = told(client.get_json("x"))
    assert text.startswith(("K620", "K621"))
    assert "no-such-host.invalid" in text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return key, certificate


@pytest.fixture
def over_tls(certificate: tuple[Path, Path]) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[1]")

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    key, chain = certificate
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for(over_tls: str) -> None:
    with Client(over_tls, limits=QUICK) as client:
        text = told(client.get_json("x"))
    assert text.startswith("K620")
    assert "TLS" in text
    assert "self-signed" in text or "self signed" in text


def test_a_certificate_that_is_named(over_tls: str, certificate: tuple[Path, Path]) -> None:
    with Client(over_tls, limits=QUICK, ca_file=str(certificate[1])) as client:
        found = client.get_json("x")
    assert isinstance(found, Answer)
    assert found.body == [1]


def test_a_server_without_tls(server: Server) -> None:
    with Client(server.address.replace("http:", "https:"), limits=Limits(attempts=1)) as client:
        assert told(client.get_json("x")).startswith("K620")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ca_file": "/no/such/file.pem"}, "ca_file"),
        ({"ca_file": __file__}, "ca_file"),
        ({"proxy": "nonsense"}, "proxy"),
    ],
)
def test_settings_of_the_connection(server: Server, settings: dict[str, Any], said: str) -> None:
    text = told(ask(server, **settings))
    assert text.startswith("K649")
    assert said in text
    assert server.asked == []


def test_through_a_proxy(server: Server) -> None:
    with Client("http://127.0.0.1:9", limits=QUICK, proxy=server.address) as client:
        assert isinstance(client.get_json("x"), Answer)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["X-Name", "X\nName"])
def test_a_header_that_cannot_be_sent(server: Server, name: str) -> None:
    assert told(ask(server, headers={name: "张三\n"})).startswith("K620")
    assert server.asked == []
