"""Rules of the contract in words."""

from __future__ import annotations

import re

from warehouse_assets.bi.text import Language, Text

RULES: dict[str, Text] = {
    "malformed_record": Text("Record that cannot be read", "Enregistrement illisible"),
    "missing_column": Text("Column that is in no file", "Colonne absente de tous les fichiers"),
    "nonpositive_price": Text("Price not above 0", "Prix négatif ou nul"),
    "nonpositive_quantity": Text("Quantity not above 0", "Quantité négative ou nulle"),
    "zero_quantity": Text("Quantity of 0", "Quantité nulle"),
    "total_of_rows": Text("Total of other rows", "Total d'autres lignes"),
    "missing_sold_at": Text("Date of sale missing", "Date de vente absente"),
    "unparsable_sold_at": Text("Date of sale unreadable", "Date de vente illisible"),
    "sold_after_export": Text("Sold after the export", "Vendu après l'export"),
    "sold_before_first_month": Text("Sold before the first month", "Vendu avant le premier mois"),
    "rating_out_of_range": Text("Rating outside 1 to 5", "Note hors de 1 à 5"),
    "age_out_of_range": Text("Age outside 13 to 120", "Âge hors de 13 à 120"),
    "missing_product_name": Text("Product name missing", "Nom de produit absent"),
    "not_a_country": Text("Not a country", "Pays inconnu"),
    "unknown_gender": Text("Gender unknown", "Genre inconnu"),
    "unknown_money_sign": Text("Money sign unknown", "Signe monétaire inconnu"),
    "unknown_currency": Text("Currency unknown", "Devise inconnue"),
    "charge_as_product": Text("Charge that counts as a product", "Frais comptés comme un produit"),
    "discount_above_amount": Text("Discount larger than the line", "Remise supérieure à la ligne"),
    "discount_raises_amount": Text("Discount that raises the amount", "Remise qui augmente le montant"),
    "cancelled_as_sold": Text("Status like cancelled, counted as sold", "Statut d'annulation, compté comme vendu"),
    "total_as_sold": Text("Reads as a total, counted as sold", "Semble un total, compté comme vendu"),
    "returned_as_sold": Text("Status like returned, counted as sold", "Statut de retour, compté comme vendu"),
    "order_of_two_customers": Text("Order of two customers", "Commande de deux clients"),
    "order_over_a_month": Text("Order over more than a month", "Commande étalée sur plus d'un mois"),
    "order_at_two_times": Text("Order at several times", "Commande à plusieurs moments"),
    "order_in_two_places": Text("Order in two places of the file", "Commande à deux endroits du fichier"),
    "order_with_two_discounts": Text("Order with two discounts", "Commande avec deux remises"),
    "ambiguous_quantity": Text("Quantity with two meanings of the point", "Quantité au point ambigu"),
    "return_raises_revenue": Text("Return that raises revenue", "Retour qui augmente le chiffre d'affaires"),
    "refund_below_zero": Text("Refund below 0 already", "Remboursement déjà négatif"),
    "line_amount_differs": Text(
        "Amount of the line is not quantity x price", "Montant de ligne différent de quantité x prix"
    ),
    "unknown_line_type": Text("Kind of line unknown", "Type de ligne inconnu"),
    "purchase_before_signup": Text("Purchase before sign-up", "Achat avant l'inscription"),
    "product_in_two_categories": Text("Product in two categories", "Produit dans deux catégories"),
    "product_renamed": Text("Product under another name", "Produit sous un autre nom"),
    "customer_in_two_countries": Text("Customer in two countries on a day", "Client dans deux pays le même jour"),
    "repeated_line_number": Text("Line number repeats within its order", "Numéro de ligne répété dans sa commande"),
    "repeated_review_id": Text("Review id repeats", "Identifiant d'avis répété"),
    "row_left_out": Text("Row that gives no sale", "Ligne qui ne donne aucune vente"),
    "line_type_left_out": Text("Line left out by its type", "Ligne écartée par son type"),
    "unused_setting": Text("Setting without effect", "Réglage sans effet"),
    "discount_share_out_of_range": Text("Discount is no share", "Remise qui n'est pas une part"),
    "negative_quantity": Text("Quantity below 0", "Quantité négative"),
    "unmapped_column": Text("Column that is not read", "Colonne non lue"),
    "currency_mismatch": Text("Currency and sign disagree", "Devise et signe en désaccord"),
    "amount_out_of_range": Text("Amount too large", "Montant trop grand"),
    "negative_purchase_count": Text("Number of purchases below 0", "Nombre d'achats négatif"),
}
FAMILIES: dict[str, Text] = {
    r"unparsable_(\w+)": Text("Unreadable: {}", "Illisible : {}"),
    r"implausible_(\w+)": Text("Implausible: {}", "Invraisemblable : {}"),
    r"missing_(\w+)": Text("Missing: {}", "Absent : {}"),
    r"(\w+)_out_of_range": Text("Out of range: {}", "Hors limites : {}"),
    r"(\w+)_rounded": Text("Rounded by a spreadsheet: {}", "Arrondi par un tableur : {}"),
    r"(\w+)_too_long": Text("Too long: {}", "Trop long : {}"),
}
"""Rules that hold for several columns."""
COLUMNS: dict[str, Text] = {
    "acquisition_channel": Text("channel", "canal"),
    "address": Text("address", "adresse"),
    "age": Text("age", "âge"),
    "birth_date": Text("date of birth", "date de naissance"),
    "category": Text("category", "catégorie"),
    "city": Text("city", "ville"),
    "comment": Text("comment", "commentaire"),
    "country": Text("country", "pays"),
    "currency_code": Text("currency", "devise"),
    "customer_id": Text("customer number", "numéro de client"),
    "declared_purchase_count": Text("number of purchases", "nombre d'achats"),
    "discount_amount": Text("discount", "remise"),
    "email": Text("e-mail", "courriel"),
    "full_name": Text("name", "nom"),
    "gender": Text("gender", "genre"),
    "last_login_at": Text("last login", "dernière connexion"),
    "last_purchase_at": Text("last purchase", "dernier achat"),
    "line_amount": Text("amount of the line", "montant de la ligne"),
    "line_number": Text("line number", "numéro de ligne"),
    "line_type": Text("kind of line", "type de ligne"),
    "observed_at": Text("date of the record", "date de la fiche"),
    "order_discount_amount": Text("discount on the order", "remise sur la commande"),
    "order_id": Text("order number", "numéro de commande"),
    "order_status": Text("order status", "statut de la commande"),
    "payment_card": Text("card", "carte"),
    "phone": Text("telephone", "téléphone"),
    "price": Text("price", "prix"),
    "product_id": Text("product number", "numéro de produit"),
    "product_name": Text("product name", "nom de produit"),
    "purchase_frequency": Text("purchase frequency", "fréquence d'achat"),
    "quantity": Text("quantity", "quantité"),
    "rating": Text("rating", "note"),
    "region": Text("region", "région"),
    "reviewed_at": Text("date of the review", "date de l'avis"),
    "review_id": Text("review id", "identifiant d'avis"),
    "segment": Text("segment", "segment"),
    "signup_at": Text("sign-up date", "date d'inscription"),
    "sold_at": Text("date of sale", "date de vente"),
    "status": Text("status", "statut"),
    "subcategory": Text("subcategory", "sous-catégorie"),
    "tax_amount": Text("tax", "taxe"),
    "unit_price": Text("price", "prix"),
    "updated_at": Text("date of change", "date de modification"),
}


def rule_name(rule: str, language: Language) -> str:
    """A rule in words; one of a source's own by its name."""
    if rule in RULES:
        return RULES[rule].in_language(language)
    for pattern, words in FAMILIES.items():
        found = re.fullmatch(pattern, rule)
        if found and found[1] in COLUMNS:
            return words.in_language(language).format(COLUMNS[found[1]].in_language(language))
    return rule.replace("_", " ")
