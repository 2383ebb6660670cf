"""What leans on other text comes out with it: answers, exceptions, pronouns, items, clauses, notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import needed

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.needs.connectives import LANGUAGES
from lingua_integrations.core.text.needs.discourse import (
    Leaning,
    _may_match,
    _patterns,
    asks,
    is_label,
    leaning,
)

WORDS = "cost parcel refund photo lease river tax drum fig kiwi lamp stone tram wolf yarn zinc".split()


def kept(text: str, question: str, rate: float = 0.3) -> str:
    """What BM25 keeps, at the least budget where the rate is too small."""
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    try:
        return "\n".join(compressor.compress([text], question=question, rate=rate).texts)
    except BudgetTooSmall as error:
        return "\n".join(compressor.compress([text], question=question, target_tokens=error.smallest).texts)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (
            "Cats are fine. Can I smoke on the balcony? Yes, if the door is closed. Rent is due in May. "
            "It rained.",
            "Can I smoke on the balcony?",
            "Can I smoke on the balcony? Yes, if the door is closed.",
        ),
        (
            "Is tea free?\nNo.\n\nDo you store my card?\nNo, we do not. Our partner does.\n\nIs the app "
            "free?\nYes.",
            "Is the app free?",
            "Is the app free?\nYes.",
        ),
        (
            "1. What is the deadline?\n\nThe first of May.\n\n2. Can it be extended?\n\nNo.\n\n3. Who "
            "decides?\n\nThe dean.",
            "Can it be extended?",
            "2. Can it be extended?\n\nNo.",
        ),
        (
            "Ibuprofen is taken with food. Paracetamol can be taken at night. It does not harm the stomach. "
            "Keep the pack away from children. The tablets are white.",
            "What harms the stomach?",
            "Paracetamol can be taken at night. It does not harm the stomach.",
        ),
        (
            "The tenant pays a deposit. The rent is due in May. This does not apply to public bodies. "
            "Dogs are forbidden. The garden is shared.",
            "When is the rent due?",
            "The rent is due in May. This does not apply to public bodies.",
        ),
        (
            "Der Mieter zahlt eine Kaution. Der Mieter darf Haustiere halten. Ausgenommen sind große Hunde. "
            "Die Miete ist im Mai fällig. Der Garten wird geteilt.",
            "Darf der Mieter Haustiere halten?",
            "Der Mieter darf Haustiere halten. Ausgenommen sind große Hunde.",
        ),
        (
            "犬を飼うことはできますか？いいえ。猫は大丈夫です。料金は月5万円です。契約期間は二年です。",
            "犬を飼うことはできますか？",
            "犬を飼うことはできますか？いいえ。猫は大丈夫です。",
        ),
        (
            "You may claim the credit only if:\n\n- your income is low,\n- you live alone, and\n- you "
            "ask in May.\n\n"
            "The credit is 500 euros.\n\nIt is paid in June. Nobody else gets one. The office is in Graz.",
            "May I claim it if I live alone?",
            "You may claim the credit only if:\n\n- your income is low,\n- you live alone, and\n- you "
            "ask in May.",
        ),
        (
            "2.1 The recipient shall keep the lamp secret.\n\n2.2 The fee is five euros.\n\n"
            "2.3 Clause 2.1 does not apply where the law asks for it.\n\n2.4 The river is cold.\n\n2.5 "
            "Wolves howl.",
            "Must the recipient keep the lamp secret?",
            "2.1 The recipient shall keep the lamp secret.\n\n2.3 Clause 2.1 does not apply where the "
            "law asks for it.",
        ),
        (
            "The vaccine is safe for women[^a]. The box must be kept cold.\n\nTwo doses are needed. The "
            "price is low.\n\n"
            "[^a]: Except in the first three months.\n[^b]: A page.",
            "Is the vaccine safe for women?",
            "The vaccine is safe for women[^a].\n\n[^a]: Except in the first three months.",
        ),
        (
            "- Prices for adults:\n\n  | Day | Price |\n  |-----|-------|\n  | Sun | 14 |\n\n"
            "- Prices for children:\n\n  | Day | Price |\n  |-----|-------|\n  | Sun | 7 |",
            "What is the price for children?",
            "- Prices for children:\n\n  | Day | Price |\n  |-----|-------|\n  | Sun | 7 |",
        ),
        (
            "<details>\n<summary>Does it work on a Mac?</summary>\n\nNo.\n\n</details>\n\n"
            "<details>\n<summary>Does it work on Windows?</summary>\n\nYes.\n\n</details>",
            "Does it work on Windows?",
            "Does it work on Windows?\n\nYes.",
        ),
        (
            "## Glossary\n\nEscrow\n: Money held by a third party.\n\nLien\n: A claim on property.\n: "
            "It ends with payment.",
            "What is a lien?",
            "## Glossary\n\nLien\n: A claim on property.",
        ),
        (
            "Results (in mg/dl)\n\n| Group | After |\n|---|---|\n| Men | 210* |\n| Women | 170 |\n\n\\* "
            "after a week",
            "What was it for men after?",
            "Results (in mg/dl)\n\n| Group | After |\n|---|---|\n| Men | 210* |\n\n\\* after a week",
        ),
        (
            "# all amounts in US cents\nid;name;amount\n1;Ann;1200\n2;Bob;900\n3;Cy;100\n4;Di;7700",
            "How much did Bob pay?",
            "# all amounts in US cents\nid;name;amount\n2;Bob;900",
        ),
        (
            "<table><tr><th>Team</th><th>Points</th></tr><tr><td colspan=2>Group "
            "A</td></tr><tr><td>Lions</td><td>3</td></tr>"
            "<tr><td colspan=2>Group B</td></tr><tr><td>Wolves</td><td>7</td></tr>"
            "<tr><td colspan=2>Without the last day</td></tr></table>",
            "How many points have the Wolves?",
            "Team | Points\nGroup B\nWolves | 7\nWithout the last day",
        ),
        (
            "See below. I do not agree.\n\n---- Forwarded message ----\nFrom: Kim <k@x.org>\nDate: Tue, "
            "5 May\n"
            "Subject: Pay\nTo: <all@x.org>\n\nSalaries will rise in June. Bonuses are cancelled.",
            "Will salaries rise?",
            "From: Kim <k@x.org>\nDate: Tue, 5 May\nSubject: Pay\nTo: <all@x.org>\n\n"
            "Salaries will rise in June.",
        ),
        (
            "[10:02] anna: is the server down?\n[10:03] bob: no\n[10:04] carl: did you delete the logs?\n"
            "[10:04] carl: the old ones\n[10:05] anna: yes\n[10:06] bob: lunch at noon",
            "Did you delete the logs?",
            "[10:04] carl: did you delete the logs?\n[10:04] carl: the old ones\n[10:05] anna: yes",
        ),
        (
            "1\n00:00:01,000 --> 00:00:03,000\nIt was dark.\n\n2\n00:00:07,000 --> 00:00:09,000\nWhere "
            "is the knife?\n\n"
            "3\n00:00:09,500 --> 00:00:12,000\nIn the river.\n\n4\n00:00:13,500 --> 00:00:14,000\nGood "
            "night.",
            "Where is the knife?",
            "2\n00:00:07,000 --> 00:00:09,000\nWhere is the knife?\n\n3\n00:00:09,500 --> 00:00:12,000\n"
            "In the river.",
        ),
        (
            "## Changing the blade\n\n> **Warning:** Unplug the saw first. Wear gloves.\n\n1. Loosen "
            "the nut.\n"
            "2. Lift the guard.\n3. Take out the blade.\n\n## Cleaning\n\nWipe with a dry cloth. "
            "Never use water.",
            "How do I take out the blade?",
            "## Changing the blade\n\n> **Warning:** Unplug the saw first. Wear gloves.\n\n3. Take "
            "out the blade.",
        ),
        (
            '"The bridge is old," said the mayor. "It was never checked," wrote an engineer. "I would '
            'not drive there." '
            "The firm did not reply. Others will ask. The river is cold.",
            "Who would drive there?",
            '"The bridge is old," said the mayor. "It was never checked," wrote an engineer. '
            '"I would not drive there."',
        ),
        (
            "Article 4. Le locataire peut sous-louer le logement.\n\nArticle 5. Le dépôt est d'un mois.\n\n"
            "Article 6. L'article 4 ne s'applique pas aux logements sociaux.\n\nArticle 7. Les chiens "
            "sont admis.",
            "Le locataire peut-il sous-louer le logement ?",
            "Article 4. Le locataire peut sous-louer le logement.\n\n"
            "Article 6. L'article 4 ne s'applique pas aux logements sociaux.",
        ),
        (
            "第一条 賃借人は犬を飼うことができる。ただし、大型犬を除く。\n\n"
            "第二条 賃料は毎月五日に支払う。\n\n第三条 敷金は二か月分とする。",
            "賃借人は犬を飼うことができるか",
            "第一条 賃借人は犬を飼うことができる。ただし、大型犬を除く。",
        ),
    ],
)  # fmt: skip
def test_it_comes_with_what_it_leans_on(text, question, expected):
    assert kept(text, question) == expected


def test_a_pronoun_needs_the_sentence_that_names_somebody():
    """And not all between: who "she" is does not change until somebody else is named."""
    text = (
        "Marie was a physicist of great fame. She was born in Warsaw in 1867. In 1891 she went to Paris. "
        "She met Pierre there in 1894. He taught physics at a school. She took over his chair. "
        "Paul stayed at home in Rome. He wrote letters to her."
    )
    found = needed(text)
    assert found["In 1891 she went to Paris."] == {"Marie was a physicist of great fame."}
    assert found["He taught physics at a school."] == {"She met Pierre there in 1894."}
    assert found["She took over his chair."] == {"Marie was a physicist of great fame."}
    assert found["He wrote letters to her."] == {"Paul stayed at home in Rome."}
    assert not found["Paul stayed at home in Rome."]


@pytest.mark.parametrize(
    ("limited", "limit"),
    [
        ("Keeps the source files.", "Has no effect together with -n."),
        ("It takes a path.", "Cannot be a folder."),
        ("A ticket costs 14 euros.", "However, pupils come in for three."),
        ("Pensioners pay nothing, and need no ticket.", "But the tower costs three euros."),
    ],
)
def test_what_limits_a_sentence_comes_with_it(limited, limit):
    """A sentence without a subject, or one that begins with "but" after a figure or a denial."""
    found = needed(f"It rained in Rome. {limited} {limit} The house is old.")
    assert limit in found[limited]
    assert limited in found[limit]


@pytest.mark.parametrize("sentence", ["Will Smith came.", "May 3 is free.", "Is that so?", "Can you swim?"])
def test_what_is_no_sentence_without_a_subject(sentence):
    assert leaning(sentence, "en") == (Leaning.NOT, "")


def test_the_lines_of_a_field_need_its_name():
    """reST's fields: what stands behind the first sentence, or below it, is about the same argument."""
    found = needed(
        "open\n====\n\n:param str path: of a socket. Ignored on Windows.\n"
        ":param int tries: how often after an error;\n    others are not tried again\n"
        ":param bool check: or not\n"
    )
    assert ":param str path: of a socket." in found["Ignored on Windows."]
    assert ":param int tries: how often after an error;" in found["others are not tried again"]
    assert found[":param bool check: or not"] == {"open\n===="}


def test_a_page_of_sentences_that_lean_on_one_another_is_no_one_unit():
    found = needed(
        "Go home now. "
        + " ".join(f"But the {word} is {number} years old." for number, word in enumerate(WORDS))
    )
    assert sum(not needs for needs in found.values()) >= len(WORDS) // 5


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("No animals may be kept.", "en", Leaning.NOT),
        ("No, it cannot.", "en", Leaning.LAST),
        ("In 2020 it was 3 million.", "en", Leaning.NAMES),
        ("(2) This does not apply to shops.", "en", Leaning.LIMITS),
        ("Das Haus ist alt.", "de", Leaning.NOT),
        ("Dies gilt nicht für Wohnungen.", "de", Leaning.LIMITS),
        ("Il y a un chat.", "fr", Leaning.NOT),
        ("Il est parti.", "fr", Leaning.NAMES),
        ("Il contratto dura un anno.", "it", Leaning.NOT),
        ("Sin embargo, termina antes.", "es", Leaning.LAST),
        ("Ele saiu.", "pt", Leaning.NAMES),
        ("Однако он ушёл.", "ru", Leaning.LAST),
        ("ただし、倉庫には適用されません。", "ja", Leaning.LIMITS),
        ("然而，他走了。", "zh", Leaning.LAST),
        ("그러나 그는 떠났다.", "ko", Leaning.LAST),
        ("لكن يمكن إنهاؤه.", "ar", Leaning.LAST),
        ("הוא עזב.", "he", Leaning.NAMES),
        ("वह चले गए।", "hi", Leaning.NAMES),
        ("It is.", "xx", Leaning.NOT),
    ],
)
def test_what_a_sentence_leans_on(sentence, language, expected):
    assert leaning(sentence, language)[0] is expected


def test_questions_and_labels():
    assert (
        asks('"Is it open?" ')
        and asks("開いていますか？")
        and asks("هل هو مفتوح؟")
        and not asks("It is open.")
    )
    assert is_label("A1.") and is_label("**Step 2:**") and not is_label("Stop it.")
    assert len(read("A1. Two years. Batteries are not covered.")) == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PARIS, May 3 - The mayor resigned. She said no.\n\nCritics were glad. They sang.", "text"),
        ("10:02 anna: is it down?\n10:03 bob: no it is not\n10:04 anna: ok then", "chat"),
        ("10:02 sshd: started\n10:03 sshd: stopped\n10:04 cron: started", "log"),
        ("Limits\n------\n\n| a | b |\n|---|---|\n| 1 | 2 |", "text"),
    ],
)
def test_a_kind_is_what_the_whole_text_is(text, kind):
    assert kind_of(text) == kind


names = st.sampled_from(["Anna", "Peter", "Ruth"])
words = st.sampled_from(WORDS)
rates = st.sampled_from([0.15, 0.3, 0.5, 0.8])


@st.composite
def stories(draw):
    """Sentences that each have a number, and for each the numbers of those that it must come with."""
    said: list[str] = []
    wants: list[set[int]] = []
    for number in range(draw(st.integers(2, 12))):
        sort = draw(st.sampled_from(["named", "named", "he", "but", "not", "asks"])) if number else "named"
        thing = f"{draw(words)} {draw(words)} number {number}"
        said.append({
            "named": f"{draw(names)} saw the {thing}.",
            "he": f"He saw the {thing}.",
            "but": f"However, the {thing} was old.",
            "not": f"This does not apply to the {thing}.",
            "asks": f"Who saw the {thing}?",
        }[sort])  # fmt: skip
        asked = said[number - 1].endswith("?") if number else False
        wants.append({number - 1} if number and (asked or sort in ("but", "not")) else set())
        if sort == "not":
            wants[number - 1].add(number)
        if asked:
            wants[number - 1].add(number)
    return said, wants


@given(story=stories(), question=words, rate=rates)
def test_nothing_comes_without_what_it_leans_on(story, question, rate):
    """An answer has its question and a question its answer, an exception its rule and the rule it."""
    said, wants = story
    if len(said) > 3 and sum(one.startswith(("However", "This")) for one in said) > 2:
        return  # a long chain is cut, as another test says
    out = kept(" ".join(said), question, rate)
    came = {number for number, sentence in enumerate(said) if sentence in out}
    for number in came:
        assert wants[number] <= came, out


@given(
    items=st.lists(st.tuples(words, words).map(" ".join), min_size=2, max_size=6, unique=True),
    bullet=st.sampled_from(["-", "({})", "{}."]),
    lead=st.sampled_from(["You get it if:", "You get it from us at the office only in case that"]),
    question=words,
    rate=rates,
)
def test_a_sentence_that_is_set_as_a_list_is_one(items, bullet, lead, question, rate):
    """All of its items, with what leads to them, or none: its conditions are met together."""
    marks = [bullet.format("abcdef"[n] if "(" in bullet else n + 1) for n in range(len(items))]
    ends = [*[";"] * (len(items) - 2), "; and", "."]
    lines = [f"{mark} the {item}{end}" for mark, item, end in zip(marks, items, ends, strict=True)]
    listed = "\n".join(lines)
    out = kept(
        f"# A\n\nThe sky is blue here.\n\n# B\n\n{lead}\n\n{listed}\n\n# C\n\nThe sea is green.",
        question,
        rate,
    )
    came = [line in out for line in lines]
    assert all(came) or not any(came), out
    assert not came[0] or lead in out


EXCEPT = "Except at the market, where they cost more."
ASKED = "Ann: Is it out? I ask.\nBob: One moment please.\nBob: 👍\nCid: Lunch at noon?\nAnn: At one, I think."
PAGES = "Name   Old  New\nNorth  111  211\nSouth  311  411\n\nPage 2\n\n"
ROWS = "West   511  611\nEast   711  811\nIsle   911  101\n"


@pytest.mark.parametrize(
    ("text", "unit", "other"),
    [
        (f"Drinks:\n\n- Tea: 3\n- Fig juice: 4\n\n{EXCEPT}\n\nWe close at five.", "- Tea: 3", EXCEPT),
        (f"Drinks\n\n| a | b |\n|---|---|\n| Tea | 3 |\n\n{EXCEPT}\n\nWe close.", "| Tea | 3 |", EXCEPT),
        (
            "Critics say it is slow. A test found that untrue.",
            "Critics say it is slow.",
            "A test found that untrue.",
        ),
        (ASKED, "Bob: One moment please.", "Bob: 👍"),
        (PAGES + ROWS, "West   511  611", "Name   Old  New"),
    ],
)
def test_what_limits_or_names_many_comes_with_each(text, unit, other):
    assert other in needed(text)[unit]


def test_a_relative_clause_is_no_main_clause():
    """A sentence with a main clause of its own limits nothing; one that goes on with "where" does."""
    assert leaning(EXCEPT, "en")[0] is Leaning.LIMITS
    assert leaning("Except in May, the shop is open daily.", "en")[0] is Leaning.NOT


def test_a_table_of_its_own_has_no_head_of_another():
    text = PAGES.replace("Page 2", "It rained a lot in May.") + ROWS
    assert "Name   Old  New" not in needed(text)["West   511  611"]


TESTED = "Smith claims that A works. However, Jones shows that its data leaked. It rained in May."
TRIAL = (
    "Stroke occurred in 11 of the control group. It was rare in women. "
    "A correction of this article was published: the control group had 14 strokes."
)
KEYED = "1. What makes ATP?\n\n2. True or false: all are harmful.\n\nAnswer key\n1 B\n2 False\n"
TARIFFS = "Prices until May (old)\n\nPower\nBasic fee: 12 EUR\nUnit price: 3 ct\n\nAll prices without VAT.\n"
SHOTS = "Text: It was cold.\nLabel: bad\n\nText: It was fun.\nLabel: good\n\nText: I left.\nLabel: bad\n"


@pytest.mark.parametrize(
    ("text", "unit", "others"),
    [
        (TESTED, "Smith claims that A works.", {"However, Jones shows that its data leaked."}),
        (TRIAL, "Stroke occurred in 11 of the control group.", {TRIAL[TRIAL.index("A corr") :]}),
        ("Alto paid 4. Berg paid 5. The former won.", "The former won.", {"Alto paid 4.", "Berg paid 5."}),
        (KEYED, "2. True or false: all are harmful.", {"2 False"}),
        (KEYED, "2 False", {"2. True or false: all are harmful.", "Answer key"}),
        (TARIFFS, "Basic fee: 12 EUR", {"Power", "Prices until May (old)", "All prices without VAT."}),
        (SHOTS, "Text: It was fun.", {"Label: good"}),
        ("# May\n\n09:00 In\n10:00 Talk: A\n\n# June\n\n09:00 Talk: B\n11:00 End\n", "11:00 End", {"# June"}),
    ],
)  # fmt: skip
def test_what_is_said_of_it_elsewhere_comes_along(text, unit, others):
    assert others <= needed(text)[unit]


@given(
    st.lists(
        st.sampled_from(
            "But but not Not in In May it This (a) 2. — Aber nicht davon Nothing of this except Except , the "
            "The former where they cost more. Ja, No. And then? no longer 但是 不行 это Но Er sie > *".split()
        ),
        min_size=1,
        max_size=7,
    ),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_no_pattern_is_lost_by_the_first_word(words, language):
    sentence = " ".join(words)
    matching = {kind for kind, pattern in _patterns(language) if pattern.match(sentence)}
    assert matching <= {kind for kind, _ in _may_match(sentence, language)}
