"""What says something false alone, in prose of many kinds: rules, minutes, leaflets, chats, product pages."""

from __future__ import annotations

import pytest
from outputs import kept, needed


@pytest.mark.parametrize(
    ("text", "question", "present", "absent"),
    [
        # A sentence of a clause needs the number of its own clause, not of the first one.
        (
            "§ 4 Rent\n\n(1) The rent is due in May.\n(2) A deposit is paid. The first part is due at once. "
            "It is 90 euros.\n\n§ 5 Dogs\n\n(1) Dogs may stay.",
            "When is the first part due?",
            "§ 4 Rent|(2) A deposit is paid. The first part is due at once.",
            "(1)",
        ),
        # The label of a line holds for all of it.
        (
            "How to take it\nAdults: one tablet in the morning. Never more than eight tablets a day. \n"
            "Children: half a tablet.\n\nStore it dry.",
            "Are more than eight tablets a day too much?",
            "Adults: one tablet|Never more than eight",
            "Children",
        ),
        # Minutes: what was decided on a subject.
        (
            "Minutes, 4 May\n\nTOP 1 Logo\nMs Brand shows three drafts. Mr Kay prefers draft B.\n"
            "Decision: draft C is taken.\n\nTOP 2 Party\nIt takes place in July.\nDecision: postponed.",
            "Which draft does Mr Kay prefer?",
            "prefers draft B|Decision: draft C",
            "July",
        ),
        (
            "Minutes, 4 May\n\n1. Data\nHalf of the tables were moved.\n\n2. Summer party\nPlanned for "
            "14 June in the garden.\nIt was agreed to move it to 21 June.\n\n3. Other\nNone.",
            "For when is the garden party planned?",
            "Minutes, 4 May|2. Summer party|14 June|21 June",
            "tables",
        ),
        # A correction at the top of a text.
        (
            "Update 18:30: The number of dead was corrected to 3.\n\nA flood hit the valley. Thirteen people "
            "died, the police said. Houses were damaged.",
            "How many people died, as the police said?",
            "corrected to 3|Thirteen people died",
            "Houses",
        ),
        # What limits a sentence that leans on another one limits that, too.
        (
            "Booking\n\nYou may cancel free of charge up to 48 hours before. After that, one night is "
            "charged. This does not apply to special offers. Breakfast is included.",
            "May I cancel free of charge?",
            "48 hours before|does not apply",
            "Breakfast",
        ),
        ("Rules\n\nPets may stay. Ancak kediler kalamaz.", "pets", "Pets may stay.", "|"),
        (
            "Site kuralları\n\nEvcil hayvanlar kabul edilir. Ancak 10 kilodan ağır köpekler kabul edilmez. "
            "Havuz 9 ile 20 arasında açıktır. Otopark ücretsizdir. Bu misafirler için geçerli değildir.",
            "Evcil hayvanlar kabul edilir mi?",
            "kabul edilir.|kabul edilmez.",
            "Havuz",
        ),
        (
            "टिकट की जानकारी\n\nबच्चों के लिए प्रवेश निःशुल्क है। यह छूट छुट्टी के दिन लागू नहीं होती। संग्रहालय बंद रहता है।",
            "बच्चों के लिए प्रवेश",
            "निःशुल्क|लागू नहीं",
            "संग्रहालय",
        ),
        (
            "Stains\n\nMany people reach for bleach. Don't. It sets the stain. Water is better for wool.",
            "Do people reach for bleach?",
            "reach for bleach. Don't.",
            "wool",
        ),
        # A clause whose number stands on a line of its own.
        (
            "Article 12\nParking on the pavement is forbidden.\n\nArticle 13\nFines are paid at once.\n\n"
            "Article 14\nArticle 12 does not apply to vans.",
            "Is parking on the pavement forbidden?",
            "Article 12\nParking|does not apply to vans",
            "Fines",
        ),
        # A star within a line.
        (
            "About us\n\nWe have 1,200 employees* and 14 sites in the north.\n\nWe make pumps for water.\n\n"
            "* as of 2019, with subsidiaries sold since",
            "How many employees and sites?",
            "1,200 employees*|* as of 2019",
            "pumps",
        ),
        # Who is quoted; what a shop offers beside.
        (
            'Nova phone\n\n"Great phone, but no wireless charging." – Kim, buyer\n\nThe box has a phone and '
            "a cable.\n\nOthers bought\nNova Pad – tablet with music",
            "Is it a great phone with wireless charging?",
            "charging.” – Kim, buyer".replace("”", '"'),
            "music",
        ),
        (
            "Nova phone\n\nThe box has a phone and a cable.\n\nOthers bought\nNova Pad – tablet with music",
            "Is there music on the tablet?",
            "Others bought\nNova Pad – tablet with music",
            "cable",
        ),
        # A limit on a line of its own limits all that its title names, and nothing above the title.
        (
            "Payment\n\nWe take cards.\n\nInstalments\nFrom 200 euros.\nInterest: 0 % for 3 months.\n"
            "Not for gift cards.\n\nInvoice\nOnly for known customers.",
            "Are there instalments from 200 euros?",
            "Instalments\nFrom 200 euros.|Not for gift cards.",
            "Invoice|known",
        ),
        # The state of all figures.
        (
            "Q1\nSold 410 units\n\nQ2\nSold 388 units\nReturns 30\n\nFigures for Q2 are preliminary.",
            "How many units were sold in Q2?",
            "Q2\nSold 388 units|preliminary",
            "Returns",
        ),
        # Codes with what they mean.
        (
            "Error codes\n\nE1\nDoor open\nE2\nNo water: check the tap\nE3\nFilter blocked",
            "What does E2 mean?",
            "E2\nNo water: check the tap",
            "E1|Door|Filter",
        ),
        # A change that comes last.
        (
            "Programme\n\nThe concert on 12 May is in the town hall.\nThe reading is cancelled.\n\n"
            "Newest change: because of water in the town hall, the concert moves to the school.",
            "Where is the concert on 12 May?",
            "in the town hall.|moves to the school",
            "reading",
        ),
        # A question with its answer below it, of several sentences and several people.
        (
            "How do you like the new office, Tom?\nIt's bright. And loud. I miss my desk.\n\nWhat would you "
            "change?\nSARA: Nothing. TOM: The coffee.",
            "coffee",
            "What would you change?|TOM: The coffee.",
            "bright",
        ),
        # A mail that tells to forget the one below.
        (
            "Dear Ms Novak,\n\nthe upgrade costs 120 euros per seat.\n\nPlease disregard my mail of "
            "yesterday.\n\nKind regards\nT. Brandt\n\n--- Original message ---\nFrom: T. Brandt\n"
            "Sent: Tuesday\nSubject: Seats\n\nThe old price was 90 euros. Training is free.",
            "Is the training free?",
            "Training is free.|disregard my mail",
            "90",
        ),
        # The running head of a page, with a number of another form.
        (
            "Art. 21\nLead-based coatings are forbidden in dwellings, schools and\n\nOfficial Journal"
            "                                L 114/23\n\nhospitals, save for listed buildings. Zinc is free.",
            "Are lead-based coatings forbidden in schools?",
            "schools and|hospitals, save for listed buildings.",
            "Zinc|Journal",
        ),
        # What a higher court did; what a later sentence changes; the same words with a denial.
        (
            "The High Court awarded damages to the plaintiff. The Court of Appeal reversed. It rested.",
            "Who awarded damages to the plaintiff?",
            "awarded damages|reversed",
            "rested",
        ),
        (
            "The API is free for up to 1,000 calls a month. Support costs 5 USD.\n\nAs of January the free "
            "tier is reduced to 500 calls.",
            "How many calls a month are free?",
            "1,000 calls|reduced to 500",
            "Support",
        ),
        (
            "Bases\n\nPodrán participar todas las personas mayores.\n\nNo podrán participar los empleados."
            "\n\nEl premio es un viaje.",
            "¿Podrán todas las personas mayores?",
            "todas las personas|los empleados",
            "viaje",
        ),
        # Lists in one line, each below its title.
        (
            "Allowed\n\nVegetables, fish, eggs, olive oil\n\nAvoid\n\nSugar, white flour, dairy (except "
            "cheese)\n\nIn moderation\n\nFruit, nuts, bread",
            "Is dairy or sugar good?",
            "Avoid\n\nSugar",
            "Allowed|Fruit",
        ),
        # Fields of a product, of which one comes twice, are no talk.
        (
            'Aero laptop\n\nDisplay: 14" IPS (touch on model T only)\nRAM: 16 GB, soldered for good\n'
            "Ports: two USB-C, one HDMI\nWeight: 1.2 kg with battery\n\nAero T\nSame as above, plus:\npen\n"
            "Weight: 1.3 kg with battery",
            "Is the display a touch display?",
            "Aero laptop|Display: 14",
            "Aero T",
        ),
        # What denies all of the sentence before; a question above a paragraph.
        (
            "A first castle is mentioned in 1142. Nothing of it remains. The mill is new.",
            "When is a first castle mentioned?",
            "1142. Nothing of it remains.",
            "mill",
        ),
        (
            "Who can apply?\n\nResidents of the city. Students enrolled at a local college, even if they "
            "live elsewhere.\n\nHow much is it?\n\nUp to 90 euros.",
            "students enrolled at a local college",
            "Who can apply?\n\nStudents enrolled",
            "How much",
        ),
        # A rule and its counterpart two sentences on; for whom it is different; what the truth is.
        (
            "Entry\n\nAdults pay 12.\nFree entry: under 18s, teachers with ID.\nLast entry at five.\n"
            "No free entry on event days.",
            "Do teachers with ID get in free?",
            "teachers with ID|No free entry",
            "five",
        ),
        (
            "Der neue Tarif gilt ab März. Für Bestandskunden ab Mai. Der Preis beträgt 29 Cent.",
            "Ab wann gilt der neue Tarif?",
            "ab März. Für Bestandskunden ab Mai.",
            "Cent",
        ),
        (
            '"We sold two million copies," the publisher claimed. The real figure is 300,000. It rained.',
            "How many copies were sold, as the publisher claimed?",
            "claimed. The real figure",
            "rained",
        ),
        # A list of times below its title.
        (
            "Schedule for Saturday (subject to change)\n\n14:00  Arrival\n15:00  Ceremony\n16:30  Drinks\n"
            "18:00  Dinner",
            "When is the ceremony?",
            "(subject to change)|15:00  Ceremony",
            "14:00",
        ),
        # A timetable: groups of lines of times.
        (
            "Ferry\n\nSummer (1 April to 31 October)\nLarn 8:00, 10:00, 14:00, 18:00\nHolm 9:00, 11:00, "
            "15:00, 19:00\n\nWinter (1 November to 31 March)\nLarn 8:00, 17:00\nHolm 9:00, 18:00",
            "When does it leave Holm in winter: 9:00, 18:00?",
            "Winter (1 November to 31 March)|Holm 9:00, 18:00",
            "Summer|14:00",
        ),
    ],
)
def test_a_part_comes_with_what_makes_it_true(text, question, present, absent):
    found = kept(text, question)
    assert all(one in found for one in present.split("|"))
    assert not any(one in found for one in absent.split("|") if one)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (
            "Rui: meeting in room 4\nBea: ok\nRui: correction: room 7\nBea: got it\nTia: lunch?\nRui: yes",
            "Where is the meeting?",
            "Rui: meeting in room 4\nRui: correction: room 7",
        ),
        (
            "Nils: we take the 8:15 train\nIda: ok\nNils: bring snacks\nIda: sure\n"
            "Nils: the 8:15 doesn't run on sundays",
            "Which train do we take?",
            "Nils: we take the 8:15 train\nNils: the 8:15 doesn't run on sundays",
        ),
        (
            "Lena: Beta ships on the 14th, right?\nOmar: Yes, 14th is confirmed\nPriya: QA needs "
            "two more days\nLena: Then let's push it to the 16th\nOmar: works for me\nPriya: great, thanks",
            "Does the beta ship on the 14th?",
            "Lena: Beta ships on the 14th, right?\nOmar: Yes, 14th is confirmed\nPriya: QA needs "
            "two more days\nLena: Then let's push it to the 16th",
        ),
        (
            "0:00 host: welcome back to the show\n0:06 amara: thank you very much\n0:08 host: is melatonin "
            "safe to take?\n0:13 amara: a few days are fine\n0:25 host: and for children",
            "Is melatonin safe?",
            "0:08 host: is melatonin safe to take?\n0:13 amara: a few days are fine",
        ),
        (
            "Mum: The key is under the blue pot.\nMum: sorry the GREEN pot\nLeo: ok\nLeo: and the pump?\n"
            "Mum: in the shed",
            "Where is the key?",
            "Mum: The key is under the blue pot.\nMum: sorry the GREEN pot",
        ),
        (
            "Ana: Is the bridge open?\nTom: Yes, since this morning.\nAna: Also for vans?\nTom: Only "
            "up to 7 t.\nLia: I like bikes.",
            "Is the bridge open?",
            "Ana: Is the bridge open?\nTom: Yes, since this morning.\nAna: Also for vans?\nTom: Only up "
            "to 7 t.",
        ),
    ],
)
def test_a_turn_comes_with_what_its_speaker_says_to_mend_it(turns, question, expected):
    assert kept(turns, question) == expected


@pytest.mark.parametrize(
    ("scale", "amount"),
    [
        ("Children enter free. Prices in NOK.", "Adults pay 289."),
        ("All amounts are for a half batch (8 rolls).", "Take 450 g flour."),
    ],
)
def test_what_all_figures_are_of_comes_with_each(scale, amount):
    """Also behind another sentence of its piece, with any currency, and in the cells of a page."""
    found = needed(f"It rained in Rome.\n\n{scale}\n\nThe house is old. {amount} Bring a friend.\n")
    assert any(need in scale and need.split()[0] in ("Prices", "All", "Children") for need in found[amount])
    rows = "<tr><th>Who</th><th>How much</th></tr><tr><td>Ann</td><td>450</td></tr>"
    page = f"<p>{scale}</p><table>{rows}</table>"
    assert any(need in scale for need in needed(page, "html")["Ann"])
