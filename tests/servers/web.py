"""A web server on loopback that the tests tell what to do: what to answer, and how to fail."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came. target: path and parameters as they were written."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    target: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer; the last fields make it fail.

    cut: sends only so many bytes of the body. drip: seconds between single bytes. silent: seconds before
    anything is said. chunked: sends the body in chunks, and leaves out the last where it is cut.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float | None = None
    silent: float = 0
    chunked: bool = False
    drop: bool = False  # closes the connection without a word


@dataclass
class Server:
    """`answer` says what to answer; what is in `faults` comes first, one for each request."""

    address: str = ""
    answer: Callable[[Asked], Reply] = field(default=lambda asked: Reply([]))
    faults: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            return self.faults.pop(0) if self.faults else self.answer(asked)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            params = {
                name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()
            }
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(size)
            self._send(server.reply(Asked(self.command, parts.path, params, headers, body, self.path)))

        do_POST = do_GET

        def _send(self, reply: Reply) -> None:
            if reply.silent:
                time.sleep(reply.silent)
            if reply.drop:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response_only(reply.status)
            given = {"Content-Type": "application/json", "Date": self.date_time_string(), **reply.headers}
            for name, value in given.items():
                self.send_header(name, value)
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            elif "Content-Length" not in given:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self._write(reply, body)

        def _write(self, reply: Reply, body: bytes) -> None:
            sent = body if reply.cut is None else body[: reply.cut]
            try:
                if reply.chunked:
                    self.wfile.write(f"{len(sent):x}\r\n".encode() + sent + b"\r\n")
                    if reply.cut is None:
                        self.wfile.write(b"0\r\n\r\n")
                elif reply.drip is not None:
                    for byte in sent:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        time.sleep(reply.drip)
                else:
                    self.wfile.write(sent)
            except OSError:  # whoever asked has gone
                self.close_connection = True
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
