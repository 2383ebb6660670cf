"""Writes docs/kinds.md, what becomes of each kind of text: `python benchmarks/kinds.py`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lingua_integrations import BudgetTooSmall, CompressionConfig, Context, PromptCompressor

PAGE = Path(__file__).parent.parent / "docs" / "kinds.md"
INTRODUCTION = """# Kinds of text

A reader must not conclude from the compressed text what the original did not say. A text is therefore not simply cut into sentences.
Its kind is detected from its content, taken from the file name or MIME type in a document's metadata, or set with `Context(kind=...)`.
Each kind is cut into units, and each unit names the units that it *needs*:

| Unit | Needs |
|---|---|
| a line | its heading, marked as one or not |
| a list item | its lead-in |
| a table row | the header of its table |
| a statement | the headers of its blocks, and the early exits before it |
| a changed line of a diff | its hunk and file |
| a value | its keys |
| a continuation line | its first line |
| an answer | its question |
| a sentence that begins with "it", "this" or "however" | the sentence before it, which says what is meant |
| a rule | its exception |
| a sentence that is taken back later | its correction |
| a figure | the scale that is stated once ("all amounts in millions") |
| a defined term | its definition |
| an option of a quiz | its question and the solution |
| an entry of a diary | its date |
| a directive of a configuration | its block, section, stage or target |
| an element of XML | the elements around it |
| a setting that is commented out | the setting that holds |
| a setting that is set again, a row that is changed later | the value that holds in the end |
| a part of a template | the directives that say when it is shown |
| an exception | its causes |
| a diagnosis of a compiler | its place and its file |
| somebody's claim | the statement that contradicts it |
| a sentence of a quotation | the marks `>` of its line |
| a quoted question or proposal | the reply |
| a step or a result | its scenario, job or test group |
| an item of an outline | the items above it, whatever their marks |
| a choice of a form | the question and all choices |
| half of a sentence, cut by a page or a blank line | the other half |
| a further consequence of a condition | the condition |
| source code below a directive of reST or two colons | the directive, and the sentence above |
| a sentence that leaves something out ("Students pay half.") | the sentence before |
| a plan in a chat | the turn that changes it |
| the discussion of a subject in minutes | the decision on it |

If a question asks for the largest, smallest, first or last value of a table, the rows that hold it are kept as well. If it names a
column but no row, the row with the total is kept.

A unit is kept only together with what it needs. A unit that exists only to be needed, such as a heading, is never kept alone.

In HTML, the text is kept, one line for each block and bars between the cells of a row; tags are removed, except those of headings. In
source code, `...` or a comment with three dots marks the statements that were left out of a function. JSON stays JSON.
`CompressionConfig(gap_marker="[… {lines} lines left out]")` marks gaps: in JSON as an element or a member, and in YAML, TOML, SQL, XML, CSV and
source code as a comment, so that the text still parses. By default, only tool results have such marks.

Units that are not relevant to the question are left out even if the budget has room for them. `floor` sets the lowest relevance, as a
share of the distance between the mean of a call's units and the best one; `floor=None` fills the budget. If the most relevant unit does
not fit the budget, that is an error, which names the smallest budget that works. Adapters pass on the smallest result that works, with a
warning.

A text of 3,000 or more lines of at most a dozen characters is read in runs of lines, so that it takes no longer than other texts. A
paragraph of as many sentences of that length is read in runs of sentences. `Context(kind=...)` has every line read by itself.

Below, each text is shown before and after `extractive-bm25`, with the question and the rate. `python benchmarks/kinds.py` writes this
page.
"""


class Example(NamedTuple):
    """A text of a kind, and what is asked of it."""

    title: str
    question: str
    rate: float
    text: str
    kind: str | None = None


EXAMPLES = [
    Example(
        "Markdown",
        "How do I report a lost parcel?",
        0.4,
        "## Refunds\n\nWe pay back within 30 days.\n\n## Lost parcels\n\nTell us within a week. We search for it.\n\n"
        "## Damaged goods\n\nSend a photo. You get a new one.",
    ),
    Example(
        "Lists",
        "May I have coffee on the bench?",
        0.5,
        "These are fine:\n\n- tea\n- juice\n\nThese are forbidden:\n\n- coffee on the bench\n- wine",
    ),
    Example(
        "reST",
        "Which version dropped Python 3.8?",
        0.5,
        "Changes\n=======\n\n3.0\n---\n\n* Python 3.8 was dropped.\n* A new parser.\n\n2.9\n---\n\n* Python 3.13 was added.",
    ),
    Example(
        "Python",
        "What does the total include?",
        0.75,
        "class Order:\n    def refund(self, amount):\n        if amount > self.paid:\n            raise ValueError(amount)\n"
        "        self.paid -= amount\n        self.log('refund')\n        return self.paid\n\n    def total(self):\n"
        "        if not self.items:\n            return 0\n        return sum(self.items) + self.shipping",
        "python",
    ),
    Example("CSV", "What does a fig cost?", 0.4, "id,fruit,price\n1,apple,3.5\n2,pear,2.1\n3,fig,9.9\n4,kiwi,0.5"),
    Example(
        "Tables",
        "How many people live in Basel?",
        0.6,
        "| City | Population |\n|---|---|\n| Zurich | 443,037 |\n| Geneva | 209,061 |\n| Basel | 176,401 |\n| Bern | 137,995 |",
    ),
    Example(
        "HTML",
        "What do children pay?",
        0.3,
        "<h2>Prices</h2><ul class='list'><li><b>Adults</b>: 12 EUR</li><li><b>Children</b>: 6 EUR</li></ul>"
        "<h2>Parking</h2><p>Parking is free.</p><script>track()</script>",
    ),
    Example(
        "JSON",
        "Which stock does the lamp have?",
        0.5,
        '{"status": "ok", "items": [{"name": "chair", "stock": 4}, {"name": "lamp", "stock": 0}, {"name": "desk", "stock": 9}]}',
    ),
    Example(
        "Test runs",
        "What is wrong with the sum?",
        0.5,
        "===== test session starts =====\ncollected 4 items\n\ntests/test_a.py::test_name PASSED\n"
        "tests/test_a.py::test_sum FAILED\n\n===== FAILURES =====\n_____ test_sum _____\n"
        ">       assert add(2, 2) == 5\nE       assert 4 == 5\n_____ test_date _____\n"
        "E       assert 2026 == 2025\n===== 2 failed, 2 passed in 0.42s =====",
    ),
    Example(
        "Logs",
        "Why was the request refused?",
        0.5,
        "10:00:01 INFO server started\n10:00:07 ERROR request refused\n    Traceback: PermissionError: /etc/x\n10:00:09 INFO stopped",
    ),
    Example(
        "Diffs",
        "Which timeout was changed?",
        0.6,
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n import os\n-timeout = 3\n+timeout = 30\n"
        "diff --git a/b.py b/b.py\n--- a/b.py\n+++ b/b.py\n@@ -7,1 +7,1 @@\n-name = 'x'\n+name = 'y'",
    ),
    Example(
        "YAML", "What is the timeout of the client?", 0.5, "server:\n  port: 80\n  host: a\nclient:\n  port: 99\n  timeout: 5"
    ),
    Example("TOML", "Which line length does the linter allow?", 0.6, "[project]\nname = 'x'\nversion = '1.0'\n[tool.linter]\nline-length = 110\nselect = ['E']"),
    Example(
        "Chat", "Who takes the early train?", 0.5, "Anna: I take the early train.\nBen: No. I do not like it.\nAnna: When do you come?\nBen: At noon."
    ),
    Example(
        "Questions and answers", "Can I pay by card?", 0.5, "Q: Can I pay by card?\nA: Yes.\n\nQ: Can I bring a dog?\nA: No, only guide dogs."
    ),
    Example(
        "Subtitles",
        "Where is the key?",
        0.5,
        "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n\n2\n00:00:03,000 --> 00:00:05,000\nThe key is under the mat.\n\n3\n00:00:06,000 --> 00:00:07,000\nThank you.",
    ),
    Example(
        "Rules and exceptions",
        "May a dog be kept?",
        0.6,
        "Smoking is forbidden in the house. A dog may be kept in the flat. This does not apply to dogs above 40 kg. The rent is due on the 3rd.",
    ),
    Example(
        "XML",
        "Which port does the shop use?",
        0.6,
        '<config>\n  <server name="mail">\n    <port>25</port>\n  </server>\n  <server name="shop">\n    <port>8080</port>\n  </server>\n</config>',
    ),
    Example(
        "Reports of programs",
        "Is the sidecar ready?",
        0.5,
        "Name: shop-1\nContainers:\n  app:\n    Image: shop:1.2\n    Ready: True\n  sidecar:\n    Image: proxy:3\n    Ready: False",
    ),
    Example(
        "Configuration",
        "Which port does the api proxy to?",
        0.7,
        "server {\n    listen 80;\n    server_name shop.example;\n    location /static {\n        root /srv/www;\n        expires 30d;\n    }\n    location /api {\n        proxy_pass http://127.0.0.1:8000;\n        proxy_read_timeout 60s;\n    }\n}",
        "config",
    ),
    Example(
        "LaTeX",
        "Which numbers are the sum of two primes?",
        0.5,
        "\\section{Primes}\n\\begin{theorem}\nThere are infinitely many primes.\n\\end{theorem}\n\n"
        "\\begin{conjecture}\nEvery even number is the sum of two primes.\n\\end{conjecture}\n% Every even number is large.\n",
    ),
    Example(
        "AsciiDoc",
        "Do I have to run migrate?",
        0.7,
        "== Upgrading\n\n. Stop the server.\n. Run `migrate`.\n+\n[NOTE]\n====\nSkip this step on PostgreSQL.\n====\n. Start the server.\n",
    ),
    Example(
        "Wiki text",
        "How many goals did he score for Utrecht?",
        0.8,
        "== Career ==\n{| class=\"wikitable\"\n! Season !! Club !! Goals\n|-\n| 2019 || Ajax || 12\n|-\n| 2020 || Utrecht (loan) || 3\n|}\n",
    ),
    Example(
        "POD",
        "What does max do?",
        0.7,
        "=head1 LIMITS\n\nFiles above 2 GB are refused.\n\n=over 4\n\n=item --max\n\nIgnored since 1.3: max has no effect.\n\n=item --min\n\nThe smallest size.\n\n=back\n",
    ),
    Example(
        "HTTP",
        "Why was the card declined?",
        0.6,
        "> POST /v1/pay HTTP/1.1\n>\n< HTTP/1.1 302 Found\n< Location: /v3/pay\n<\n> POST /v2/pay HTTP/1.1\n>\n< HTTP/1.1 402 Payment Required\n<\n"
        '{"error": "card_declined"}\n',
    ),
    Example(
        "Entries",
        "Who wrote about tea?",
        0.6,
        "@article{okoro2015,\n  author = {Okoro, E. and Hall, D.},\n  title = {Sleep in adults},\n}\n"
        "@article{okoro2016,\n  author = {Okoro, E.},\n  title = {Tea again},\n  note = {Withdrawn},\n}\n",
    ),
    Example(
        "Notes below tables",
        "What was the revenue in 2024?",
        0.8,
        "| Year | Revenue | Costs |\n|---|---|---|\n| 2023 | 410 | 380 |\n| 2024 | 455 | 391 |\n\nFigures in thousands of euros. The report was printed in Bern.",
    ),
    Example(
        "Groups without headings",
        "Which version removed the batch API?",
        0.5,
        "v3.2.0\n------\nAdded\n  * Streaming responses.\nRemoved\n  * The legacy batch API.\n\nv3.1.0\n------\nAdded\n  * The batch API, as a preview.",
    ),
    Example(
        "Settings that are commented out",
        "Which database is used in production?",
        0.6,
        "# default\nDB_URL=sqlite:///dev.db\nTTL=30\n\n# production\n# DB_URL=postgres://db1/app\nDB_URL=mysql://db2/app\nTTL=600\n",
    ),
    Example(
        "Sums below a rule",
        "What is the VAT?",
        0.5,
        "Item         Qty   Price    Total\nDesk lamp      2   39.00    78.00\nBulb           4    4.50    18.00\n"
        "Cable          1   12.00    12.00\n                         --------\nSubtotal                   108.00\n"
        "VAT 19 %                    20.52",
    ),
    Example(
        "Plans of Terraform",
        "Is the database replaced?",
        0.6,
        "Terraform will perform the following actions:\n\n  # db.main must be replaced\n-/+ resource \"db\" \"main\" {\n      ~ version = \"13\" -> \"15\"\n    }\n\n"
        "  # bucket.logs will be updated in-place\n  ~ resource \"bucket\" \"logs\" {\n      ~ keep = 7 -> 9\n    }\n\nPlan: 1 to add, 1 to change, 1 to destroy.",
    ),
    Example(
        "Outlines",
        "May a dictionary be used?",
        0.55,
        "I. Written exam (60 %)\n   A. Essay\n      i. 1500 words\n   B. Translation\n      i. 300 words\nII. Oral exam (40 %)\n   A. Talk\n      i. 10 minutes\n"
        "   B. Discussion\n      i. no dictionary",
    ),
    Example(
        "Options of a command",
        "Is --delete dangerous?",
        0.5,
        "usage: sync [-h] [--delete | --keep] [--limit N]\n\noptions:\n  -h, --help   show this help message and exit\n"
        "  --delete     remove files that are missing on the other side;\n               dangerous together with --limit\n"
        "  --keep       the opposite of --delete\n  --limit N    at most N files (default: 0 = no limit)",
    ),
    Example(
        "Scenarios",
        "When is the card retained?",
        0.65,
        "Feature: Cash withdrawal\n\n  Background:\n    Given the daily limit is 300 euros\n\n  Scenario: Card is blocked\n    Given the balance is 200 euros\n"
        "    But the card is blocked\n    When the customer requests 50 euros\n    Then the machine pays nothing\n    And the card is retained\n\n"
        "  Scenario: Account has enough money\n    Given the balance is 200 euros\n    When the customer requests 50 euros\n    Then the machine pays 50 euros",
    ),
    Example(
        "The most and the least",
        "Which ground has the most seats?",
        0.6,
        "| Ground | Seats | City |\n|---|---|---|\n| Marlow Park | 41,300 | Arne |\n| Old Ground | 36,100 | Berg |\n| North Road | 67,900 | Lund |\n| Mill Field | 12,400 | Arne |\n"
        "| Harbour | 55,000 | Berg |\n| The Den | 23,200 | Lund |\n| West Road | 38,800 | Sund |\n| East Road | 44,700 | Sund |",
    ),
    Example(
        "Claims",
        "Does the vaccine cause fever?",
        0.6,
        "The clinic treats 400 people a year. Critics say that the vaccine causes fever. A study of 20,000 children found nothing of the kind. The garden is open on Sundays. "
        "In the region, the model is used widely. Smith claims that it works. However, Jones shows that the data leaked.",
    ),
    Example(
        "Corrections",
        "When does the ferry leave?",
        0.7,
        "The ferry leaves at 9 o'clock. Tickets cost 12 euros. Dogs are welcome on deck. Correction: the ferry leaves at 10 o'clock.",
    ),
    Example(
        "German", "Wie viel Euro sind es im Jahr?", 0.85, "Der Garten liegt am See. Die Pacht endet am 31. Oktober. Sie beträgt 5 Mio. Euro im Jahr, zahlbar nach § 7 Abs. 2 Nr. 3 des Vertrags."
    ),
    Example("Chinese", "谁写了这本小说？", 0.6, "这本小说是简·奥斯汀写的。天气很好。书店关门了。"),
]  # fmt: skip


def compressed(example: Example) -> str:
    """What comes out, at the least budget where the rate is too small."""
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    texts = [Context(example.text, kind=example.kind)]
    try:
        result = compressor.compress(texts, question=example.question, rate=example.rate)
    except BudgetTooSmall as error:
        result = compressor.compress(texts, question=example.question, target_tokens=error.smallest)
    return result.texts[0]


def main() -> None:
    """Write the page."""
    parts = [INTRODUCTION]
    parts += [
        f'## {one.title}\n\n"{one.question}", rate {one.rate}:\n\n````\n{one.text}\n````\n\nbecomes\n\n'
        f"````\n{compressed(one)}\n````\n"
        for one in EXAMPLES
    ]
    PAGE.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
