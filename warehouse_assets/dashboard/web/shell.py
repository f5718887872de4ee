"""What stands around every page: header, menu, language, colours, log out."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.web.security import FORM_TOKEN

INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
{metas}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{product}</title>
<link rel="icon" href="data:,">
<script src="/assets/first/colours.js"></script>
{css}
</head>
<body>
{app_entry}
<footer hidden>
{config}
{scripts}
{renderer}
</footer>
</body>
</html>
"""
THEME = {
    "primaryColor": "blue",
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
    "defaultRadius": "md",
}


def shell(language: Language, token: str) -> Any:
    """The application's frame; it holds no data."""

    def said(key: str) -> str:
        return say(key, language)

    other: Language = "en" if language == "fr" else "fr"
    header = html.Header(
        [
            html.A(said("product"), href="/", className="brand"),
            html.Nav(html.Ul(id="menu"), **{"aria-label": said("pages")}),
            html.Div(
                [
                    html.Span(id="who", className="who"),
                    html.A(said("language"), id="language", href=f"/language/{other}", lang=other, className="quiet"),
                    dmc.ColorSchemeToggle(
                        lightIcon="☀",
                        darkIcon="☾",
                        variant="subtle",
                        color="gray",
                        **{"aria-label": said("theme")},
                    ),
                    html.Form(
                        [
                            dcc.Input(type="hidden", name=FORM_TOKEN, value=token, id="form-token"),
                            html.Button(said("log_out"), type="submit", className="quiet"),
                        ],
                        method="post",
                        action="/logout",
                    ),
                ],
                className="tools",
            ),
        ]
    )
    main = html.Main(
        dcc.Loading(html.Div(id="page"), delay_show=400, overlay_style={"visibility": "visible", "opacity": 0.5}),
        id="main",
        tabIndex=-1,
    )
    skip = html.A(said("skip"), href="#main", className="skip")
    return dmc.MantineProvider(
        [dcc.Location(id="url", refresh="callback-nav"), skip, header, main], theme=THEME, defaultColorScheme="auto"
    )
