"""Names and streets by culture, to be combined at random."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """Common given names of women and men, family names (separated by spaces) and streets (separated by bars)."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    streets: tuple[str, ...]


def _culture(women: str, men: str, families: str, streets: str) -> Culture:
    return Culture(tuple(women.split()), tuple(men.split()), tuple(families.split()), tuple(streets.split("|")))


CULTURES: dict[str, Culture] = {
    "french": _culture(
        "Camille Léa Chloé Manon Inès Zoé Élise Margaux Hélène Aurélie Noémie Sylvie Françoise Maëlle",
        "Lucas Hugo Théo Jules Rémi François Étienne Mathis Antoine Gaël Benoît Loïc Jean-Marc Cédric",
        "Martin Bernard Dubois Petit Durand Leroy Moreau Lefèvre Garnier Faure Chevalier Gauthier Bézard",
        "Rue Victor Hugo|Avenue Jean Jaurès|Rue de la République|Place du Marché|Chemin des Érables|Quai Sud",
    ),
    "german": _culture(
        "Anna Lena Sophie Marie Katharina Jana Greta Käthe Birgit Heike Johanna Frieda",
        "Lukas Jonas Felix Jürgen Stefan Paul Moritz Bernd Karsten Götz Emil Ruben",
        "Müller Schmidt Schneider Fischer Weber Wagner Becker Schäfer Koch Bauer Jansen Visser Köhler",
        "Hauptstraße|Bahnhofstraße|Gartenweg|Schillerstraße|Lindenallee|Kerkstraat|Am Mühlbach",
    ),
    "spanish": _culture(
        "Lucía Sofía Martina María Paula Elena Inés Begoña Marta Ximena Camila Rocío",
        "Mateo Hugo Daniel Pablo Álvaro Adrián Javier Iñigo Tomás Andrés Joaquín Raúl",
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Muñoz Ibáñez Castro Núñez",
        "Calle Mayor|Avenida de la Constitución|Calle del Sol|Paseo de Gracia|Calle Real|Plaza Nueva",
    ),
    "portuguese": _culture(
        "Beatriz Leonor Mariana Inês Joana Letícia Luana Conceição Helena Sílvia",
        "João Tiago Duarte Gonçalo Rui Caio Vinícius Otávio Simão Nuno",
        "Silva Santos Ferreira Pereira Oliveira Costa Araújo Gonçalves Conceição Magalhães",
        "Rua das Flores|Avenida da Liberdade|Rua do Comércio|Travessa da Fonte|Rua São João",
    ),
    "italian": _culture(
        "Giulia Chiara Francesca Martina Sara Elisa Noemi Ilaria Paola Benedetta",
        "Marco Luca Matteo Alessandro Davide Nicolò Simone Gabriele Pietro Niccolò",
        "Rossi Russo Ferrari Bianchi Romano Colombo Ricci Greco Conti Cattaneo",
        "Via Garibaldi|Via Roma|Corso Italia|Piazza Verdi|Via della Libertà|Viale Mazzini",
    ),
    "english": _culture(
        "Olivia Emily Grace Charlotte Hannah Lucy Megan Aoife Siobhán Abigail Ruth Holly",
        "Oliver Jack Harry George Noah Liam Seán Callum Ethan Owen Adam Toby",
        "Smith Jones Taylor Brown Wilson Walker Wright Hughes Murphy Kelly O'Brien Clarke Bennett",
        "High Street|Station Road|Church Lane|Maple Avenue|Victoria Road|Mill Close|Oak Drive",
    ),
    "slavic": _culture(
        "Zuzana Kateřina Agnieszka Małgorzata Eliška Hanna Jelena Marija Lucie Wiktoria",
        "Tomáš Jiří Paweł Michał Łukasz Ondřej Stefan Goran Piotr Jakub",
        "Novák Svoboda Dvořák Nowak Wójcik Kowalczyk Zieliński Stojanov Kučera Mazur",
        "Dlouhá|Nádražní|ulica Polna|ulica Długa|Partizanska|Masarykova",
    ),
    "nordic": _culture(
        "Astrid Freja Linnéa Maja Saga Ida Sigrid Åsa Signe Elin",
        "Erik Lars Nils Søren Björn Oskar Jørgen Håkan Emil Axel",
        "Andersson Johansson Nielsen Hansen Lindqvist Berg Sørensen Åkesson Holm Dahl",
        "Storgatan|Kungsgatan|Skolevej|Strandvägen|Nørregade|Kirkevej",
    ),
    "arabic": _culture(
        "Fatima Salma Yasmine Khadija Amina Nour Leïla Imane Houda Meryem",
        "Youssef Mohamed Karim Omar Mehdi Anas Rachid Samir Bilal Hamza",
        "Alaoui Bennani Benali Haddad Mansouri Tazi Cherkaoui Trabelsi Belkacem Idrissi",
        "Boulevard Mohammed V|Rue de Fès|Avenue Hassan II|Rue des Orangers|Avenue Habib Bourguiba",
    ),
    "west_african": _culture(
        "Awa Aminata Fatou Mariam Adjoua Coumba Ramatoulaye Khady",
        "Mamadou Ibrahima Kouassi Moussa Ousmane Cheikh Yao Abdoulaye",
        "Diop Ndiaye Traoré Koné Kouamé Fall Sow Coulibaly Diallo",
        "Rue de la Gare|Avenue Faidherbe|Boulevard Lagunaire|Rue du Marché",
    ),
    "indian": _culture(
        "Priya Ananya Divya Kavya Lakshmi Neha Pooja Riya Sunita Meera",
        "Arjun Rohan Vikram Aditya Sanjay Rahul Karthik Anil Dev Manish",
        "Sharma Patel Reddy Nair Iyer Gupta Mehta Singh Rao Joshi",
        "MG Road|Station Road|Nehru Street|Lake View Road|Temple Road",
    ),
    "japanese": _culture(
        "Yui Sakura Hana Aoi Misaki Keiko Naoko Rin",
        "Haruto Sota Kenji Takashi Ren Daiki Hiroshi Yuto",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi",
        "Chuo-dori|Sakura-dori|Ekimae-cho|Minami-machi",
    ),
    "korean": _culture(
        "Ji-woo Seo-yeon Min-ji Ha-eun Soo-jin Yuna Hye-rin",
        "Min-jun Seo-jun Ji-ho Do-yun Hyun-woo Jae-won Tae-hyun",
        "Kim Lee Park Choi Jung Kang Yoon Lim Han",
        "Teheran-ro|Sejong-daero|Haeundae-ro|Dongseong-ro",
    ),
}
