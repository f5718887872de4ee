"""The dashboard under 20 users at once: its start, and each page's answer (connection, queries, layout) as p95.

`python benchmarks/dashboard.py` measures the warehouse of WAREHOUSE_HOME as it is, through the real server and real
logins; `--pause` is the seconds that each user looks at a page before the next. Nothing is kept.
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from psycopg import sql

from warehouse_assets import database
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.settings import read_settings

USER = "benchmark_reader"
PORT = 8077
SITE = f"http://127.0.0.1:{PORT}"
LINES = "select sum(line_count) from mart_sales.sales_by_month"


@contextmanager
def reader() -> Iterator[str]:
    """The password of a login that reads the marts and `ops`, for the time of the measurement."""
    password = secrets.token_urlsafe(16)
    with database.connect(read_settings(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login password {}").format(sql.Identifier(USER), sql.Literal(password))
        )
        try:
            for schema in ("mart_sales", "mart_customers", "ops"):
                connection.execute(f"grant usage on schema {schema} to {USER}".encode())
                connection.execute(f"grant select on all tables in schema {schema} to {USER}".encode())
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


def draw(opener: urllib.request.OpenerDirector, name: str) -> float:
    """Seconds until the page's layout is here."""
    outputs = [{"id": place, "property": "children"} for place in ("page", "menu", "who")]
    asked = {
        "output": "..page.children...menu.children...who.children..",
        "outputs": outputs,
        "inputs": [
            {"id": "url", "property": "pathname", "value": f"/{name}"},
            {"id": "url", "property": "search", "value": ""},
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


def visit(opener: urllib.request.OpenerDirector, rounds: int, pause: float, first: int) -> list[tuple[str, float]]:
    """One user's way through all pages, each user from another page on."""
    names = list(PAGES)
    found = []
    for number in range(rounds * len(names)):
        name = names[(first + number) % len(names)]
        time.sleep(pause * secrets.SystemRandom().uniform(0.5, 1.5))
        found.append((name, draw(opener, name)))
    return found


def measure(users: int, rounds: int, pause: float) -> None:
    """Prints start, and median and p95 of each page."""
    with database.connect(read_settings()) as connection:
        lines = (connection.execute(LINES).fetchone() or (0,))[0]
    with reader() as password, serving() as seconds:
        print(f"{lines:,} sale lines; the dashboard answered {seconds:.1f} s after its start")
        openers = [log_in(password) for _ in range(users)]
        with ThreadPoolExecutor(users) as pool:
            ways = list(pool.map(lambda number: visit(openers[number], rounds, pause, number), range(users)))
    by_page: dict[str, list[float]] = defaultdict(list)
    for name, taken in (visited for way in ways for visited in way):
        by_page[name].append(taken)
    print(f"{users} users at once, {pause} s between two pages, {rounds} rounds of {len(by_page)} pages each")
    print("| page | median ms | p95 ms |\n|---|---|---|")
    for name in PAGES:
        times = sorted(by_page[name])
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"| {name} | {statistics.median(times) * 1000:.0f} | {p95 * 1000:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pause", type=float, default=1.0)
    options = parser.parse_args()
    measure(options.users, options.rounds, options.pause)


if __name__ == "__main__":
    main()
