"""The products of the invented shop, and comments about them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """A product, its usual unit price in hundredths, and its share of purchases."""

    name: str
    category: str
    subcategory: str
    price: int
    weight: int


_SHELVES: tuple[tuple[str, str, int, int, str], ...] = (
    ("Electronics", "Laptop", 79900, 5, "AeroBook 13|AeroBook 15|StudioBook Pro|EcoBook Mini"),
    ("Electronics", "Smartphone", 44900, 8, "Lumo S|Lumo S Plus|Pika 5G|Pika Lite"),
    ("Electronics", "Headphones", 8900, 10, "Calme Sans-Fil|BassRunner|StudioEar|Pocket Buds"),
    ("Electronics", "Camera", 52900, 3, "Clic 20|Clic 20 Zoom|Reflex École|ActionCam 4K"),
    ("Clothing", "Shirt", 2990, 14, "Chemise Oxford|T-Shirt Coton Bio|Polo Été|Marinière"),
    ("Clothing", "Pants", 4990, 10, "Jean Droit|Chino Beige|Pantalon Lin|Cargo Trek"),
    ("Clothing", "Shoes", 6990, 9, "Baskets Blanches|Bottines Cuir|Sandales Été|Trail Runner"),
    ("Grocery", "Vegetables", 690, 12, "Panier de Saison|Tomates Anciennes|Carottes Bio|Salade Mélangée"),
    ("Grocery", "Beverages", 890, 14, "Thé Vert Sencha|Café de Colombie|Jus de Pomme|Limonade Artisanale"),
    ("Grocery", "Snacks", 490, 13, "Noix de Cajou|Barres Céréales|Chocolat Noir 70 %|Chips de Légumes"),
    ("Furniture", "Chair", 11900, 5, "Chaise Nordique|Fauteuil Crapaud|Tabouret Haut|Chaise de Bureau"),
    ("Furniture", "Table", 24900, 3, "Table Chêne|Table Basse Ronde|Bureau Assis-Debout|Console Entrée"),
    ("Furniture", "Lamp", 4490, 6, "Lampe Arc|Lampe de Chevet|Suspension Rotin|Liseuse LED"),
    ("Books", "Fiction", 1450, 13, "Le Phare|Nuits de Printemps|The Glass Harbour|La Traversée"),
    (
        "Books",
        "Educational",
        2450,
        8,
        "Algèbre Facile|SQL par l'Exemple|Histoire du Monde|English in 90 Days",
    ),
    ("Books", "Comics", 1290, 9, "Capitaine Brume|Les Deux Renards|Robot Café|Planète Ouate"),
)


def _products() -> tuple[Product, ...]:
    return tuple(
        Product(name, category, subcategory, price * (9 + rank) // 10, weight * (5 - rank))
        for category, subcategory, price, weight, names in _SHELVES
        for rank, name in enumerate(names.split("|"))
    )


PRODUCTS: tuple[Product, ...] = _products()

OPENINGS: tuple[str, ...] = (
    "Très bon produit",
    "Exactly as described",
    "Un peu déçu",
    "Sehr zufrieden",
    "Muy buena calidad",
    "Livraison rapide, emballage soigné",
    "Arrived late",
    "Ça fait le travail",
    'My daughter calls it "the best one"',
    "Conforme à la photo",
    "Would buy again",
    "Qualité moyenne",
)
CLOSINGS: tuple[str, ...] = (
    "",
    ".",
    ", je recommande.",
    ", thank you!",
    "; à racheter pour Noël.",
    ", but the colour is different.",
    ".\nTaille un peu petit.",
    ", nochmals danke \N{SLIGHTLY SMILING FACE}",
    ', "parfait" selon ma mère.',
    ", le prix reste élevé.",
)
"""A comment combines an opening and a closing; some have quotes, a line break, accents or an emoji."""
