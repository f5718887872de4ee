"""The documented nginx in front of the writing pages: run as it is written, but for its paths and ports."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from warehouse_assets.settings import PROJECT_ROOT

USER, PASSWORD = "claire", "a password: with a colon"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="nginx and openssl are not installed: apt-get install"
)


@dataclass
class Pages:
    """Stands for the webserver: notes the headers that reach it, and takes up a websocket."""

    server: ThreadingHTTPServer
    seen: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.seen.append({name.lower(): value for name, value in self.headers.items()})
            if self.headers.get("Upgrade") == "websocket":
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                self.end_headers()
                self.wfile.write(self.connection.recv(5))
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"pages")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
            """Says nothing."""

    made = Pages(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def documented() -> str:
    """The block of the page on access."""
    text = (PROJECT_ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    return text.partition("```nginx\n")[2].partition("```")[0]


@pytest.fixture(scope="module")
def front(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an nginx with that configuration."""
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    made_certificate(folder)
    coded = subprocess.run(
        ["openssl", "passwd", "-apr1", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True
    )
    (folder / "warehouse.htpasswd").write_text(f"{USER}:{coded.stdout.strip()}\n")
    block = documented()
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/nginx/tls/", f"{folder}/"),
        ("/etc/nginx/", f"{folder}/"),
        ("http://127.0.0.1:3000", f"http://127.0.0.1:{pages.server.server_address[1]}"),
    ):
        assert old in block
        block = block.replace(old, new)
    configuration = folder / "nginx.conf"
    configuration.write_text(whole_configuration(folder, block))
    command = [str(NGINX), "-c", str(configuration), "-e", str(folder / "error.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    server = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def made_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=example.org"]
    files = ["-keyout", str(folder / "warehouse.key"), "-out", str(folder / "warehouse.pem")]
    subprocess.run([*command, *files], check=True, capture_output=True)


def whole_configuration(folder: Path, block: str) -> str:
    owner = "user root;\n" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return (
        f"{owner}pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log {folder}/access.log;\n{places}{block}\n}}\n"
    )


def wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def login(password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()}


def answer(port: int, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting(), timeout=10)
    try:
        connection.request("GET", "/graphql", headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("headers", [{}, login("wrong"), {"Authorization": "Bearer x"}], ids=["none", "wrong", "other"])
def test_nobody_gets_through_without_a_login(front: int, pages: Pages, headers: dict[str, str]) -> None:
    before = len(pages.seen)
    assert answer(front, headers)[0] == 401
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert answer(front, headers | upgrade)[0] == 401
    assert len(pages.seen) == before


def test_a_login_gets_through_and_its_password_no_further(front: int, pages: Pages) -> None:
    assert answer(front, login()) == (200, b"pages")
    assert "authorization" not in pages.seen[-1]
    assert pages.seen[-1]["host"] == "127.0.0.1"
    assert pages.seen[-1]["connection"] == "close"


def test_a_websocket_gets_through(front: int, pages: Pages) -> None:
    lines = ["GET /graphql HTTP/1.1", "Host: warehouse.example.org", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"{name}: {value}" for name, value in login().items()]
    with (
        socket.create_connection(("127.0.0.1", front), timeout=10) as plain,
        trusting().wrap_socket(plain, server_hostname="warehouse.example.org") as connection,
    ):
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(4096)
        assert received.startswith(b"HTTP/1.1 101")
        connection.sendall(b"hello")
        rest = received.partition(b"\r\n\r\n")[2]
        while len(rest) < 5:
            rest += connection.recv(5)
        assert rest == b"hello"
    assert pages.seen[-1]["upgrade"] == "websocket"
    assert pages.seen[-1]["connection"] == "upgrade"
