"""Words of column names in English, French, German, Spanish, Italian, Portuguese and Dutch."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.ingestion.sources.canonical import Relation


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SETS: Mapping[str, str] = {
    "$id": "id no nr num number code key ref numero nummer uid guid reference referencia riferimento codigo codice"
    " increment referenz kenmerk",
    "$customer": "customer client buyer user kunde kunden cust acheteur member shopper person people persons personne"
    " account contact kd usr cli cliente clienti comprador acquirente usuario utente klant patron",
    "$order": "order invoice commande bestellung receipt basket cde facture rechnung transaction auftrag sale ord"
    " bestell bestel beleg ticket purchase pedido ordine factura fattura compra bestelling encomenda vente venta"
    " vendita document documento doc",
    "$product": "product item article artikel produit sku stock prod art lineitem isbn ean producto prodotto articulo"
    " articolo produto artigo listing",
    "$name": "name title titre libelle description bezeichnung titel label designation nom desc nombre nome"
    " descripcion descrizione descricao titulo titolo omschrijving naam",
    "$date": "date at on day time datum jour le ts timestamp am tag zeit dt created dat fecha data giorno dia hora"
    " datetime",
    "$price": "price prix preis precio prezzo preco prijs",
}
PHRASES: Mapping[str, str] = {
    "order_id": "$order + $id; invoiceno orderid orderno ordernumber receiptid; $order; increment",
    "line_number": "line ligne position zeile pos linea riga regel item + $id seq pos; line pos position linea riga",
    "customer_id": "$customer + $id; customerid userid clientid custid username; $customer",
    "product_id": "$product + $id; sku stockcode ean isbn productid itemid asin gtin customlabel; $product",
    "product_name": "$product + $name; productname description title titre bezeichnung libelle designation"
    " descripcion"
    " descrizione descricao titulo titolo omschrijving; $product; $name",
    "category": "category categorie kategorie department dept rayon genre cat family famille warengruppe range"
    " categoria reparto familia famiglia",
    "subcategory": "subcategory subcat souscategorie unterkategorie subcategoria sottocategoria; sub sous unter"
    " + category"
    " categorie kategorie cat",
    "sold_at": "$order + $date; sold ordered bought purchased placed bestelldatum invoicedate orderdate achat"
    " kaufdatum"
    " gekauft vendu vendido venduto; date datum day jour time when timestamp fecha data dia giorno; paid created",
    "quantity": "quantity qty quantite menge anzahl units pieces qte pcs copies count nb stueck quant cantidad qtde qtd"
    " uds unid"
    " quantita"
    " quantidade cant qta unidades pezzi piezas aantal stk; amount",
    "unit_price": "unit unitaire einzel item lineitem unitario unitaria stueck stuk per + $price cost; unitprice"
    " price prix"
    " preis einzelpreis precio prezzo preco prijs pu tarif; montant importe",
    "line_amount": "line ligne row item riga linea zeile regel + amount total montant betrag value totale totaal;"
    " amount"
    " montant betrag"
    " revenue sales subtotal total extprice extendedprice summe turnover value dollars umsatz importe importo"
    " totale totaal gesamt"
    " bedrag valor; netto neto",
    "discount_amount": "discount rabatt remise reduction rebate voucher nachlass gutschein coupon promo"
    " descuento dto dcto sconto"
    " desconto korting promotion",
    "tax_amount": "tax vat tva mwst ust taxes taxe steuer iva impuesto imposta btw imposto",
    "currency_code": "$order + currency devise waehrung wahrung; currency devise waehrung wahrung curr ccy"
    " moneda valuta"
    " divisa moeda",
    "order_status": "$order + status state statut etat estado stato; financial payment + status; status state"
    " statut etat"
    " stand estado stato situacao estatus toestand zustand",
    "rating": "rating stars note score bewertung sterne etoiles valoracion voto",
    "comment": "comment review commentaire kommentar feedback text avis comentario commento",
    "updated_at": "updated modified changed maj geaendert aktualisiert modifie actualizado aggiornato",
    "full_name": "full billing shipping recipient $customer + name nom nombre nome naam; full_name name nom fullname"
    " surname lastname nachname nombre nome apellido cognome; $customer",
    "email": "e email mail courriel + email mail courriel; email mail courriel correo",
    "phone": "phone tel telephone telefon mobile handy portable telefono movil cellulare telefoon",
    "address": "address adresse street rue strasse anschrift direccion indirizzo calle via adres endereco",
    "birth_date": "birth born naissance geburtsdatum gebdat dob birthday birthdate geburtstag ne nacimiento nascita",
    "age": "age alter edad eta",
    "gender": "gender sex sexe geschlecht civilite sexo genero sesso; genre",
    "city": "city ville stadt town ort ciudad citta localidad poblacion cidade plaats",
    "region": "region province bundesland departement county state provincia regione",
    "country": "country pays land nation countrycode pais paese nazione lkz",
    "signup_at": "signup joined registered registration inscription inscrit angemeldet angelegt anmeldung registriert"
    " member sign since depuis seit registro alta registrazione iscrizione; created creation",
    "last_login_at": "login connexion logged seen visit acceso accesso",
    "last_purchase_at": "last derniere letzte letzter ultima ultimo + purchase order achat commande bestellung kauf"
    " compra acquisto pedido ordine",
    "status": "status statut state estado stato",
    "segment": "segment tier group groupe gruppe class level grupo gruppo",
    "acquisition_channel": "channel source canal medium kanal campaign utm canale",
    "purchase_frequency": "frequency frequence frecuencia frequenza",
    "reviewed_at": "reviewed written date at created datum posted on fecha data",
}
"""Canonical field -> phrases that its column's name may hold, the surest first: a word of each set (`+`)."""
_AMOUNT_WORDS = "price prix preis precio prezzo total amount montant betrag importe cost tax vat tva discount fee sum"
_OTHER_MEASURES = "weight kg lb stock length width height volume margin profit days score photos photo lat lng"
_OTHER_PLACES = "supplier vendor seller warehouse origin manufacture manufacturer card bank ip issuer factory store"
SPEAKS_AGAINST: Mapping[str, str] = {
    "order_id": f"{_AMOUNT_WORDS} currency date status state type name line item count url channel source note"
    " comment"
    " method quantity qty devise etat statut estado customer client session updated",
    "line_number": f"{_AMOUNT_WORDS} quantity qty name type status sku date order",
    "customer_id": f"{_AMOUNT_WORDS} name email mail group type note count city country currency first last nom date"
    " created status phone address service ip title new nouveau neu returning",
    "product_id": f"{_AMOUNT_WORDS} parent name type category title description count url image weight quantity qty"
    " photo photos length status date order discount",
    "sold_at": "updated modified changed maj shipped shipping ship delivered delivery due cancelled canceled refunded"
    " birth login last expiry expires returned payments payment payout deposit estimated promised registered signup"
    " fulfilled entrega envio livraison lieferung expedition spedizione limit approved export exported",
    "quantity": f"{_AMOUNT_WORDS} {_OTHER_MEASURES} shipping days weight id refunded returned shipped cancelled"
    " canceled invoiced photos"
    " available backordered",
    "unit_price": f"{_OTHER_MEASURES} discount tax vat shipping shipped quantity old list ext extended compare msrp rrp"
    " total subtotal refund"
    " refunded fee"
    " freight count order purchase wholesale currency",
    "line_amount": f"{_OTHER_MEASURES} discount tax vat shipping shipped quantity count unit refund refunded fee tip"
    " freight due paid outstanding balance"
    " cost list id",
    "discount_amount": "code name type reason method refunded id tax fee fees commission charge gebuehr gebuhr frais"
    " comision commissione commissioni taxa kosten",
    "tax_amount": "rate percent class code name type id number method title country shipping ship freight",
    "product_name": "customer client user person first last file company id sku ean isbn asin type price quantity qty"
    " variation photo photos store shop website vendor brand number status reference count buyer code weight"
    " recipient contact method date tax total",
    "full_name": "product item article file company city country file user code shop store number id event",
    "rating": "count number id",
    "category": "id tax customer",
    "order_status": "fulfillment fulfilment shipping delivery tracking line lineitem country customer ship address",
    "currency_code": "rate exchange settlement base",
    "country": _OTHER_PLACES,
    "region": f"{_OTHER_PLACES} order financial tax",
    "city": _OTHER_PLACES,
    "status": "fulfillment fulfilment shipping delivery financial payment order line tracking marital country",
    "segment": "ad product shipping tax age",
    "acquisition_channel": "payment shipping fulfillment",
    "signup_at": "order purchase review updated invoice",
    "email": "opt marketing accepts count template",
    "phone": "type model",
    "address": "status type ip id email mail e",
}
OF_RELATION: Mapping[Relation, tuple[str, ...]] = {
    "sales": (
        "order_id", "line_number", "customer_id", "product_id", "product_name", "category", "subcategory", "sold_at",
        "quantity", "unit_price", "line_amount", "discount_amount", "tax_amount", "currency_code", "order_status",
        "country", "region", "city", "rating", "comment", "updated_at",
    ),
    "customers": (
        "customer_id", "email", "full_name", "phone", "address", "birth_date", "age", "gender", "city", "region",
        "country", "signup_at", "last_login_at", "last_purchase_at", "status", "segment", "acquisition_channel",
        "purchase_frequency",
    ),
    "reviews": ("product_id", "customer_id", "rating", "reviewed_at"),
}  # fmt: skip
NEVER = _words(
    "card carte kreditkarte creditcard pan cvv cvc iban password passwd passwort motdepasse ssn token tarjeta"
)
"""Names of columns that are never read."""
BESIDE = _words(
    "shipping freight postage fee fees refund refunded tip tips wrap versand versandkosten porto fracht gebuehr"
    " trinkgeld port pourboire emballage portes propina spedizione trasporto mancia frete gorjeta verzendkosten"
    " verzending fooi rembourse rembourses erstattet reembolso rimborso rimborsi"
)
"""Words of amounts that are paid beside the goods."""
DELIVERY = _words("delivery livraison lieferung envio entrega consegna bezorging expedition handling")
"""The same, if the amount has decimals: other numbers with such names count days or parcels."""
CENTS = _words("cent cents minor pence centime centimes centimos centesimi")
"""Words of amounts in hundredths."""
SHOPS = _words(
    "shop store branch outlet marketplace storefront website market boutique magasin filiale laden markt tienda negozio"
    " loja winkel"
)
"""Words of columns that tell several shops apart."""
INVOICES = _words(
    "invoice invoiceno invoicedate facture rechnung rechnungsnr rechnungsdatum factura fattura fatura factuur due terms"
    " echeance zahlungsziel faellig fallig faelligkeit falligkeit vencimiento scadenza vencimento vervaldatum"
)
"""Words of columns of shops that send goods before they are paid."""
NO_SALES = _words(
    "test tests testing istest demo sandbox dummy livemode deleted void voided cancelled canceled cancelation"
    " cancellation storniert storno annule annulee annulation anulado annullato geannuleerd refunded returned draft"
    " entwurf brouillon borrador bozza concept"
)
"""Words of columns that mark rows that are no sales."""
REFUNDS = _words(
    "refund refunds refunded return returns returned creditnote creditnotes creditmemo creditmemos gutschrift"
    " gutschriften erstattung erstattungen retoure retouren avoir avoirs remboursement remboursements retour retours"
    " devolucion devoluciones abono abonos reembolso reembolsos reso resi rimborso rimborsi devolucao devolucoes"
    " terugbetaling terugbetalingen"
)
"""Words of names of files that hold refunds."""
SHARES = _words("percent percentage pct perc prozent pourcent pourcentage porcentaje percentuale rate taux")
PERSONS = _words(
    "firstname lastname surname forename givenname familyname fullname prenom vorname nachname apellido apellidos"
    " cognome recipient cardholder beneficiary achternaam voornaam contact attention salesperson"
)
"""Words that alone say that a column holds a person's name."""
WALK_INS = _words(
    "0 -1 guest anonymous anonym invite unknown none null n/a na nan no-customer walk-in walkin inconnu gast ospite"
    " invitado unregistered nobody"
)
"""Values of a customer column that stand for no customer."""
