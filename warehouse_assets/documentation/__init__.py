"""Pages and scripts generated from `warehouse_assets/schemas`; `make docs` writes them."""

from warehouse_assets.documentation.pages import generated_files, stale_files, write_files

__all__ = ["generated_files", "stale_files", "write_files"]
