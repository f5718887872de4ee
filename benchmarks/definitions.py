"""How long a process takes until Dagster's definitions are there, as each code server and each run does.

`.venv/bin/python benchmarks/definitions.py` prints the best of five starts of Python with `import dagster` alone, with
the definitions built, and with all that Dagster's code server makes of them.
"""

from __future__ import annotations

import subprocess
import sys
import time

STARTS = 5
PROGRAMS = {
    "import dagster": "import dagster",
    "definitions": "from warehouse_assets.definitions import defs",
    "definitions, as a code server loads them": (
        "from warehouse_assets.definitions import defs; defs.get_repository_def().load_all_definitions()"
    ),
}


def seconds_of(program: str) -> float:
    """From the start of the process to its end, compiled files in place."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)
    return time.monotonic() - started


def main() -> None:
    for name, program in PROGRAMS.items():
        print(f"{name:42} {min(seconds_of(program) for _ in range(STARTS)):.2f} s")


if __name__ == "__main__":
    main()
