"""What PDF files are turned into: columns beside each other, running heads, notes below tables and pages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import needed

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.needs.captions import limits_values, note_mark

LEFT = """We recruited eighty adults from two
clinics in Oslo. The treatment group
received 25 mg of zinc every evening
for eight weeks. The control group
received a placebo. Neither group nor
doctors knew who received what.""".split("\n")
RIGHT = """Our results support the use of zinc
in younger adults. They do not sup-
port its use in children, who were
not studied here. Longer trials are
needed before it is recommended to
anybody else, as the authors say.""".split("\n")
COLUMNS = "\n".join(f"{left:<42}{right}" for left, right in zip(LEFT, RIGHT, strict=True))


def kept(text, question, rate=0.05):
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    try:
        return compressor.compress([text], question=question, rate=rate).texts[0]
    except BudgetTooSmall as error:
        return compressor.compress([text], question=question, target_tokens=error.smallest).texts[0]


@pytest.mark.parametrize(
    "around", ["", "A Title That Is Longer Than One Column Of This Page Could Ever Be\n\n"]
)
def test_a_sentence_of_one_column_has_no_words_of_the_other(around):
    text = around + COLUMNS
    assert kind_of(text) == "text"
    found = ["The treatment group", "received 25 mg of zinc every evening", "for eight weeks."]
    assert kept(text, "What did the treatment group receive every evening?").splitlines() == found
    # "They" says something only with the sentence before.
    both = [
        "Our results support the use of zinc",
        "in younger adults. They do not sup-",
        "port its use in children, who were",
    ]
    assert kept(text, "May children use it?").splitlines() == [*both, "not studied here."]


@given(
    st.lists(st.sampled_from(["zinc", "sleep", "it", "a", "trial."]), min_size=60, max_size=120),
    st.integers(2, 6),
)
def test_columns_keep_every_word_in_its_column(words, gap):
    half = len(words) // 2
    rows = [" ".join(f"l{n}{word}" for n, word in enumerate(words[:half])), " ".join(words[half:])]
    left, right = ([row[n : n + 30] for n in range(0, len(row), 30)] for row in rows)
    text = "\n".join(f"{one:<{30 + gap}}{other}" for one, other in zip(left, right, strict=False))
    units = read(text)
    assert "".join("".join(units.strings()).split()) == "".join(text.split())


@pytest.mark.parametrize("mark", ["\f", ""])
def test_a_sentence_goes_on_over_the_edge_of_a_page(mark):
    pages = [
        "The tenant may extend the lease by giving notice at least",
        "six months before its end. Dogs are allowed.",
    ]
    pages += ["Rent is 2,400 euro. It is due on the third day.", "The keys are to be returned."]
    text = f"\n\n{mark}".join(
        f"ACME Ltd    Lease 4411\n\n{page}\n\nPage {n} of 4" for n, page in enumerate(pages, 1)
    )
    assert kept(text, "How long before its end must the tenant give notice?", 0.3).split("\n\n") == [
        "The tenant may extend the lease by giving notice at least",
        "six months before its end.",
    ]
    out = kept(text, "ACME Lease Page 3", 0.3)
    assert out.count("ACME") <= 1 and "Page" not in out  # the first one is a title


def test_a_footnote_comes_with_what_refers_to_it():
    text = "The margin was 12.4%.¹\n\nSales rose by 3%.²\n\n¹ Without the sale of land.\n² At constant rates.\n\nIt rained."
    assert kept(text, "What was the margin?") == "The margin was 12.4%.¹\n\n¹ Without the sale of land."


@pytest.mark.parametrize(
    "note",
    [
        "Figures in thousands of dollars.",
        "All amounts exclude VAT.",
        "Prices before tax",
        "(In millions, except per share data)",
        "Alle Preise zzgl. MwSt.",
        "Les montants sont en milliers d'euros.",
        "Percentages may not add up to 100 because of rounding.",
        "Note: preliminary.",
        "excluding VAT",
        "Unaudited.",
    ],
)  # fmt: skip
def test_what_limits_the_values_of_a_table_comes_with_its_rows(note):
    assert note_mark(note) == ""
    text = f"| Fruit | Price |\n|---|---|\n| fig | 9 |\n| pear | 2 |\n| kiwi | 5 |\n\n{note}\n\nWe sell fruit. It is fresh."
    assert kept(text, "What does a pear cost?") == f"| Fruit | Price |\n|---|---|\n| pear | 2 |\n\n{note}"
    columns = f"Fruit      June    July\nfig           9      10\npear          2       3\nkiwi          5       7\n{note}"
    assert kept(columns, "pear") == f"Fruit      June    July\npear          2       3\n{note}"


@pytest.mark.parametrize(
    "line",
    ["In 2019 it rained.", "The price rose because of the war, and so we left.", "Costs", "Before he left, she sang.",
     "Data centres need power.", "Rates of interest rose."],
)  # fmt: skip
def test_what_is_no_note(line):
    assert not limits_values(line)


def test_titles_and_units_above_a_table_come_with_its_rows():
    text = "Table 3. Revenue\n\n(in millions)\n\n|  | 2019 | 2018 |\n|---|---|---|\n| Tax | 1 | 2 |\n| Rent | 3 | 4 |\n| Fees | 5 | 6 |"
    assert kept(text, "Rent") == text.replace("| Tax | 1 | 2 |\n", "").replace("\n| Fees | 5 | 6 |", "")
    text = "INCOME\n(in millions)\n\n" + "\n".join(
        ["             2019     2018", "Tax             1        2", "Rent            3        4"]
    )
    assert kept(text, "Rent", 0.4) == text.replace("Tax             1        2\n", "")


def test_rows_below_an_empty_head_have_the_first_row():
    text = "| | | |\n|---|---|---|\n| Name | Team | City |\n| Ann | Core | Berlin |\n| Bob | Web | Paris |\n| Cy | Data | Rome |"
    assert kept(text, "Bob") == "| | | |\n|---|---|---|\n| Name | Team | City |\n| Bob | Web | Paris |"


@pytest.mark.parametrize(
    "line",
    [
        "x      y\n",
        "\f\nPage 1\n\n" + "It rained. " * 40,
        "¹ a¹\n\n",
        "one two three four    one two three four\n",
    ],
)
def test_time_is_linear(line):
    text = line * (100_000 // len(line))
    start = time.process_time()
    read(text, "text")
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("head", "rows", "row"),
    [
        (
            "Goods           Weight         Fee\nImports         up to 10 t     120 EUR\n"
            "Imports         above 10 t     240 EUR",
            "\n\nPage 7\n\nAnnex II Fees (continued)\n\nExports         up to 10 t      80 EUR\n",
            "Exports         above 10 t     160 EUR",
        ),
        (
            "| Goods | Weight | Fee |\n|---|---|---|\n| Imports | above 10 t | 240 EUR |",
            "\n\n*Table 4 continued from previous page*\n\n| Exports | up to 10 t | 80 EUR |\n",
            "| Exports | above 10 t | 160 EUR |",
        ),
    ],
)
def test_a_few_rows_that_go_on_below_an_edge_need_the_head(head, rows, row):
    text = f"Annex II Fees\n\n{head}{rows}{row}\n\nPage 8\n\nForm A is used for imports."
    found = needed(text)[row]
    assert any(head.startswith(need) and "Fee" in need for need in found)
    assert not any("Form A" in need for need in found)
