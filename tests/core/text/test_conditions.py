"""Sentences, clauses, rows and items come with what holds for them, wherever the text says it."""

from __future__ import annotations

import pytest
from outputs import needed

from lingua_integrations import CompressionConfig, MustKeep, PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

VISA = "You need a visa. Exempt are children. Apply in May. In urgent cases, June is enough. Pay first."
GRILL = "Grillen ist untersagt. Mit Elektrogrill ist es erlaubt. Ruhe gilt ab zehn Uhr."
GOODS = "Towar można zwrócić w sklepie w ciągu dwóch tygodni."
POLISH = f"{GOODS} Nie dotyczy to gier komputerowych. Dziś pada."
OPPOSITE = "A second study came to the opposite conclusion."
RENT = "3.1 The rent is 9.\n\n3.2 It includes heating, but not the items of 3.4.\n\n3.4 Water and power.\n"
LATE = "3.3 Whoever is late pays 5, see 7.2.\n\n7.1 Dogs may stay.\n\n7.2 Clause 3.3 is suspended.\n"
LETTERS = "(b) You may withdraw.\n\n(c) You have 30 days.\n\n4.3 Paragraph (b) does not apply to maps.\n"
DECISION = "# ADR 7\n\nStatus: superseded by ADR 12\n\n## Decision\n\nWe use a queue.\n"
LIMITS = "# Limits\n\nAll limits are per hour.\n\n- Free plan\n  - Requests: 100\n"
STEPS = "Method\n\n1. Beat the eggs.\n2. Boil the lemon juice.\n3. Pour it over the cake.\n"
LAB = "Test   Result  Unit\nSugar  126     mg\nIron   6.1     mmol\n  haemolysed, repeat\nZinc   140     mg\n"
SUMS = "\n".join(
    ["| R | Q | P |", "|-|-|-|", "| **N** | | |", "| b | 3 | 4 |", "| **S** | | |", "| **Total** | 4 | 6 |"]
)
DRUGS = "| Drug | Dose |\n|---|---|\n| A¹ | 5 |\n| C² | 2 |\n\n¹ not in May\n² withdrawn in 2022\n"
HEAD = "NAME   READY  AGE"
PODS = f"{HEAD}\nweb-1  1/1    2d\nweb-2  0/1    2h\n\nNAMESPACE: test\n\n{HEAD}\nweb-1  0/1    5m\n"
EVENTS = (
    "It waits for a node.\n\nEvents:\n  Type  Age  Message\n  ----  ---  -------\n  Warn  2m   backs off\n"
)
EXAM = "I. Written (60 %)\n   A. Essay\n      i. 900 words\nII. Oral (40 %)\n   A. Talk\n      i. no books\n"
MENU = "Monday\n● Lentil soup\n○ contains nuts\n● Beef stew\n○ contains celery\n"
RULES = "第3条\n次の行為を禁止します。\n・譲渡\n次の行為は禁止しません。\n・引用\n・印刷\n"
LETTER = "Candidates:\nMs Okoye\nMs Liu\nThe election is on 20 June, not on the 13th.\n"
PATIENTS = "Patient: Ann\nTakes: tea\nAllergies: none\n\nPatient: Ben\nTakes: insulin\nAllergies: bees\n"


@pytest.mark.parametrize(
    ("text", "unit", "others"),
    [
        (VISA, "You need a visa.", {"Exempt are children."}),
        (VISA, "Apply in May.", {"In urgent cases, June is enough."}),
        (GRILL, "Grillen ist untersagt.", {"Mit Elektrogrill ist es erlaubt."}),
        ("它每人可借十本书。研究生除外。期刊不外借。", "它每人可借十本书。", {"研究生除外。"}),
        (POLISH, GOODS, {"Nie dotyczy to gier komputerowych."}),
        (f"It was safe. {OPPOSITE}", "It was safe.", {OPPOSITE}),
        (RENT, "3.4 Water and power.", {"3.2 It includes heating, but not the items of 3.4."}),
        (LATE, "3.3 Whoever is late pays 5, see 7.2.", {"7.2 Clause 3.3 is suspended."}),
        (LETTERS, "(b) You may withdraw.", {"4.3 Paragraph (b) does not apply to maps."}),
        (DECISION, "We use a queue.", {"Status: superseded by ADR 12"}),
        (LIMITS, "- Requests: 100", {"All limits are per hour."}),
        (STEPS, "3. Pour it over the cake.", {"2. Boil the lemon juice."}),
        (LAB, "Iron   6.1     mmol", {"haemolysed, repeat"}),
        (DRUGS, "| C² | 2 |", {"² withdrawn in 2022"}),
        (PODS, "web-1  0/1    5m", {"NAMESPACE: test", HEAD}),
        (EVENTS, "Warn  2m   backs off", {"Type  Age  Message\n  ----  ---  -------"}),
        (EXAM, "i. no books", {"A. Talk"}),
        (EXAM, "A. Talk", {"II. Oral (40 %)"}),
        (MENU, "○ contains celery", {"● Beef stew", "Monday"}),
        (RULES, "・印刷", {"次の行為は禁止しません。"}),
    ],
)  # fmt: skip
def test_it_needs_what_holds_for_it(text, unit, others):
    assert others <= needed(text)[unit]


@pytest.mark.parametrize(
    ("text", "unit", "other"),
    [
        (SUMS, "| **Total** | 4 | 6 |", "| **S** | | |"),
        (EXAM, "A. Talk", "I. Written (60 %)"),
        (RULES, "・印刷", "次の行為を禁止します。"),
        (LETTER, "The election is on 20 June, not on the 13th.", "Candidates:"),
        (DRUGS, "| C² | 2 |", "¹ not in May"),
        ("Apply in May. In general, it rains.", "Apply in May.", "In general, it rains."),
        (DECISION.replace("superseded", "accepted"), "We use a queue.", "Status: accepted by ADR 12"),
    ],
)
def test_it_needs_nothing_of_others(text, unit, other):
    assert other not in needed(text)[unit]


def test_the_fields_of_one_thing_come_together():
    assert needed(PATIENTS).keys() == set(PATIENTS.strip().split("\n\n"))


def test_an_item_that_was_broken_is_one():
    broken = "(ii) software, if the seal was\n          broken by you."
    text = f"(b) You may withdraw.\n\n4.3 It does not apply to:\n    (i) maps;\n    {broken}\n"
    assert broken in needed(f"{text}\n4.4 Returns\nThe buyer bears the cost of the return.\n")


OPTION = "--limit=N  at most N files;\n                   0 means all"
HELP = f"Usage: sync [options]\n\nOther options:\n  -v, --verbose  say more\n      {OPTION}\n"


def test_an_option_comes_with_its_lines_and_the_name_of_its_group():
    assert needed(HELP)[OPTION] == {"Other options:"}


def test_the_first_of_keys_that_are_explained_is_no_head():
    keys = "Formats:\n\n  %a   the mode in octal\n  %b   the number of blocks\n  %n   the name\n"
    assert needed(keys)["%b   the number of blocks"] == {"Formats:"}


def test_an_underlined_heading_above_an_outline_is_one():
    news = (
        "tool 1.4\n========\n\nFixes:\n\n• Build:\n  · on macOS\n  · on BSD\n\ntool 1.3\n========\n\n• New\n"
    )
    assert "tool 1.4\n========" in needed(news)["· on macOS"]


def test_a_text_with_commands_in_it_is_no_code():
    answer = "To read more of it, use the page that the manual names below:\n\n   if [ -f a ]; then\n   fi\n"
    assert kind_of("1. How do I do that?\n\n" + answer * 3) == "text"


@pytest.mark.parametrize("kind", ["options", "outline", "record", "scenarios"])
@pytest.mark.parametrize(
    "text", ["X", "It rained. We stayed.\n\n- a\n", "|", "-v\n--all\n", "1.\n(a)\n\n: \n"]
)
def test_a_kind_that_a_text_is_not_loses_nothing(kind, text):
    inside = "".join(read(text, kind).strings())
    assert not set(text.replace(" ", "").replace("\n", "")) - set(inside)


@pytest.mark.parametrize("text", [" \u0308$12.", "a \u0308$12. b", "(a)\n \u0308b\n"])
@pytest.mark.parametrize("kind", ["text", "asciidoc", "log", "prose", "outline"])
def test_white_space_that_bears_a_mark_stays_with_it(text, kind):
    units = read(text, kind)
    assert all(text[start] != "\u0308" for start in units.starts)


def test_what_must_stay_keeps_what_it_closes():
    keep = CompressionConfig(must_keep=MustKeep(rules=("names",)), target_tokens=2)
    compressor = PromptCompressor(config=keep, counter=lambda text: len(text.split()))
    (out,) = compressor.compress(["</ul>—</1>s <>Dr"]).texts
    assert "Dr" in out


def test_an_item_with_a_bullet_of_several_sentences_needs_its_first():
    first = "• It opens a path that was closed to all of the users of this machine for many years."
    more = [f"Ann Berg wrote the part of it with the number {n}, and Bo Lind read it." for n in range(5)]
    found = needed(f"Changes:\n\n{' '.join([first, *more])}\n\n• It closes one.\n")
    assert all(first in found[one] for one in more)


def test_conditions_of_one_name_are_no_records_of_xml():
    rule = "<match><test><a>1</a></test><test><b>2</b></test><edit>no</edit></match>"
    assert rule in needed(f"<rules>{rule}<match><edit>yes</edit></match></rules>")


def test_short_modules_of_python_are_python():
    assert (
        kind_of(
            "import a, b\nimport c as d\n\ncodec = a.get('x')\n\nclass Codec(b.Codec):\n    e = codec.e\n"
        )
        == "python"
    )
    table = "\n".join(f"    '\\\\x0{n}'   #  0x0{n} -> CONTROL" for n in range(9))
    assert (
        kind_of(f"import a\n\nclass B(a.B):\n    def f(self):\n        return 1\n\ntable = (\n{table}\n)\n")
        == "python"
    )
