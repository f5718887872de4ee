"""The functions and operators of the grammar, and the parameters of builds.

What is in none of these lists is refused. A function in `PURE` must depend on its arguments only: no table, file,
setting or clock. It takes values that carry no label.
"""

from __future__ import annotations

from sqlglot import exp

CONSTANTS = (exp.Literal, exp.Null, exp.Boolean)
IGNORED = (exp.Var, exp.DataType, exp.DataTypeParam, exp.Interval)
"""Units and types, which are no values."""

PURE = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Abs, exp.Sign, exp.Round, exp.Floor, exp.Ceil),
    *(exp.Sqrt, exp.Pow, exp.Ln, exp.Exp, exp.Greatest, exp.Least, exp.DPipe, exp.Concat, exp.Trim, exp.Lower),
    *(exp.Upper, exp.Length, exp.Left, exp.Right, exp.Substring, exp.SplitPart, exp.Replace, exp.RegexpReplace),
    *(exp.Repeat, exp.MD5, exp.Array, exp.Bracket, exp.MakeInterval, exp.Kwarg, exp.Extract, exp.TimestampTrunc),
    *(exp.TimeToStr, exp.StrToDate, exp.AtTimeZone, exp.Nullif, exp.Like, exp.ILike, exp.Tuple, exp.Any),
)
PURE_BY_NAME = frozenset({"make_date", "age"})
"""Functions that sqlglot has no type for."""

GENERAL_UNITS = frozenset({"month", "quarter", "year"})
GENERAL_FORMATS = frozenset({"%Y", "%Y-%m", "%Y-%m-01"})
"""Units and formats (YYYY, YYYY-MM and YYYY-MM-01 in sqlglot's notation) that generalise a stored date."""

ADDING = (exp.Sum, exp.Avg)
PICKING = (exp.Min, exp.Max)
DECIDING = (exp.LogicalOr, exp.LogicalAnd)
AGGREGATES = (exp.Count, *ADDING, *PICKING, *DECIDING, exp.ArrayAgg)
MOVING = (exp.Lag, exp.Lead)
"""Windows over one person's rows: the month before, the first month."""
RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.FirstValue)
PLACING = (exp.RowNumber, exp.Rank, exp.DenseRank)
"""The place of a group among others, which tells less than the sum that they are ordered by."""
WINDOWS = (*AGGREGATES, *MOVING, *RANKING, exp.LastValue)

TYPES = frozenset(
    {"BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "INT", "INTERVAL", "SMALLINT", "TEXT", "TIMESTAMP"}
    | {"TIMESTAMPTZ", "VARCHAR"}
)
"""Types that a value without a label may be cast to; none that looks up names (regclass) or holds documents."""
DATE_TYPES = frozenset({"DATE", "TIMESTAMP"})
TABLE_FUNCTIONS = (exp.ExplodingGenerateSeries, exp.GenerateSeries)

BOUNDARIES = {
    "as_of": "<=",
    "shop_dates": "<=",
    "month_start": ">=",
    "orders_start": ">=",
    "month_end": "<",
    "orders_end": "<",
}
"""Parameter that is a period boundary -> the comparison that it is for, as `date <side> boundary`.

Two comparisons with one boundary would make a day.
"""
PARAMETERS = frozenset(
    {"minimum_group_size", "inactivity_months", "period", "periods_per_year", "shop_names", "first_month", "is_plain"}
    | {"changed_months", "are_several_shops"}
) | frozenset(BOUNDARIES)
"""Bind parameters of builds: dates, settings and names of sources; none is personal."""
COMPUTED = {"forecast_": "complete_months"}
"""First letters of the bind parameters that Python computes -> the relation that it computes them of."""
