"""Texts of which a part says something that the whole does not: what must not come without what.

Each case is a text, a question, and pairs: where the first of a pair comes out, so must the second.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A text, what is asked of it, and which part is untrue without which other."""

    text: str
    question: str
    pairs: tuple[tuple[str, str], ...]


CASES: dict[str, Case] = {
    "impersonal": Case(
        "The museum was founded in 1902 by a grocer. It rained on the first day. It is known that the roof leaks. "
        "Tickets cost nine euros. Dogs wait outside.",
        "Does the roof leak?",
        (),
    ),
    "legal exception": Case(
        "7.1 The tenant pays the rent in advance.\n\n7.2 The tenant shall not sublet the flat. Subletting one room to "
        "relatives is allowed with written consent. The landlord answers within two weeks.\n\n7.3 The heating runs from "
        "October to April. The tenant reads the meter.\n\n7.4 The garden is shared.",
        "May the tenant sublet the flat?",
        (("shall not sublet", "is allowed with written consent"), ("answers within two weeks", "7.2")),
    ),
    "void if": Case(
        "The warranty covers the motor for five years. Void if the seal is broken. The colour is grey. The cable is "
        "two metres long. The plug fits all sockets in Europe.",
        "How long does the warranty cover the motor?",
        (("covers the motor", "Void if"),),
    ),
    "only where": Case(
        "Members may bring one guest to the pool. Only where the guest is over eighteen. The pool opens at nine. "
        "Towels are at the desk. The café sells soup.",
        "May members bring a guest?",
        (("bring one guest", "Only where"),),
    ),
    "however not": Case(
        "Employees may work from home on Fridays. However, staff of the laboratory may not. Lunch is at noon. The "
        "canteen serves two dishes. Parking is behind the house.",
        "Who may work from home?",
        (("may work from home", "However, staff"),),
    ),
    "update": Case(
        "# Free parking\n\nParking in the yard is free for visitors. The gate opens at seven. Cars stay at their "
        "owners' risk.\n\nUpdate: parking in the yard is no longer free.\n\n# Food\n\nThe canteen serves two dishes. "
        "Soup is on Mondays.",
        "Is parking in the yard free?",
        (("is free for visitors", "no longer free"),),
    ),
    "edit in a thread": Case(
        "**anna** wrote:\n\nSet `workers=0` and the crash goes away. I tried it on two machines.\n\nEDIT: this does not "
        "help on version 5, sorry.\n\n**bob** wrote:\n\nThanks, I will look. The log is empty here. My machine is old.",
        "How do I make the crash go away?",
        (("Set `workers=0`", "does not help"),),
    ),
    "struck": Case(
        "Opening hours:\n\n- ~~Monday 9 to 5~~\n- Tuesday 9 to 5\n- Wednesday 9 to 1\n- Thursday closed\n\nThe shop sells "
        "tea. The owner is from Graz.",
        "When is it open on Monday?",
        (("Monday 9 to 5", "~~Monday 9 to 5~~"),),
    ),
    "correction": Case(
        "The bridge is 240 metres long. It was opened in 1931. Trams cross it. Correction: an earlier version said that "
        "the bridge is 240 metres long; it is 204 metres long. The river is wide. Boats wait below.",
        "How long is the bridge?",
        (("is 240 metres long. ", "Correction:"),),
    ),
    "claim and denial": Case(
        "Critics claim that the vaccine causes fever in most children. This is false. The study had 900 patients. It "
        "lasted two years. A nurse kept the list.",
        "Does the vaccine cause fever in children?",
        (("Critics claim", "This is false"),),
    ),
    "hypothesis": Case(
        "Suppose the dam breaks at night. The lower town is under water within an hour. The bridge is lost. Nobody can "
        "leave by car.\n\nThe dam was built in 1954. It is checked each spring. The lower town has 4,000 people.",
        "Is the lower town under water?",
        (("is under water", "Suppose the dam"), ("bridge is lost", "Suppose the dam")),
    ),
    "myth and fact": Case(
        "Myth: Goldfish forget everything after three seconds.\nFact: Goldfish remember feeding times for months.\n\n"
        "Myth: Bats are blind.\nFact: Bats see well and hear better.\n\nThe zoo has forty bats. They sleep by day.",
        "Are bats blind?",
        (("Bats are blind", "Bats see well"), ("Goldfish forget", "Goldfish remember")),
    ),
    "quiz": Case(
        "1. Which city is the capital of Australia?\nA) Sydney\nB) Canberra\nC) Melbourne\nD) Perth\nAnswer: B\n\n"
        "2. Which river is the longest in Europe?\nA) Danube\nB) Rhine\nC) Volga\nD) Elbe\nAnswer: C",
        "What is the capital of Australia? Sydney",
        (("A) Sydney", "Answer: B"), ("D) Perth", "B) Canberra"), ("Which city", "Answer: B")),
    ),
    "true or false": Case(
        "True or false: Antibiotics help against a cold.\nFalse.\n\nTrue or false: Honey spoils within a year.\nFalse.\n\n"
        "True or false: Salt is a mineral.\nTrue.\n\nThe test takes ten minutes.",
        "Do antibiotics help against a cold?",
        (("Antibiotics help", "False."),),
    ),
    "not allowed list": Case(
        "The following are NOT allowed on the balcony:\n\n- charcoal grills\n- bicycles\n- satellite dishes\n\nThe following "
        "are allowed:\n\n- flower pots\n- one table\n\nThe rent is due in May.",
        "Are charcoal grills allowed on the balcony?",
        (("charcoal grills", "NOT allowed"),),
    ),
    "former and latter": Case(
        "The kit has a copper pipe and a plastic pipe. For drinking water only the latter may be used. The kit weighs two "
        "kilos. The box is blue. Screws are in the bag.",
        "Which pipe may be used for drinking water?",
        (("only the latter", "copper pipe and a plastic"),),
    ),
    "scale": Case(
        "Annual report\n\nAll amounts in millions of euros unless otherwise stated.\n\nThe year was mild. Shops opened in "
        "three towns.\n\nSales reached 412. Wages rose to 95. Rent stayed at 31.\n\nThe board thanks all staff. The next "
        "report comes in May.",
        "How high were the sales?",
        (("Sales reached 412", "in millions of euros"),),
    ),
    "fahrenheit": Case(
        "All temperatures in Fahrenheit.\n\nHeat the oven well ahead. Use the middle shelf.\n\nBread bakes at 400. Cakes "
        "bake at 325. Meringue dries at 200.\n\nLet everything cool on a rack. Eat the bread on the same day.",
        "At what temperature does bread bake?",
        (("Bread bakes at 400", "Fahrenheit"),),
    ),
    "definition": Case(
        "1. “Day” means a day on which banks in Oslo are open.\n\n2. “Fee” means 300 euros before tax.\n\n3. The seller "
        "delivers the goods within five Days of the order.\n\n4. The buyer checks the goods. The buyer pays the Fee at "
        "once.\n\n5. Snow and strikes excuse delay.",
        "When does the seller deliver the goods?",
        (("within five Days", "banks in Oslo"), ("pays the Fee", "before tax")),
    ),
    "diary": Case(
        "3 May 1911\n\nWe reached the hut at noon. The dogs were tired.\n\n5 May 1911\n\nSnow all day. We stayed in the tent and "
        "ate the last biscuits.\n\n9 May 1911\n\nThe sledge broke. We walked on to the coast.",
        "When did the sledge break?",
        (("The sledge broke", "9 May 1911"), ("last biscuits", "5 May 1911")),
    ),
    "play": Case(
        "MARTA\nWho opened the safe?\n\nTOM\nNot me. I was in the garden.\n\nMARTA\nThen it was Ivo.\n\nIVO\nI never had the "
        "key.\n\nTOM\nLet us ask the cook.",
        "Who opened the safe? I was in the garden.",
        (("I was in the garden", "TOM"), ("never had the key", "IVO")),
    ),
    "play with stops": Case(
        "ANNA. The letter is gone.\nPIET. I burned nothing. Ask the maid.\nANNA. She left on Monday.\nPIET. Then the post "
        "took it.\nANNA. The post never comes here.",
        "Who burned the letter?",
        (("I burned nothing", "PIET"), ("Ask the maid", "PIET")),
    ),
    "inline reply": Case(
        "Hi Jo,\n\n> Is the ladder safe for two people?\n\nNo.\n\n> Can I paint it?\n\nYes, after sanding.\n\n> Who checks it?\n\n"
        "The caretaker does that in May.\n\nBest, Al",
        "Is the ladder safe for two people?",
        (("Is the ladder safe", "No."),),
    ),
    "minutes overruled": Case(
        "# Minutes of 3 May\n\nItem 1: The committee decided to close the library on Sundays. Ms Oke was against.\n\nItem 2: The "
        "roof is repaired in June.\n\nItem 3: Tea was served.\n\n# Minutes of 9 June\n\nItem 1: The roof is done.\n\nItem 2: The "
        "decision to close the library on Sundays was reversed.\n\nItem 3: A new chair was bought.",
        "Is the library closed on Sundays?",
        (("decided to close the library", "was reversed"),),
    ),
    "dosage": Case(
        "Adults: take two tablets every four hours. Do not exceed eight tablets in a day. Keep the pack dry. The tablets "
        "are white. Tell your doctor about other drugs.",
        "How many tablets do adults take?",
        (("two tablets every four hours", "Do not exceed"),),
    ),
    "not for": Case(
        "The syrup may be given three times a day. Not for children under two. It tastes of cherry. The bottle holds 100 "
        "ml. Shake it well.",
        "How often may the syrup be given?",
        (("three times a day", "Not for children"),),
    ),
    "retracted paper": Case(
        "The drug halves the risk of stroke. The trial ran in nine countries. Doses were small. This article was retracted "
        "in 2019. The journal is monthly.",
        "Does the drug halve the risk of stroke?",
        (("halves the risk", "was retracted"),),
    ),
    "subtitles of a denial": Case(
        "1\n00:00:01,000 --> 00:00:03,000\nIs the water safe to drink?\n\n2\n00:00:03,500 --> 00:00:04,000\nNo.\n\n3\n00:00:06,000 "
        "--> 00:00:09,000\nBoil it for ten minutes.\n\n4\n00:00:11,000 --> 00:00:13,000\nThe well is old.\n",
        "Is the water safe to drink?",
        (("Is the water safe", "No."),),
    ),
    "slack": Case(
        "mia  10:02 AM\nCan we delete the old tables?\n\nsam  10:05 AM\nPlease don't.\n\nmia  10:06 AM\nok\n\nsam  10:11 AM\nThe "
        "report reads them every night.\n",
        "Can we delete the old tables?",
        (("delete the old tables", "Please don't"),),
    ),
    "chat taken back": Case(
        "[09:00] lea: the meeting is at three\n[09:02] ken: fine\n[09:10] lea: scratch that, the meeting is at four\n[09:11] ken: "
        "ok\n[09:30] lea: bring the plans\n[09:31] ken: which plans?",
        "When is the meeting?",
        (("at three", "scratch that"),),
    ),
    "faq": Case(
        "Can I wash it?\n\nOnly by hand, and never above 30 degrees.\n\nCan I iron it?\n\nNo.\n\nDoes it shrink?\n\nA little.",
        "Can I iron it?",
        (("Can I iron it?", "No."),),
    ),
    "announced": Case(
        "The mayor announced that the tram would run in 2021. It never did. The tracks cost 40 million. Trees were cut. A "
        "court case goes on.",
        "When did the tram run?",
        (("would run in 2021", "never did"),),
    ),
    "dream": Case(
        "If taxes were abolished, every family would have 900 euros more. But they are not. The budget is balanced. The "
        "minister left in May.",
        "How much more would every family have?",
        (("If taxes were abolished", "But they are not"),),
    ),
    # German
    "de impersonal": Case(
        "Das Museum gehört der Stadt. Es gibt zwölf Säle. Es regnete am ersten Tag. Die Karte kostet neun Euro.",
        "Wie viele Säle gibt es?",
        (),
    ),
    "de law": Case(
        "§ 1 Der Mieter darf einen Hund halten. Große Hunde sind nur mit Zustimmung erlaubt. Der Vermieter antwortet "
        "binnen zwei Wochen.\n\n§ 2 Die Miete ist im Mai fällig. Sie wird überwiesen.\n\n§ 3 Der Garten wird geteilt.",
        "Darf der Mieter einen Hund halten?",
        (("darf einen Hund halten", "nur mit Zustimmung"), ("binnen zwei Wochen", "§ 1")),
    ),
    "de correction": Case(
        "Die Brücke ist 240 Meter lang. Sie wurde 1931 eröffnet. Korrektur: Die Brücke ist nur 204 Meter lang. Der Fluss ist "
        "breit. Boote warten.",
        "Wie lang ist die Brücke?",
        (("ist 240 Meter lang", "Korrektur:"),),
    ),
    "de claim": Case(
        "Kritiker behaupten, der Impfstoff mache krank. Das ist falsch. Die Studie dauerte zwei Jahre. Eine Pflegerin führte "
        "die Liste.",
        "Macht der Impfstoff krank?",
        (("mache krank", "Das ist falsch"),),
    ),
    "de but": Case(
        "Kinder dürfen das Becken benutzen. Allerdings nur in Begleitung. Das Bad öffnet um neun. Handtücher gibt es am "
        "Eingang. Suppe gibt es mittags.",
        "Dürfen Kinder das Becken benutzen?",
        (("dürfen das Becken", "Allerdings nur"),),
    ),
    "de quiz": Case(
        "1. Welche Stadt ist die Hauptstadt Australiens?\na) Sydney\nb) Canberra\nc) Perth\nLösung: b\n\n2. Welcher Fluss ist der "
        "längste Europas?\na) Donau\nb) Rhein\nc) Wolga\nLösung: c",
        "Welche Stadt ist die Hauptstadt Australiens? Sydney",
        (("a) Sydney", "Lösung: b"),),
    ),
    "de diary": Case(
        "3. Mai 1911\n\nWir erreichten die Hütte am Mittag.\n\n5. Mai 1911\n\nDen ganzen Tag Schnee. Wir blieben im Zelt.\n\n9. Mai 1911\n\n"
        "Der Schlitten brach. Wir gingen zu Fuß weiter.",
        "Wann brach der Schlitten?",
        (("Der Schlitten brach", "9. Mai 1911"),),
    ),
    "de units": Case(
        "Alle Beträge in Tausend Euro.\n\nDas Jahr war mild. Drei Läden kamen dazu.\n\nDer Umsatz stieg auf 412. Die Löhne stiegen "
        "auf 95.\n\nWir danken allen. Der nächste Bericht kommt im Mai.",
        "Auf wie viel stieg der Umsatz?",
        (("stieg auf 412", "in Tausend Euro"),),
    ),
    # French
    "fr impersonal": Case(
        "Le musée appartient à la ville. Il pleut souvent dans la salle rouge. Il est interdit de fumer. Le billet coûte neuf euros.",
        "Est-il interdit de fumer ?",
        (),
    ),
    "fr except": Case(
        "Les chiens sont admis dans le parc. Sauf le dimanche. Le parc ouvre à neuf heures. Le café vend de la soupe. Le jardin "
        "est grand.",
        "Les chiens sont-ils admis dans le parc ?",
        (("chiens sont admis", "Sauf le dimanche"),),
    ),
    "fr false": Case(
        "On dit souvent que les poissons oublient tout. C'est faux. Le zoo compte quarante espèces. Le billet coûte neuf euros.",
        "Les poissons oublient-ils tout ?",
        (("oublient tout", "C'est faux"),),
    ),
    "fr however": Case(
        "Les salariés peuvent travailler chez eux le vendredi. Toutefois, le personnel du laboratoire ne le peut pas. Le repas est à "
        "midi. Le parking est derrière.",
        "Qui peut travailler chez soi ?",
        (("peuvent travailler chez eux", "Toutefois"),),
    ),
    "fr update": Case(
        "Le stationnement est gratuit dans la cour. La porte ouvre à sept heures. Mise à jour : le stationnement n'est plus gratuit. "
        "La soupe est servie le lundi.",
        "Le stationnement est-il gratuit ?",
        (("est gratuit dans la cour", "n'est plus gratuit"),),
    ),
    # Spanish
    "es except": Case(
        "Los socios pueden traer un invitado. Salvo los domingos. La piscina abre a las nueve. El café vende sopa. Las toallas están "
        "en la entrada.",
        "¿Pueden los socios traer un invitado?",
        (("pueden traer un invitado", "Salvo los domingos"),),
    ),
    "es false": Case(
        "Algunos afirman que la vacuna enferma. Eso es falso. El estudio duró dos años. Una enfermera llevaba la lista.",
        "¿La vacuna enferma?",
        (("la vacuna enferma", "Eso es falso"),),
    ),
    "es correction": Case(
        "El puente mide 240 metros. Se abrió en 1931. Corrección: el puente mide 204 metros. El río es ancho. Los barcos esperan.",
        "¿Cuánto mide el puente?",
        (("puente mide 240", "Corrección:"),),
    ),
    # Japanese
    "ja question": Case(
        "この水は飲めますか。いいえ。井戸は古いです。煮沸は十分間です。村には店があります。",
        "この水は飲めますか",
        (("飲めますか", "いいえ"),),
    ),
    "ja false": Case(
        "ワクチンで病気になると言う人がいる。これは誤りだ。研究は二年続いた。看護師が名簿を作った。費用は高い。",
        "ワクチンで病気になるか",
        (("病気になる", "誤りだ"),),
    ),
    "ja but": Case(
        "社員は金曜日に在宅で働ける。しかし、研究室の社員は働けない。昼食は正午だ。駐車場は裏にある。食堂は二階だ。",
        "社員は在宅で働けるか",
        (("在宅で働ける", "しかし、研究室"),),
    ),
    # Chinese
    "zh question": Case(
        "这水能喝吗？不能。井很旧。要煮十分钟。村里有商店。路很远。",
        "这水能喝吗",
        (("能喝吗", "不能"),),
    ),
    "zh false": Case(
        "有人说疫苗会让人生病。这是错误的。研究持续了两年。护士记录了名单。费用很高。",
        "疫苗会让人生病吗",
        (("让人生病", "这是错误的"),),
    ),
    "zh latter": Case(
        "套件里有铜管和塑料管。饮用水只能用后者。套件重两公斤。盒子是蓝色的。螺丝在袋子里。",
        "饮用水能用哪种管",
        (("只能用后者", "铜管和塑料管"),),
    ),
    # Korean, Russian, Arabic, Hindi, Thai, Portuguese, Italian, Dutch
    "ko but": Case(
        "직원은 금요일에 집에서 일할 수 있다. 그러나 연구실 직원은 할 수 없다. 점심은 정오이다. 주차장은 뒤에 있다. 식당은 이층이다.",
        "직원은 집에서 일할 수 있나",
        (("집에서 일할 수 있다", "그러나 연구실"),),
    ),
    "ru but": Case(
        "Сотрудники могут работать дома по пятницам. Однако сотрудники лаборатории не могут. Обед в полдень. Стоянка за домом. "
        "Столовая на втором этаже.",
        "Кто может работать дома?",
        (("могут работать дома", "Однако сотрудники"),),
    ),
    "ru false": Case(
        "Многие утверждают, что вакцина вредна. Это неправда. Исследование длилось два года. Список вела медсестра.",
        "Вредна ли вакцина?",
        (("вакцина вредна", "Это неправда"),),
    ),
    "ar except": Case(
        "يجوز للمستأجر تربية كلب. باستثناء الكلاب الكبيرة. يدفع الإيجار في مايو. الحديقة مشتركة. المصعد جديد.",
        "هل يجوز للمستأجر تربية كلب؟",
        (("تربية كلب", "باستثناء"),),
    ),
    "hi but": Case(
        "किरायेदार कुत्ता रख सकता है। लेकिन बड़े कुत्ते मना हैं। किराया मई में देना है। बगीचा साझा है। लिफ़्ट नई है।",
        "क्या किरायेदार कुत्ता रख सकता है?",
        (("कुत्ता रख सकता है", "लेकिन बड़े"),),
    ),
    "hi false": Case(
        "कुछ लोग कहते हैं कि टीका बीमार करता है। यह गलत है। अध्ययन दो साल चला। सूची नर्स ने बनाई।",
        "क्या टीका बीमार करता है?",
        (("टीका बीमार करता है।", "यह गलत है"),),
    ),
    "th question": Case(
        "น้ำนี้ดื่มได้ไหม ไม่ได้ บ่อน้ำเก่ามาก ต้องต้มนานสิบนาที หมู่บ้านมีร้านค้า",
        "น้ำนี้ดื่มได้ไหม",
        (("ดื่มได้ไหม", "ไม่ได้"),),
    ),
    "th condition": Case(
        "หากมีอาการแพ้ ให้หยุดใช้ทันที ยาเม็ดมีสีขาว เก็บยาไว้ในที่เย็น ผู้เช่าเลี้ยงแมวได้ เว้นแต่ห้องเล็ก",
        "ให้หยุดใช้เมื่อไร",
        (("ให้หยุดใช้ทันที", "หากมีอาการแพ้"), ("เลี้ยงแมวได้", "เว้นแต่ห้องเล็ก")),
    ),
    "pt but": Case(
        "Os sócios podem trazer um convidado. No entanto, aos domingos não podem. A piscina abre às nove. O café vende sopa.",
        "Os sócios podem trazer um convidado?",
        (("podem trazer um convidado", "No entanto"),),
    ),
    "it false": Case(
        "Molti dicono che il vaccino fa ammalare. È falso. Lo studio è durato due anni. Un'infermiera teneva l'elenco.",
        "Il vaccino fa ammalare?",
        (("fa ammalare", "È falso"),),
    ),
    "nl except": Case(
        "Honden mogen in het park. Behalve op zondag. Het park opent om negen uur. Het café verkoopt soep. De tuin is groot.",
        "Mogen honden in het park?",
        (("mogen in het park", "Behalve op zondag"),),
    ),
    "legal definition cites": Case(
        "4.1 The supplier repairs faults free of charge. Faults caused by misuse are excluded.\n\n4.2 Subject to clause 4.1, repairs "
        "take ten days.\n\n4.3 The supplier keeps spare parts.\n\n4.4 Notices are sent by post.",
        "How long do repairs take?",
        (("repairs take ten days", "free of charge"), ("free of charge", "are excluded")),
    ),
    "outdated page": Case(
        "> This page is outdated.\n\n# Install\n\nRun the installer as root. Restart the machine. Choose the large disk.\n\n# Use\n\nOpen "
        "the menu. Press start.",
        "How do I run the installer?",
        (("Run the installer", "outdated"),),
    ),
    "fiction": Case(
        "In the novel, the king dies in 1790. The queen flees to Spain. Their son becomes a baker.\n\nIn fact the king died in 1801. "
        "The archive holds his letters.",
        "When did the king die?",
        (("The queen flees", "In the novel"),),
    ),
    "poll": Case(
        "What is the boiling point of the mix?\n(a) 60 °C\n(b) 78 °C\n(c) 95 °C\nCorrect answer: (b)\n\nName one use of the mix.\nThe lab "
        "opens at nine. Wear goggles.",
        "What is the boiling point of the mix? 60 °C",
        (("(a) 60", "(b) 78"), ("(a) 60", "Correct answer")),
    ),
    "answer key below": Case(
        "1. Who wrote the hymn?\nA. Holt\nB. Meyer\nC. Ruiz\n\n2. When was it first sung?\nA. 1801\nB. 1833\nC. 1850\n\nAnswers: 1. C, 2. B",
        "Who wrote the hymn? Holt",
        (("A. Holt", "Answers: 1. C"),),
    ),
    "time of day in front": Case(
        "김민수 [오전 9:02]\n이번 배포는 목요일 오후 3시에 진행합니다\n이지은 [오전 9:05]\nQA는 끝났나요?\n김민수 [오전 9:06]\n내일 끝나요\n"
        "박서준 [오전 9:40]\n결제 모듈에서 버그 하나 나왔어요\n김민수 [오전 10:15]\n그럼 다음 주 화요일 오전으로 미룰게요\n최유리 [오전 11:00]\n점심 같이 드실 분?",
        "배포는 언제 하나요?",
        (("목요일 오후 3시", "김민수 [오전 9:02]"), ("목요일 오후 3시", "미룰게요")),
    ),
    "kakao": Case(
        "[김민수] [오전 9:02] 이번 배포는 목요일 오후 3시에 진행합니다\n[이지은] [오전 9:05] QA는 끝났나요?\n[김민수] [오전 9:06] 내일 끝나요\n"
        "[박서준] [오전 9:40] 버그 하나 나왔어요\n[김민수] [오전 10:15] 그럼 배포는 화요일 오전으로 미룰게요\n[이지은] [오전 10:16] 점심 같이 드실 분?",
        "배포는 언제 하나요?",
        (("목요일 오후 3시", "미룰게요"),),
    ),
    "line": Case(
        "2026/05/04(月)\n09:02\t田中\t集合は駅前に8時です\n09:05\t佐藤\t了解です\n09:10\t田中\tごめん、やっぱり9時にしよう\n09:12\t佐藤\t助かる\n"
        "09:15\t鈴木\tお昼はどうする？\n09:16\t田中\t駅弁で",
        "集合は何時ですか",
        (("8時です", "9時にしよう"),),
    ),
    "american date": Case(
        "[5/4/2026 9:02 AM] Ines Roth\nThe offer went to Hartmann on Thursday.\n[5/4/2026 9:30 AM] Olaf Berg\nGreat. Any answer yet?\n"
        "[5/4/2026 2:11 PM] Ines Roth\nThey accept the offer.\n[5/4/2026 2:12 PM] Olaf Berg\nI will tell the others.\n[5/5/2026 8:45 AM] "
        "Kim Vo\nDo we need the form?\n[5/5/2026 8:50 AM] Ines Roth\nYes, legal has it.",
        "Who accepts the offer?",
        (("They accept", "[5/4/2026 2:11 PM] Ines Roth"),),
    ),
    "derogation from a titled article": Case(
        "Article 4. Usage\nLe locataire peut sous-louer le logement avec l'accord écrit du bailleur.\nLe locataire entretient le "
        "chauffe-eau.\n\nArticle 5. Dépôt\nLe dépôt est de deux mois de loyer.\n\nArticle 6. Dérogations\nPar dérogation à l'article 4, "
        "toute sous-location est interdite en été.\nLe chauffage est collectif.",
        "Le locataire peut-il sous-louer le logement ?",
        (("peut sous-louer", "interdite en été"),),
    ),
    "periods of two clauses": Case(
        "8.1 The prices in Schedule 2 apply.\n\n8.2 The supplier must give 30 days' notice of a price increase.\n\n8.3 The customer may "
        "leave within 14 days.\n\n9.1 Invoices are due in May.\n\n11.1 Where Schedule 4 applies, the periods in clauses 8.2 and 8.3 are "
        "doubled.\n\n11.2 Irish law governs.",
        "How much notice must the supplier give of a price increase?",
        (("30 days' notice", "are doubled"), ("within 14 days", "are doubled")),
    ),
    "back to an item": Case(
        "Minutes, 14 April\n\nItem 3: Opening hours\nThe motion on longer opening hours was adopted with 41 votes to 30.\n\n"
        "Item 4: Fees\nThe fee rises to 60 EUR.\n\nItem 5: Other business\nProxies had been counted twice under item 3.\nThe votes were "
        "counted again: 33 to 36.\nThe chair declared the motion lost.\n\nItem 6: Next meeting\n8 September.",
        "Was the motion on longer opening hours adopted?",
        (("was adopted", "declared the motion lost"), ("was adopted", "Item 3"), ("declared the motion lost", "Item 5")),
    ),
    "arabic articles": Case(
        "المادة 3: ساعات العمل\nساعات العمل ثماني ساعات في اليوم.\n\nالمادة 4: العمل لدى الغير\nيجوز للعامل العمل لدى جهة أخرى.\n"
        "ويشترط في جميع الأحوال إذن كتابي.\n\nالمادة 5: الإجازات\nللعامل إجازة سنوية مدتها 21 يوما.",
        "هل يجوز للعامل العمل لدى جهة أخرى؟",
        (("يجوز للعامل", "إذن كتابي"), ("يجوز للعامل", "المادة 4")),
    ),
    "kono kagiri": Case(
        "返品送料は当店が負担します。セール品による返品は、この限りではありません。領収書はマイページから印刷できます。配送は2日かかります。",
        "返品送料は誰が負担しますか。",
        (("当店が負担", "この限り"),),
    ),
    "signs of two tables": Case(
        "Feriale\nStazione   San Marco   Fiesole\n12:10      12:18       12:38\n23:10 *    23:18       23:38\n\nFestivo\n"
        "Stazione   San Marco   Fiesole\n08:00      08:08       08:28\n21:30 +    21:38       21:58\n\n* solo venerdì\n"
        "+ non si effettua da novembre a marzo\n\nBiglietto 1,70 euro.\nLe biciclette non sono ammesse.",
        "A che ora parte l'ultimo autobus per Fiesole? 21:58",
        (("21:30 +", "+ non si effettua"), ("23:10 *", "* solo venerdì")),
    ),
    "overrides of toml": Case(
        '[tool.mypy]\npython_version = "3.11"\nstrict = true\n\n[[tool.mypy.overrides]]\nmodule = "store.legacy.*"\nstrict = false\n'
        'ignore_errors = true\n\n[tool.ruff]\nline-length = 100\n\n[tool.pytest]\naddopts = "-q"',
        "Is strict false?",
        (("strict = false", 'module = "store.legacy.*"'),),
    ),
    "profile of spring": Case(
        "server:\n  port: 8080\n---\nspring:\n  config:\n    activate:\n      on-profile: staging\n  datasource:\n    url: jdbc:h2:stage\n"
        "---\nspring:\n  config:\n    activate:\n      on-profile: production\n  datasource:\n    url: jdbc:h2:prod\nserver:\n  port: 443\n",
        "Which datasource url is used?",
        (("jdbc:h2:stage", "on-profile: staging"), ("jdbc:h2:prod", "on-profile: production")),
    ),
    "service that failed": Case(
        "● backup.service - Nightly backup\n     Loaded: loaded (/etc/systemd/system/backup.service; enabled)\n     Active: failed (Result: "
        "exit-code) since Tue 02:14:09 UTC\n    Process: 8123 ExecStart=/usr/local/bin/backup (status=28)\n        CPU: 2min 9s\n\n"
        "Mar 03 02:00:07 host backup[8123]: mounting /mnt/vault\nMar 03 02:00:09 host backup[8123]: backup running, 14 volumes\n"
        "Mar 03 02:09:41 host backup[8123]: volume 9 done",
        "Is the backup running?",
        (("backup running", "Active: failed"), ("Active: failed", "backup.service")),
    ),
    "connection lost": Case(
        "2026-05-02T10:00:02Z payment  INFO  connected to broker kafka-1:9092\n2026-05-02T10:00:02Z order    INFO  connected to broker "
        "kafka-1:9092\n2026-05-02T10:00:05Z mail     INFO  started\n2026-05-02T10:04:11Z payment  WARN  heartbeat missed\n"
        "2026-05-02T10:04:21Z payment  ERROR lost connection, broker unreachable\n2026-05-02T10:06:00Z order    INFO  order 552 placed\n"
        "2026-05-02T10:07:00Z mail     INFO  sent 14 mails\n2026-05-02T10:08:00Z order    INFO  order 553 placed",
        "Is payment connected to the broker?",
        (("payment  INFO  connected", "ERROR lost connection"),),
    ),
    "index rebuilt": Case(
        "10:00:01 [search] ERROR index of products is corrupt\n10:00:02 [web] INFO page served\n10:00:04 [search] INFO index of products "
        "rebuilt\n10:00:05 [web] INFO page served again\n10:00:09 [mail] INFO sent 3 mails\n10:00:11 [mail] INFO sent 5 mails",
        "Is the index of products corrupt?",
        (("is corrupt", "rebuilt"),),
    ),
    "changed since": Case(
        "The door code is 4711. It was changed on Friday. The new one is with the porter. Parking is behind the house. The garden is large.",
        "What is the door code?",
        (("is 4711", "was changed on Friday"),),
    ),
    "de changed since": Case(
        "Der Türcode ist 4711. Er wurde am Freitag geändert. Den neuen hat die Pforte. Parken kann man hinter dem Haus. Der Garten ist groß.",
        "Wie lautet der Türcode?",
        (("ist 4711", "am Freitag geändert"),),
    ),
    "ja changed since": Case(
        "ドアの暗証番号は4711です。金曜日に変更されました。新しい番号は受付にあります。駐車場は裏です。庭は広いです。",
        "ドアの暗証番号は何ですか",
        (("4711です", "変更されました"),),
    ),
    "only some of them": Case(
        "Dogs are welcome in our garden. Inside, only guide dogs are allowed. Breakfast is served from seven. The garden is large.",
        "Are dogs welcome?",
        (("welcome in our garden", "only guide dogs"),),
    ),
    "newer mail on top": Case(
        "From: Pieter de Vries\nTo: Sales\nSubject: Re: Delivery\n\nThe yard at Havenweg is shut. Deliver at Kade 18.\nAll else stays.\n\n"
        "> From: Sales\n> Subject: Delivery\n>\n> We deliver on Friday between 8 and 12.\n> The driver will call.\n>\n"
        ">> From: Pieter de Vries\n>> Subject: Delivery\n>>\n>> The address for the delivery is Havenweg 3, Rotterdam.\n>> The order is six pallets.",
        "What is the address for the delivery?",
        (("delivery is Havenweg 3", "is shut"), ("delivery is Havenweg 3", "Kade 18")),
    ),
    "not confirmed": Case(
        "10:15 Auf dem Lager brach ein Feuer aus.\n10:40 Nach ersten Angaben wurden 12 Menschen verletzt.\n11:05 Achtzehn Wagen sind "
        "vor Ort.\n11:30 Die Straße ist gesperrt.\n12:10 Die Zahl von zwölf Verletzten hat sich nicht bestätigt, vier Menschen kamen in die "
        "Klinik.\n12:45 Das Feuer ist unter Kontrolle.\n13:20 Es ist gelöscht.\n14:30 Die Straße ist wieder frei.",
        "Wie viele Menschen wurden verletzt?",
        (("12 Menschen verletzt", "nicht bestätigt"),),
    ),
    "set anew by a profile": Case(
        "app:\n  cache:\n    ttl: 600\n    size: 1000\n  mail:\n    host: smtp.corp\n---\nspring:\n  config:\n    activate:\n      on-profile: "
        "test\napp:\n  cache:\n    ttl: 1\n---\nspring:\n  config:\n    activate:\n      on-profile: prod\napp:\n  mail:\n    host: mx.corp\n",
        "What is the cache ttl?",
        (("ttl: 600", "    ttl: 1"), ("ttl: 600", "on-profile: test"), ("smtp.corp", "mx.corp")),
    ),
    "back to a punt": Case(
        "Notulen 3 maart\n\nPunt 4: Website\nHet voorstel voor de website is aangenomen met 22 stemmen.\n\nPunt 5: Contributie\nDe contributie "
        "blijft 80 euro.\n\nPunt 6: Rondvraag\nDe penningmeester komt terug op punt 4: het geld is er niet.\nHet besluit wordt aangehouden "
        "tot juni.\n\nPunt 7: Sluiting\nDe vergadering sluit om 22:00.",
        "Is het voorstel voor de website aangenomen?",
        (("is aangenomen", "aangehouden tot juni"),),
    ),
}  # fmt: skip
