"""The data splitter: splits a flat CSV into three disjoint thirds (CSV, JSON Lines, database table)."""

from warehouse_assets.splitting.delimited import DelimitedFile, Malformed, RecordBatch, open_delimited
from warehouse_assets.splitting.errors import DelimitedError, SplitError
from warehouse_assets.splitting.keys import Part, part_of
from warehouse_assets.splitting.sound_lines import SoundLines, read_blocks
from warehouse_assets.splitting.splitter import SplitResult, split_file
from warehouse_assets.splitting.staged import recover_splits

__all__ = [
    "DelimitedError",
    "DelimitedFile",
    "Malformed",
    "Part",
    "RecordBatch",
    "SoundLines",
    "SplitError",
    "SplitResult",
    "open_delimited",
    "part_of",
    "read_blocks",
    "recover_splits",
    "split_file",
]
