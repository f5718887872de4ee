"""Texts of the pages of customers: customers, retention, value."""

from __future__ import annotations

from warehouse_assets.bi.text import Text

CUSTOMER_TEXTS: dict[str, Text] = {
    "attribute": Text("Group by", "Regrouper par"),
    "group": Text("Group", "Groupe"),
    "demographics": Text("Who the customers are", "Qui sont les clients"),
    "small_groups": Text(
        "Small groups are combined into Other.",
        "Les petits groupes sont réunis dans Autre.",
    ),
    "no_ages": Text("Too few ages are known to show an average", "Trop peu d'âges sont connus pour une moyenne"),
    "signups_over_time": Text("Sign-ups by channel", "Inscriptions par canal"),
    "no_signups": Text(
        "The export has no sign-up dates, or too few in these months.",
        "L'export n'a pas de dates d'inscription, ou trop peu dans ces mois.",
    ),
    "channel": Text("Channel", "Canal"),
    "churn_over_time": Text("Churn over time", "Attrition au fil du temps"),
    "no_churn": Text(
        "No month of these began with {least} active customers or more, so that no rate is shown.",
        "Aucun de ces mois n'a commencé avec {least} clients actifs ou plus : aucun taux n'est montré.",
    ),
    "few_active": Text(
        "Groups that began the month with fewer than {least} active customers are in the table only.",
        "Les groupes qui ont commencé le mois avec moins de {least} clients actifs ne sont que dans le tableau.",
    ),
    "churn_flow": Text("New, returning and lost customers", "Clients nouveaux, revenus et perdus"),
    "churn_flow_definition": Text(
        "Customers who are new, who returned and (below the line) who became inactive, by month.",
        "Clients nouveaux, revenus et (sous la ligne) devenus inactifs, par mois.",
    ),
    "churn_by": Text("Churn by", "Attrition par"),
    "basis": Text("Retained if", "Présents si"),
    "last_seen": Text("Seen since (login or purchase)", "Vus depuis (connexion ou achat)"),
    "purchase": Text("Bought in the month, by sign-up", "Achat dans le mois, selon l'inscription"),
    "repeat_purchase": Text("Bought in the month, by first purchase", "Achat dans le mois, selon le 1er achat"),
    "heat": Text("Retention by cohort", "Rétention par cohorte"),
    "cohort": Text("Cohort", "Cohorte"),
    "since": Text("Months since the start", "Mois depuis le début"),
    "curve": Text("Average retention", "Rétention moyenne"),
    "curve_definition": Text(
        "Share of customers retained, all cohorts together: each customer counts once, so large cohorts weigh more.",
        "Part des clients encore présents, toutes cohortes : chaque client compte une fois, les grandes pèsent plus.",
    ),
    "curve_note": Text(
        "The line ends where fewer than three cohorts are old enough.",
        "La courbe s'arrête là où moins de trois cohortes sont assez anciennes.",
    ),
    "curve_empty": Text(
        "An average needs at least three cohorts. The heatmap shows those that exist.",
        "Une moyenne nécessite au moins trois cohortes. La carte montre celles qui existent.",
    ),
    "segments": Text("Value by segment", "Valeur par segment"),
    "segments_note": Text(
        "Segments by recency and frequency of purchases (RFM).",
        "Segments selon la récence et la fréquence des achats (RFM).",
    ),
    "small_cohorts": Text(
        "Months without a bar: nobody bought, or the amount would tell what few people spent.",
        "Mois sans barre : personne n'a acheté, ou le montant dirait ce que peu de personnes ont dépensé.",
    ),
    "small_cohorts_left_out": Text(
        "Cohorts of too few people are left out.", "Les cohortes de trop peu de personnes n'y sont pas."
    ),
    "cohort_value": Text("Value by cohort", "Valeur par cohorte"),
    "segment_customers": Text("Customers by segment", "Clients par segment"),
    "churned_rule": Text(
        "Status says so; without a status, no sign-up, login or purchase for {months} months",
        "Selon le statut ; sans statut, ni inscription, connexion ou achat depuis {months} mois",
    ),
    "churn_rule": Text(
        "A customer is lost in a month if the last sign-up, login or purchase was {months} months before. "
        "The rate is the customers lost in the month, divided by those who were active when it began.",
        "Un client est perdu dans un mois si sa dernière inscription, connexion ou achat date de {months} mois avant. "
        "Le taux est le nombre de clients perdus dans le mois, divisé par celui des clients actifs à son début.",
    ),
    "last_seen_rule": Text(
        "Retained: the customer signed up in the cohort's month, and logged in or bought so many months"
        " later or after.",
        "Présent : inscrit dans le mois de la cohorte, et connexion ou achat autant de mois plus tard ou après.",
    ),
    "purchase_rule": Text(
        "Retained: the customer signed up in the cohort's month, and bought in the month that is so many months later.",
        "Présent : inscrit dans le mois de la cohorte, et achat dans le mois situé autant de mois plus tard.",
    ),
    "repeat_purchase_rule": Text(
        "Retained: the customer first bought in the cohort's month, and bought in the month that is so many months"
        " later.",
        "Présent : premier achat dans le mois de la cohorte, et achat dans le mois situé autant de mois plus tard.",
    ),
    "value_of_buyers": Text(
        "Buyers are the known customers who bought; those who only signed up are not counted.",
        "Les acheteurs sont les clients connus ayant acheté ; les simples inscrits ne comptent pas.",
    ),
    "rest_of_sales": Text(
        "As on the Sales page. {rest} of it is of no known buyer",
        "Comme à la page Ventes. {rest} n'est d'aucun acheteur connu",
    ),
}
