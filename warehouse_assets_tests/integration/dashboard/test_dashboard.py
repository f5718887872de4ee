"""Each login sees what the database grants it and nothing else: in pages, options, layout, CSV, made-up requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.dashboard.served import (
    COUNTRY_LOGIN,
    PASSWORD,
    Shop,
    client_of,
    log_in,
    page,
    serving,
    shop_with_logins,
)

SALES = {name for name, page in PAGES.items() if page.mart == "mart_sales"}
CUSTOMERS = {name for name, page in PAGES.items() if page.mart == "mart_customers"}
SEEN = {
    "sees_sales": SALES,
    "sees_customers": CUSTOMERS,
    "sees_all": SALES | CUSTOMERS | {"quality"},
    COUNTRY_LOGIN: {"countries"},
    "sees_nothing": set(),
}
REFUSED = "You don't have access to this page"


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


@pytest.fixture
def client(shop: Shop) -> Iterator[FlaskClient]:
    with serving(shop.url) as service:
        yield client_of(service)


@pytest.mark.parametrize("name", SEEN)
def test_a_login_sees_the_pages_of_its_marts(shop: Shop, client: FlaskClient, name: str) -> None:
    assert log_in(client, shop.login(name)).status_code == 303
    menu = page(client, "/")
    for other in PAGES:
        assert (f'"/{other}"' in menu) == (other in SEEN[name])
        drawn = page(client, f"/{other}")
        if not SEEN[name]:
            assert "You don't have access to any page yet" in drawn
        else:
            assert (REFUSED in drawn) == (other not in SEEN[name])


@pytest.mark.parametrize("name", SEEN)
def test_csv_is_granted_as_pages_are(shop: Shop, client: FlaskClient, name: str) -> None:
    tables = {"sales": "revenue", "countries": "countries", "customers": "demographics", "quality": "rules"}
    log_in(client, shop.login(name))
    for where, block in tables.items():
        answer = client.get(f"/export/{where}/{block}.csv")
        assert answer.status_code == (200 if where in SEEN[name] else 404)


def test_a_country_manager_meets_no_other_country_anywhere(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login(COUNTRY_LOGIN))
    for search in ("", "?country=Germany", "?country=France&country=Germany", "?country=Germany'--"):
        drawn = page(client, "/countries", search)
        assert "France" in drawn
        assert "Germany" not in drawn
    assert "Germany" not in client.get("/export/countries/countries.csv?country=Germany").get_data(as_text=True)
    assert "Germany" not in client.get("/_dash-layout").get_data(as_text=True)
    assert "450.00" in page(client, "/countries")


def test_the_same_page_shows_all_countries_to_a_sales_analyst(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login("sees_sales"))
    drawn = page(client, "/countries", "?country=Germany")
    assert "Germany" in drawn
    assert "150.00" in drawn


@pytest.mark.parametrize("name", ["warehouse", "sees_sales", "nobody at all", "", "x" * 64, "a\0b"])
def test_a_wrong_password_is_refused_alike_for_all(shop: Shop, client: FlaskClient, name: str) -> None:
    answer = log_in(client, shop.login(name) if name == "sees_sales" else name, "wrong")
    assert answer.status_code == 401
    assert "The user name or password is wrong" in answer.get_data(as_text=True)
    assert client.get("/").headers["Location"] == "/login"


def test_an_administrator_is_refused_though_the_password_is_right(
    shop: Shop, client: FlaskClient, server: DatabaseUrls
) -> None:
    user, _, password = server.warehouse.split("//")[1].split("@")[0].partition(":")
    answer = log_in(client, user, password)
    assert answer.status_code == 401
    assert "Database administrators" in answer.get_data(as_text=True)


def test_without_a_login_nothing_is_told(shop: Shop, client: FlaskClient) -> None:
    assert client.get("/sales").headers["Location"] == "/login"
    for path in ("/_dash-layout", "/_dash-dependencies"):
        assert client.get(path).status_code == 401
    assert client.get("/export/sales/revenue.csv").headers["Location"].startswith("/login")
    drawn = page(client, "/sales")
    assert '"/login?expired=1"' in drawn
    assert "EUR" not in drawn


@pytest.mark.parametrize(
    "path", ["/%0d%0a", "/sales%0d%0aSet-Cookie:x", "/export/x%0d%0a/a.csv", "/%00", "/language/%0a"]
)
def test_a_path_that_is_not_printable_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"{}", b'{"output": 1}', b"\xff\xfe", b'{"inputs": {}}']
)
@pytest.mark.parametrize("is_logged_in", [True, False])
def test_a_malformed_callback_is_refused(shop: Shop, client: FlaskClient, body: bytes, is_logged_in: bool) -> None:
    if is_logged_in:
        log_in(client, shop.login("sees_sales"))
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


def test_choosing_a_language_leads_to_no_other_server(client: FlaskClient) -> None:
    for page_asked in ("/%09/evil.example", "//evil.example", "https://evil.example", "/\\evil.example"):
        assert client.get(f"/language/en?page={page_asked}").headers["Location"] == "/"
    assert client.get("/language/fr?page=/sales?currency=EUR").headers["Location"] == "/sales?currency=EUR"


def test_a_session_ends_with_log_out(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login("sees_sales"))
    kept = client.get_cookie("warehouse")
    assert kept is not None
    with client.session_transaction() as session:
        session["form_token"] = "known"
    assert client.post("/logout", data={"form_token": "known"}).status_code == 303
    client.set_cookie("warehouse", kept.value)
    assert client.get("/sales").headers["Location"] == "/login"


def test_the_cookie_holds_no_password_and_no_script_reads_it(shop: Shop, client: FlaskClient) -> None:
    answer = log_in(client, shop.login("sees_sales"))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with client.session_transaction() as session:
        assert shop.login("sees_sales") not in str(dict(session))
        assert PASSWORD not in str(dict(session))


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_another_site_s_requests_are_refused(shop: Shop, client: FlaskClient, origin: str) -> None:
    log_in(client, shop.login("sees_sales"))
    for path in ("/login", "/logout", "/_dash-update-component"):
        assert client.post(path, headers={"Origin": origin}).status_code == 403
    assert client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/login", data={"user": "x", "password": "y"}).status_code == 400


def test_after_five_failures_even_the_right_password_waits(shop: Shop, client: FlaskClient) -> None:
    for _ in range(5):
        log_in(client, shop.login("sees_sales"), "wrong")
    assert log_in(client, shop.login("sees_sales")).status_code == 429


def test_a_database_that_is_away_is_said(shop: Shop) -> None:
    with serving("postgresql://nobody:x@127.0.0.1:9/warehouse") as service:
        answer = log_in(client_of(service), "sees_sales")
    assert answer.status_code == 503
    assert "No data is lost" in answer.get_data(as_text=True)


def test_answers_forbid_frames_other_hosts_and_caches(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login("sees_sales"))
    headers = client.get("/sales").headers
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_names_of_the_data_are_text_on_the_page_and_in_the_csv(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login("sees_sales"))
    assert "&lt;b&gt;Lamp&lt;/b&gt;" in page(client, "/products")
    assert "'=Cable" in client.get("/export/products/products.csv").get_data(as_text=True)


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "http://evil.example"])
def test_the_language_leads_back_to_pages_of_ours_only(client: FlaskClient, target: str) -> None:
    assert client.get("/language/fr", query_string={"page": target}).headers["Location"] == "/"


def test_french_pages_are_french(shop: Shop, client: FlaskClient) -> None:
    log_in(client, shop.login("sees_all"))
    client.set_cookie("language", "fr")
    assert '<html lang="fr">' in client.get("/sales").get_data(as_text=True)
    drawn = page(client, "/countries")
    assert "Allemagne" in drawn
    assert "janv. 2023" in drawn
