"""Where the invented customers live: countries with weights, spellings, cities and ways of writing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """A country under one or more spellings; `weight` is its share of customers, `culture` its names'."""

    spellings: tuple[str, ...]
    weight: int
    culture: str
    cities: tuple[str, ...]


COUNTRIES: tuple[Country, ...] = (
    Country(("France",), 240, "french", ("Paris", "Lyon", "Marseille", "Lille", "Nantes", "Saint-Étienne")),
    Country(("Belgium",), 40, "french", ("Bruxelles", "Liège", "Namur", "Mons")),
    Country(("Switzerland",), 35, "french", ("Genève", "Lausanne", "Neuchâtel", "Fribourg")),
    Country(("Canada",), 45, "french", ("Montréal", "Québec", "Sherbrooke", "Gatineau")),
    Country(("Luxembourg",), 8, "french", ("Luxembourg", "Differdange")),
    Country(("Germany",), 110, "german", ("Berlin", "München", "Köln", "Hamburg", "Leipzig")),
    Country(("Austria",), 25, "german", ("Wien", "Graz", "Linz", "Salzburg")),
    Country(("Netherlands", "The Netherlands"), 35, "german", ("Amsterdam", "Utrecht", "Rotterdam")),
    Country(("Spain",), 70, "spanish", ("Madrid", "Barcelona", "Sevilla", "Málaga", "A Coruña")),
    Country(("Mexico",), 30, "spanish", ("Ciudad de México", "Mérida", "Querétaro", "León")),
    Country(("Argentina",), 15, "spanish", ("Buenos Aires", "Córdoba", "Rosario")),
    Country(("Portugal",), 22, "portuguese", ("Lisboa", "Porto", "Évora", "Braga")),
    Country(("Brazil",), 40, "portuguese", ("São Paulo", "Brasília", "Curitiba", "Belém")),
    Country(("Italy",), 60, "italian", ("Roma", "Milano", "Torino", "Forlì", "Bologna")),
    Country(("United Kingdom", "Great Britain", "UK"), 90, "english", ("London", "Leeds", "Bristol", "York")),
    Country(("United States", "United States of America"), 80, "english", ("Boston", "Austin", "Denver")),
    Country(("Ireland",), 15, "english", ("Dublin", "Cork", "Galway")),
    Country(("Australia",), 20, "english", ("Sydney", "Perth", "Hobart")),
    Country(("Czech Republic", "Czechia"), 12, "slavic", ("Praha", "Brno", "Plzeň")),
    Country(("Poland",), 25, "slavic", ("Warszawa", "Kraków", "Łódź", "Gdańsk")),
    Country(("North Macedonia", "Macedonia"), 4, "slavic", ("Skopje", "Ohrid")),
    Country(("Sweden",), 18, "nordic", ("Stockholm", "Malmö", "Göteborg", "Umeå")),
    Country(("Denmark",), 12, "nordic", ("København", "Århus", "Odense")),
    Country(("Morocco",), 60, "arabic", ("Casablanca", "Rabat", "Fès", "Agadir", "Béni Mellal")),
    Country(("Algeria",), 25, "arabic", ("Alger", "Oran", "Béjaïa")),
    Country(("Tunisia",), 20, "arabic", ("Tunis", "Sfax", "Sousse")),
    Country(("Senegal",), 12, "west_african", ("Dakar", "Thiès", "Saint-Louis")),
    Country(("Ivory Coast", "Cote d'Ivoire"), 12, "west_african", ("Abidjan", "Bouaké", "Yamoussoukro")),
    Country(("Namibia",), 2, "english", ("Windhoek", "Swakopmund")),
    Country(("India",), 45, "indian", ("Mumbai", "Pune", "Chennai", "Jaipur")),
    Country(("Japan",), 30, "japanese", ("Tokyo", "Osaka", "Sapporo", "Kyoto")),
    Country(("South Korea", "Republic of Korea"), 15, "korean", ("Seoul", "Busan", "Daegu")),
)

MISMATCHED_COUNTRY = "Mismatched Country"

ADDRESSES: dict[str, str] = {
    "french": "{number} {street}, {postcode} {city}",
    "german": "{street} {number}, {postcode} {city}",
    "spanish": "{street} {number}, {postcode} {city}",
    "portuguese": "{street} {number}, {postcode} {city}",
    "italian": "{street} {number}, {postcode} {city}",
    "english": "{number} {street}, {city} {postcode}",
    "slavic": "{street} {number}, {postcode} {city}",
    "nordic": "{street} {number}, {postcode} {city}",
    "arabic": "{number} {street}, {postcode} {city}",
    "west_african": "{number} {street}, {city} {postcode}",
    "indian": "{number} {street}, {city} {postcode}",
    "japanese": "{number} {street}, {city} {postcode}",
    "korean": "{number} {street}, {city} {postcode}",
}
"""The address format of each culture; each one has a comma."""
