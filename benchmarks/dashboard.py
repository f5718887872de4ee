"""The dashboard under 20 users at once: its start, each page's queries and each page's answer, as median and p95.

`python benchmarks/dashboard.py` measures the warehouse of WAREHOUSE_HOME as it is, through the real server and a real
login. Three times: the queries of a page alone, on 20 connections; pages that somebody has seen since the last build;
pages that nobody has, so that each is queried and drawn. `--pause` is the seconds that each user looks at a page
before the next; 0 keeps the server busy without end. Nothing stays behind.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import re
import secrets
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets import database
from warehouse_assets.dashboard.page_builder import build_page
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import Reader, open_reader
from warehouse_assets.dashboard.web.connections import Connections
from warehouse_assets.dashboard.web.page_cache import page_key
from warehouse_assets.dashboard.web.sessions import Credentials
from warehouse_assets.database.urls import with_login
from warehouse_assets.settings import read_settings

USER = "benchmark_reader"
PORT = 8077
SITE = f"http://127.0.0.1:{PORT}"
LINES = "select sum(line_count) from mart_sales.sales_by_month"
Times = Iterator[tuple[str, float]]
"""Page and seconds, one by one."""
Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Options:
    """How many users, how often through all pages, how many seconds between two."""

    users: int
    rounds: int
    pause: float


@contextmanager
def reader() -> Iterator[str]:
    """The password of a login that reads the marts and `ops`, for the time of the measurement."""
    password = secrets.token_urlsafe(16)
    with database.connect(read_settings(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login password {} in role data_engineer").format(
                sql.Identifier(USER), sql.Literal(password)
            )
        )
        connection.execute(f"grant connect on database {connection.info.dbname} to {USER}".encode())
        try:
            yield password
        finally:
            connection.execute(f"drop owned by {USER}".encode())
            connection.execute(f"drop role {USER}".encode())


@contextmanager
def serving() -> Iterator[float]:
    """The dashboard's own process; gives the seconds until it answered."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "warehouse_assets.dashboard", "--port", str(PORT)])
    try:
        while True:
            try:
                urllib.request.urlopen(f"{SITE}/login", timeout=10).read()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - started > 60:
                    raise
                time.sleep(0.02)
        yield time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def log_in(password: str) -> urllib.request.OpenerDirector:
    """A browser's cookies after the login."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = opener.open(f"{SITE}/login").read().decode()
    token = re.findall(r'name="form_token" value="([^"]+)"', form)[0]
    data = urllib.parse.urlencode({"user": USER, "password": password, "form_token": token}).encode()
    opener.open(f"{SITE}/login", data).read()
    return opener


def draw(opener: urllib.request.OpenerDirector, name: str, search: str) -> float:
    """Seconds until the page's layout is here."""
    outputs = [{"id": place, "property": "children"} for place in ("page", "menu", "who")]
    asked = {
        "output": "..page.children...menu.children...who.children..",
        "outputs": outputs,
        "inputs": [
            {"id": "url", "property": "pathname", "value": f"/{name}"},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.pathname"],
    }
    request = urllib.request.Request(
        f"{SITE}/_dash-update-component", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    started = time.perf_counter()
    answer = opener.open(request).read().decode()
    seconds = time.perf_counter() - started
    if f'"id":"page-{name}"' not in answer.replace(" ", "") or '"notice' in answer:
        raise SystemExit(f"page {name} was not drawn: {answer[:300]}")
    return seconds


def visit(opener: urllib.request.OpenerDirector, options: Options, first: int, *, is_new: bool) -> Times:
    """One user's way through all pages, each user from another page on; a new page has an address never asked for."""
    names = list(PAGES)
    for number in range(options.rounds * len(names)):
        name = names[(first + number) % len(names)]
        time.sleep(options.pause * secrets.SystemRandom().uniform(0.5, 1.5))
        yield name, draw(opener, name, f"?new={first}.{number}" if is_new else "")


class Listening:
    """A connection that notes what is asked of it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.heard: list[tuple[Any, Any]] = []

    def execute(self, query: Any, values: Any = None) -> psycopg.Cursor[Any]:
        self.heard.append((query, values))
        return self.connection.execute(query, values)


def queries_of_pages(connections: Connections, who: Credentials) -> dict[str, list[tuple[Any, Any]]]:
    """What each page asks the database, what it looks up about the reader included."""
    found = {}
    for name, page in PAGES.items():
        with open_reader(connections, who) as reader:
            listening = Listening(reader.connection)
            heard = Reader(listening)  # type: ignore[arg-type]  # what a page uses of a connection
            page_key(page, heard, who.user, "en", {})
            build_page(page, heard, "en", {})
            found[name] = listening.heard
    return found


def query(url: str, who: Credentials, pages: dict[str, list[tuple[Any, Any]]], options: Options, first: int) -> Times:
    """One user's queries, page after page, on a connection that is open."""
    names = list(pages)
    with psycopg.connect(with_login(url, who.user, who.password), autocommit=True) as connection:
        for number in range(options.rounds * len(names)):
            name = names[(first + number) % len(names)]
            time.sleep(options.pause * secrets.SystemRandom().uniform(0.5, 1.5))
            started = time.perf_counter()
            for statement, values in pages[name]:
                connection.execute(statement, values).fetchall()
            yield name, time.perf_counter() - started


def at_once(users: int, way: Callable[[int], Times]) -> Figures:
    """Seconds by page, all users side by side."""
    with ThreadPoolExecutor(users) as pool:
        ways = list(pool.map(lambda number: list(way(number)), range(users)))
    by_page: Figures = defaultdict(list)
    for name, seconds in (visited for way_of_one in ways for visited in way_of_one):
        by_page[name].append(seconds)
    return by_page


def measure(options: Options) -> None:
    """Prints start, and median and p95 of each page."""
    url = database.ensure_running(read_settings()).warehouse
    with database.connect(read_settings()) as connection:
        lines = (connection.execute(LINES).fetchone() or (0,))[0]
    with reader() as password:
        who = Credentials(USER, password)
        connections = Connections(lambda: url)
        pages = queries_of_pages(connections, who)
        connections.close()
        found = {"queries": at_once(options.users, lambda number: query(url, who, pages, options, number))}
        with serving() as seconds:
            print(f"{lines:,} sale lines; the dashboard answered {seconds:.1f} s after its start")
            openers = [log_in(password) for _ in range(options.users)]
            for title, is_new in (("page, not seen before", True), ("page", False)):
                found[title] = at_once(
                    options.users, lambda number, new=is_new: visit(openers[number], options, number, is_new=new)
                )
    print(f"{options.users} users at once, {options.pause} s between two pages, {options.rounds} rounds of all pages\n")
    show(found)


def show(found: dict[str, Figures]) -> None:
    """A line for each page, milliseconds."""
    print(f"| page | {' | '.join(f'{title}: median | p95' for title in found)} |")
    print("|---" * (1 + 2 * len(found)) + "|")
    for name in PAGES:
        cells = []
        for figures in found.values():
            times = sorted(figures[name])
            cells += [statistics.median(times), statistics.quantiles(times, n=20)[-1]]
        print(f"| {name} | {' | '.join(f'{cell * 1000:.0f}' for cell in cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pause", type=float, default=1.0)
    given = parser.parse_args()
    measure(Options(given.users, given.rounds, given.pause))


if __name__ == "__main__":
    main()
