"""The reviewed list: every SQL construct that the proof accepts, by its effect on personal data.

A construct in none of these lists is a violation. To add a function, decide which list it belongs to:

- `COMPUTING` keeps every label. Such a function must depend on its arguments only: no table, file, setting or
  clock.
- the declassifiers remove labels: `COUNTING`, `ADDING`, and the units and formats of time that generalise.
"""

from __future__ import annotations

from sqlglot import exp

CONSTANTS = (exp.Literal, exp.Null, exp.Boolean, exp.Var, exp.DataType, exp.DataTypeParam)

KEEPING = (exp.Paren, exp.Coalesce, exp.AtTimeZone, exp.Tuple)
"""The result is one of the values, or a collection of them."""

COMPUTING = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs, exp.Sign, exp.Round),
    *(exp.Floor, exp.Ceil, exp.Sqrt, exp.Pow, exp.Ln, exp.Exp),
    *(exp.Greatest, exp.Least, exp.DPipe, exp.Concat, exp.Trim, exp.Lower, exp.Upper, exp.Length),
    *(
        exp.Left,
        exp.Right,
        exp.Substring,
        exp.SplitPart,
        exp.Replace,
        exp.RegexpReplace,
        exp.Repeat,
        exp.MD5,
        exp.SHA2Digest,
        exp.Encode,
    ),
    *(exp.Array, exp.Bracket, exp.MakeInterval, exp.Kwarg, exp.Interval, exp.Extract, exp.TimestampTrunc),
    *(exp.TimeToStr, exp.StrToDate),
)
SCALING = (exp.Div, exp.IntDiv, exp.Mul)
"""Dividing a rank by a number of people turns it into a step towards a band."""
ENCODING = (exp.Pow, exp.Exp, exp.Mod)
"""The inputs can be read back from a sum of their results."""
BOUNDING = (exp.Greatest, exp.Least)
COMPUTING_BY_NAME = frozenset({"row", "int4send", "int8send", "make_date", "age"})
"""Functions that sqlglot has no type for."""

COUNTING = (exp.Count, exp.LogicalOr, exp.LogicalAnd)
ADDING = (exp.Sum, exp.Avg)
PICKING = (exp.Min, exp.Max, exp.ArrayAgg)
AGGREGATES = (*COUNTING, *ADDING, *PICKING)
PLACING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile)
RANKING = (*PLACING, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
"""Window functions; their result depends on the order of the rows."""

COARSE_UNITS = frozenset({"MONTH", "QUARTER", "YEAR"})
COARSE_FORMATS = frozenset({"%Y", "%Y-%m", "%Y-%m-01"})
"""YYYY, YYYY-MM and YYYY-MM-01 in sqlglot's notation."""

TYPES = frozenset(
    {"BIGINT", "BIT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "INT", "INTERVAL", "SMALLINT", "TEXT", "TIMESTAMP"}
    | {"TIMESTAMPTZ", "VARCHAR"}
)
"""Types that a value may be cast to; none that looks up names (regclass) or holds documents."""
KEY_TYPE = "BIGINT"
DATE_TYPES = frozenset({"DATE", "TIMESTAMP", "TIMESTAMPTZ"})

TABLE_FUNCTIONS = (exp.ExplodingGenerateSeries, exp.GenerateSeries)

PARAMETERS = frozenset(
    {"as_of", "minimum_group_size", "inactivity_months", "period", "periods_per_year"}
    | {"shop_names", "shop_dates"}
    | {"first_month", "month_start", "month_end", "orders_start", "orders_end"}
)
"""Bind parameters of builds: dates, settings and names of sources; none is personal."""
