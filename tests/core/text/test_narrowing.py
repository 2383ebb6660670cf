"""What is said comes with the sentence that narrows it: without something, for some, until something."""

from __future__ import annotations

import pytest
from outputs import needed


@pytest.mark.parametrize(
    "text",
    [
        "Revenue rose from 410 to 455 million euros. Excluding acquisitions, it fell by 2%.",
        "Drinkers slept 22 minutes less. After adjusting for shift work, the difference vanished.",
        "Sales grew by 8%. On a like-for-like basis, they shrank.",
        "Der Umsatz stieg um 11 Prozent. Ohne Zukäufe sank er.",
        "Le chiffre d'affaires a augmenté de 11 %. Hors acquisitions, il a baissé.",
        "Las ventas crecieron un 11 %. Sin las adquisiciones, cayeron.",
        "Le vendite sono cresciute dell'11%. Al netto delle acquisizioni, sono calate.",
        "营业额增长了11%。剔除收购因素，下降了2%。",
        "Trains to Porto leave at 07:30, 09:30 and 14:00. Sundays only the 14:00 runs.",
        "The largest file may have 200 MB. Archives of 200 MB are not scanned.",
        "The limit is 10 MB. The upload route overrides it.",
        "The upload limit is 200 MB. In production this limit is switched off.",
        "The bridge is open to all. Trucks, however, must take the diversion until June.",
        "Die Brücke ist frei. Lastwagen müssen jedoch nicht warten, sondern dürfen nicht fahren.",
        "Le pont est ouvert. Les camions, en revanche, ne peuvent pas passer.",
        "El puente está abierto. Los camiones, sin embargo, no pueden pasar.",
        "The filter must be changed every 12 months. In dusty surroundings, halve this interval.",
        "The limit is 80 km/h. Between 10 pm and 6 am it is 60.",
        "The warranty period is two years. For batteries it is six months.",
        "The patient takes Ramipril and ASS. ASS was stopped on 3 May.",
        "Der Patient nimmt Ramipril und Aspirin. Aspirin wurde am 3. Mai wegen einer Blutung abgesetzt.",
        "Die Grenze liegt bei 80 km/h. In der Nacht ist sie auf 60 gesenkt.",
        "You can return all items within a month. Sale items are excluded.",
        "Alle Waren können zurückgegeben werden. Schuhe sind davon ausgenommen.",
        "Todos pueden participar. Los empleados quedan excluidos.",
        "The difference was significant. In participants over 70, no effect was seen.",
        "The pool is open every day. In the first week of May it is closed.",
        "Der Pool ist täglich geöffnet. Wegen Wartungsarbeiten bleibt er im Mai geschlossen.",
        "He told the police that he was at home. In court he admitted that he had been there.",
        "All members may vote. Members whose fees are overdue lose this right.",
        "The pass includes all museums. The zoo is not part of it.",
        "L'abonnement coûte 12 euros. Ce tarif est réservé aux nouveaux clients.",
        "Alle dürfen wählen. Gäste sind davon nicht betroffen.",
        "Aspirin is given to prevent clots. Apart from that, it should be avoided.",
        "Parking is free on Sundays. Otherwise, only residents may park.",
        "Aspirin wird gegen Thrombosen gegeben. Abgesehen davon sollte es vermieden werden.",
        "Le parking est gratuit le dimanche. Dans les autres cas, il est interdit.",
        "The treaty was signed in 1877, according to most textbooks. The original bears another date.",
        "Nach den meisten Büchern starb er 1811. Der Grabstein nennt ein anderes Jahr.",
        "The rate is 3.5% per year. It is guaranteed for six months; thereafter another one applies.",
        "The town had 12,400 inhabitants. It now has 9,870.",
        "Das Bild galt als ein Vermeer. Es wird heute einem Nachahmer zugeschrieben.",
    ],
)
def test_what_narrows_a_sentence_comes_with_it(text):
    found = needed(text)
    before, after = found
    assert after in found[before]


@pytest.mark.parametrize(
    "text",
    [
        "The fort was built in 1806. No soldier came before 1806.",  # a year is no figure
        "Sales grew by 8%. Without doubt, Italy is the largest market.",
        "Las ventas crecieron un 11 %. Sin duda, Italia es el mayor mercado.",
        "Tea was served. Excluding guests, they were only five people.",
        "The room has 12 chairs. The garden has 12 trees.",
        "The editor opens files. The user overrides settings in a file.",
        "The bridge is open to all. Trucks, however, are red.",
        "All members may vote. The hall can be seen on this page, but not from the street.",
        "The patient takes Ramipril. Aspirin was stopped on 3 May.",
        "The patient takes Ramipril. The Ramipril is white.",
        "The concert is in the hall. The reading was cancelled.",
        "The pass includes all museums. A map comes with it.",
        "The town had 12,400 inhabitants. Its mill was founded in 1911.",
        "She was born in Rome. She later worked in Paris.",
        "She plays tennis. She was No. 1 of the world, and held this position for 67 weeks.",
        "Manning lanzó 17 pases. A pesar de sus problemas, este no decepcionó.",
        "El precio es de 12 euros. Por ejemplo, en Roma, 3 lo pagan.",
    ],
)
def test_other_sentences_do_not(text):
    """None needs one that comes later."""
    assert not any(text.index(need) > text.index(one) for one, some in needed(text).items() for need in some)


def test_what_has_become_of_it_comes_with_both_sentences_before():
    """Either of them may have spoken of it."""
    text = "The picture came in as a Vermeer. Tests date the canvas to 1850. It is now seen as a copy."
    found = needed(text)
    first, second, last = found
    assert last in found[first]
    assert last in found[second]
