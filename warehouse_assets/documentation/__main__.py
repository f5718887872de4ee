"""`python -m warehouse_assets.documentation [--check]`: writes the generated files, or lists stale ones."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from warehouse_assets.documentation.pages import stale_files, write_files
from warehouse_assets.lineage.values import Refused
from warehouse_assets.settings import PROJECT_ROOT


def main(arguments: list[str] | None = None, root: Path = PROJECT_ROOT) -> int:
    """Returns the exit code: 0, or 1 if `--check` finds a stale file or the lineage proof refuses a SELECT."""
    parser = argparse.ArgumentParser(prog="python -m warehouse_assets.documentation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    is_check = parser.parse_args(arguments).check
    try:
        return _check(root) if is_check else _write(root)
    except Refused as form:
        sys.stderr.write(
            f"The lineage proof refuses a SELECT: {form}. `make test-quick ARGS=warehouse_assets_tests/unit/lineage`"
            " names the file; docs/decisions/0015-a-grammar-of-what-a-mart-may-do.md says what a mart may do.\n"
        )
        return 1


def _write(root: Path) -> int:
    for path in write_files(root):
        sys.stdout.write(f"{path}\n")
    return 0


def _check(root: Path) -> int:
    stale = stale_files(root)
    for path in stale:
        sys.stderr.write(f"{path} is stale: run `make docs` and commit the result\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
