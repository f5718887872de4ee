"""What products are called where several shops sell: two of one name are told apart by their shops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.coverage import shop_values
from warehouse_assets.dashboard.view import View

PRODUCTS = "mart_sales.product_sales"
_SHOPS = f"""
select product_key, min(source_name) as shop
from {PRODUCTS}
where product_key = any(%(keys)s) and source_name <> %(all_shops)s
group by product_key
having min(source_name) = max(source_name)
"""


def product_names(view: View, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Key of each product of the rows -> its name, with the shop behind it where another one of all shops has it."""
    names = {row["product_key"]: member_name(row["product_name"], view.language) for row in rows}
    often = Counter(names.values())
    shared = [key for key, name in names.items() if often[name] > 1]
    if view.one("shop") != ALL_SHOPS or not shared:
        return names
    found = view.reader.rows(_SHOPS, {"keys": shared, **shop_values(view)})
    return names | {row["product_key"]: f"{names[row['product_key']]} ({row['shop']})" for row in found}
