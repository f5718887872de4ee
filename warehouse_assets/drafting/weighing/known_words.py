"""Words that statuses and kinds of rows consist of: a draft names a value only if it has no other word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def all_words(text: str) -> frozenset[str]:
    """The words of a text that lists them."""
    return frozenset(text.split())


_KNOWN = all_words(
    # Beside the others.
    "a an and at by for from full fully in is line lines new no not of on or out partial partially the to total type"
    " with yet der die das den durch ein fur fuer im kein keine mit neu nicht noch teil teils teilweise und vom von zu"
    " zum au aux avec de des du et la le les non par pas encore pour sur del e el en los las parcial parcialmente por"
    " y al con da della di do dal per parziale parzialmente il het een geen gedeeltelijk met niet nog van door"
    # Who and where.
    " admin bank buyer carrier courier customer merchant seller sender shop store supplier system user warehouse"
    " kaufer kaeufer kunde kunden kundin lager verkaufer verkaeufer acheteur boutique client magasin transporteur"
    " vendeur cliente comprador tienda vendedor acquirente negozio venditore klant koper verkoper web online retail"
    " wholesale pos"
    # Kinds of rows.
    " article card cash correction credit debit delivery document exchange fee goods gift invoice invoices item items"
    " memo note notes order orders position product products quote receipt record replacement sale sales service"
    " shipment shipping standard stock subscription transaction voucher discount tip tax adjustment rounding charge"
    " angebot artikel auftrag auftrage austausch barverkauf beleg bestellung ersatz kauf korrektur lieferschein"
    " lieferung nachlieferung produkt rabatt rechnung rechnungen rechnungskorrektur umtausch verkauf verkaufe versand"
    " versandkosten ware waren achat bon caisse commande commandes devis echange facture factures frais livraison"
    " marchandise produit remise vente ventes albaran articulo articulos cambio compra descuento envio factura"
    " facturas pedido pedidos presupuesto producto rectificativa ticket venta ventas articolo articoli fattura fatture"
    " ordine ordini prodotto scontrino sconto spedizione spese vendita vendite encomenda fatura venda vendas"
    " bestelling factuur levering verkoop verzending kassa"
    # Credit notes and refunds.
    " charged chargeback back creditnote creditmemo creditnota refund refunds refunded return returns returned"
    " reversal reversed rma abgelehnt erstattet erstattung erstattungen gutschrift gutschriften retour retoure"
    " retouren retourniert ruckgabe rueckgabe rucksendung ruecksendung ruckerstattung rueckerstattung ruckerstattet"
    " zuruck zurueck zuruckgegeben zurueckgegeben zuruckgesendet zurueckgesendet zuruckgeschickt avoir avoirs credits"
    " rembourse remboursee rembourses remboursees remboursement remboursements retourne retournee retournes retours"
    " abono abonos credito devolucion devoluciones devuelta devuelto devolvido devolvida devolucao devolucoes estorno"
    " estornado estornada reembolsado reembolsada reembolso reembolsos nota reso resi rimborsato rimborsata rimborso"
    " rimborsi restituito restituita geretourneerd teruggestuurd terugbetaald terugbetaling terugbetalingen"
    # Payments.
    " deposit deposits payment payments payout payouts prepayment tender transfer withdrawal anzahlung auszahlung bar"
    " einzahlung karte uberweisung ueberweisung vorauszahlung zahlung zahlungen acompte acomptes carte cheque especes"
    " paiement paiements reglement reglements versement virement anticipo anticipos efectivo pago pagos tarjeta"
    " transferencia acconto acconti bonifico carta contanti pagamento pagamenti aanbetaling betaling betalingen"
    " overboeking"
    # How orders stand.
    " abandoned accepted active approved authorized authorised awaiting backorder backordered blocked cancel canceled"
    " canceling cancelled cancelling cancellation captured checkout closed complete completed confirmed created"
    " declined delivered denied dispatched disputed done draft due error expired exported fail failed failure finished"
    " fraud fulfilled fulfilment fulfillment hold import imported inactive invoiced label lost manual missing open"
    " overdue packed paid partly pending picked picking pickup placed preparing printed processed processing progress"
    " ready received refuse refused reject rejected rejection release released request requested resolved review"
    " scheduled sent settled shipped sold stopped submitted success successful suspected test transit unconfirmed"
    " undeliverable undelivered unfulfilled unpaid unshipped update updated void voided waiting window confirmation"
    " information customs days abgebrochen abgeholt abgeschlossen angefragt angenommen angelegt ausgeliefert"
    " ausstehend bearbeitet bearbeitung beantragt berechnet bestatigt bestaetigt bezahlt eingegangen entwurf erledigt"
    " erfasst fakturiert fehler fehlgeschlagen gebucht gekundigt geliefert geloscht geoffnet geplant gepruft gesendet"
    " geschlossen gesperrt inaktiv aktiv offen storniert storno stornierung stornierungen stornieren unbezahlt"
    " unterwegs verkauft verpackt versandt verschickt versendet wartend warten zahlungseingang zugestellt"
    " zuruckgestellt ungultig abandonnee abandonne abandon accepte acceptee annule annulee annules annulees annulation"
    " annuler attente attendre brouillon cloture cloturee cours confirmee confirme demande demandee echec echoue"
    " echouee effectue emballe expedie expediee expedition facturee impaye impayee livre livree livres nouveau"
    " nouvelle ouverte ouvert paye payee partiel partielle partiellement preparation prepare refusee regle reglee"
    " termine terminee traite traitee traitement valide validee abierta abierto aceptado anulado anulada anular"
    " anulacion cancelado cancelada cancelacion cancelamento cerrada cerrado completada completado confirmada"
    " confirmado curso entregado entregada entregue enviado enviada espera facturado fallido fallida finalizado"
    " finalizada impagada impagado listo nueva nuevo pagada pagado pagar pendiente preparado proceso procesado"
    " procesando rechazado rechazada recibida recibido solicitada solicitado tramite vencido aberto aberta aguardando"
    " concluido concluida faturado novo nova paga pendente processando recusado recusada annullato annullata"
    " annullamento aperto aperta attesa chiuso chiusa completato completata confermato confermata consegnato"
    " consegnata corso elaborazione evaso evasa fallito fatturato inviato inviata lavorazione nuovo nuova ordinato"
    " pagata pagato preparazione rifiutato rifiutata richiesto scaduto sospeso spedito spedita stornato stornata"
    " transito aangevraagd afgerond afgewezen afgehandeld anulering annulering behandeling betaald bevestigd bezorgd"
    " geannuleerd geaccepteerd gefactureerd geleverd geweigerd mislukt nieuw onbetaald ontvangen onderweg verlopen"
    " verpakt verstuurd verwerkt verzonden voltooid wacht wachten wc l d returning damaged erreur expediteur komplett"
    " erhalten remitente completo accettato vendor rto auto automatically automatisch automatiquement automaticamente"
    " completely cart stornee absender emis emise refus nao pelo pela ne before after vendu verkaufsrechnung"
    " ausgangsrechnung stornorechnung rechnungsstorno kassenbon comptoir immediata differita accompagnatoria ricevuta"
    " corrispettivo simplificada purchase inventory creditfactuur retourzending einkauf purchases damage defekt"
    " beschadigt beschaedigt defectueux danado danneggiato endommage wrong falsch duplicate doppelt doublon duplicado"
    " oos unavailable holded reopened quoted eingestellt wunsch auf nach vor wegen rupture sin agotado fehlend"
    " nachbestellt vorbestellt preorder preordered precommande"
    # How customers stand.
    " churn churned deleted disabled former gone left lapsed optout subscribed unsubscribed terminated geloescht"
    " gekuendigt passiv parti perdu resilie supprime inactif actif desactive baja inactivo activo eliminado perdido"
    " inattivo attivo perso disattivato cessato inactief actief verwijderd opgezegd inativo ativo"
)
"""In lower case and without accents, in seven languages."""
_TOKEN = re.compile(r"[a-z]+|[^a-z\s_/.,:;()&'!|-]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a value, in lower case and without accents; digits and other letters are words as well."""
    apart = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text).replace("ß", "ss").replace("’", "'"))
    return tuple(_TOKEN.findall("".join(one for one in apart if not unicodedata.combining(one)).lower()))


def is_known(text: str) -> bool:
    """Whether it holds no word but those of statuses and kinds of rows: no name, number or address of a person."""
    words = plain_words(text)
    return bool(words) and _KNOWN.issuperset(words)


def told(values: Sequence[str], most: int) -> str:
    """Values as a message names them; those with other words are only counted."""
    known = [text for text in values if is_known(text)]
    shown = [*known[:most], "..."] if len(known) > most else known
    others = len(values) - len(known)
    return ", ".join([*shown, f"{others} with other words"] if others else shown)
