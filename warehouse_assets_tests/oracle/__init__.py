"""An independent computation of the marts, to which the warehouse's own is compared."""

from warehouse_assets_tests.oracle.canonical import ORDINARY, write_flat_export
from warehouse_assets_tests.oracle.comparing import compare
from warehouse_assets_tests.oracle.marts import KEY_COLUMNS, UNKNOWABLE, compute_marts
from warehouse_assets_tests.oracle.raw import HEADER, RawFile

__all__ = [
    "HEADER",
    "KEY_COLUMNS",
    "ORDINARY",
    "UNKNOWABLE",
    "RawFile",
    "compare",
    "compute_marts",
    "write_flat_export",
]
