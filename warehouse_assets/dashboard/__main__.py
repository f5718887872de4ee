"""Serves the dashboard: `python -m warehouse_assets.dashboard`."""

from __future__ import annotations

import argparse
import logging

from warehouse_assets.dashboard.web.serving import serve
from warehouse_assets.settings import read_settings


def main() -> None:
    """Runs until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m warehouse_assets.dashboard")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--behind-https", action="store_true", help="cookies are sent over HTTPS only")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    serve(read_settings(), given.host, given.port, behind_https=given.behind_https)


if __name__ == "__main__":
    main()
