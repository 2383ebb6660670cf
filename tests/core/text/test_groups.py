"""Lines in groups: each comes with the line that names its group, and with none of another group."""

from __future__ import annotations

import pytest
from outputs import kept

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

CHANGES = """v3.2.0
------
Added
  * Streaming responses.
  * Retry on 429
Removed
  * The legacy batch API.

v3.1.0
------
Added
  * The batch API, as a preview.
Fixed:
  * Timeouts in long polls.
"""
ITEM = "* A long item that says what happens and is broken here since there is no\nRoom for it\n* Another\n"
VOTES = "Votes on the office\nFor: Ann, Bo\nAgainst: Dee\n\nVotes on the party\nFor: Ann\nAgainst: Bo\n"
FORUM = "Answer 1 (score 12)\nUse git reset. Your changes stay.\n\nAnswer 2 (score 4)\nDelete the folder.\n"
PLANS = "PLANS\n\nBasic\n3 users\nE-mail support\n\nPro\n50 users\nPhone support\n"
POLICY = """Policy     : 44
Coverage
  Fire     : 200
    excess : 1
  Theft    : 50
    excess : 5
Premium
  yearly   : 412
"""
DRINKS = """          Boys          Girls
       tea  coffee   tea  coffee
five   12      3     15       2
eight  20     18     31      12
ten    22     30     18      17
"""
INVOICE = """Item         Qty   Price    Total
Desk lamp      2   39.00    78.00
Bulb           4    4.50    18.00
Cable          1   12.00    12.00
                         --------
Subtotal                   108.00
VAT 19 %                    20.52
"""
REPLY = """On Tue, Ann Berg <ann@x.org> wrote:
> The meeting is on Friday.
> Bring the plan.
No, it was moved to Monday.
The plan is late, and
nobody knows why.
"""
EFFECTS = (
    "Common (1 in 10):\n- dizziness\n- headache\nRare (1 in 1,000):\n- swelling\n- irregular heartbeat\n"
)
FORM = "Was a helmet worn?\n( ) yes\n(x) no\n( ) not required\nFirst aid given by: B. Prado\nA box fell.\n"
DELETE = """options:
  -h, --help   show this help message and exit
  --limit N    at most N files
  --delete     remove files that are missing on the other side;
               dangerous together with --limit
  --keep       the opposite of --delete
"""
MANUAL = """OPTIONS
       -a DAYS, --age=DAYS
              Remove files older than DAYS. The default is 30.

       -n, --dry-run
              Remove nothing.

       --force
              Do not ask.  This option is ignored if standard
              input is not a terminal.
"""
GENES = "\n".join(
    [
        "Gene\tP\tNote",
        "(treated vs control)\t\t",
        "TP53\t0.1\ta",
        "MYC\t0.3\tb",
        "(control vs untreated)\t\t",
        "TP53\t0.9\tc",
    ]
)
WEATHER = "station,temp,wind\n,degC*10,kn\nOslo,-52,12\nRome,-61,8\nBergen,31,22\n"
PARKING = "Badge holders park free.*\n\nAll day: £15\n\nIt is open.\n\n* Except in bays 40-52.\n"
REFUNDS = "**Refunds?** No. Yearly plans are an exception."
QUERY = "SELECT name\nFROM orders\n-- WHERE total > 500\nWHERE total > 50\nLIMIT 100"
OPTIONS = """options:
  -n N, --limit N   at most N results (default: 10;
                    0 means all)
  --json            JSON; implies
                    --plain
"""
PLAN = """Terraform will perform the following actions:

  # db.main must be replaced
-/+ resource "db" "main" {
      ~ version = "13" -> "15"
    }

  # bucket.logs will be updated in-place
  ~ resource "bucket" "logs" {
      ~ keep = 7 -> 9
    }

Plan: 1 to add, 1 to change, 1 to destroy.
"""


DIALOGUE = """Bo: Who fetches the boy?
Cid: I do, at five.
Ann: No, school ends at four.
Ann: Then I go.
"""
SIGN = """Opening hours

The library is open from 9 to 5, for students until 9.

Loans

Books may be kept for a month.
"""
TERMS = """1. Definitions. "Notice Period" means three months.

2. Term. It begins on 1 May.

3. Termination. Either party may terminate with the Notice Period."""


CHAIN = """Traceback (most recent call last):
  File "/app/db.py", line 10, in connect
    sock.connect(addr)
ConnectionRefusedError: refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 3, in main
    connect()
DatabaseError: cannot reach db
"""


STATES = "Before:\nerrors 4 %\nlatency 220 ms\n\nAfter:\nerrors 1 %\n"
CHOICES = """Option A: rent the hall
+ cheap
- far away
Status: rejected

Option B: build a tent
+ close
Status: chosen
"""


CODES = "Status codes:\n0 = waiting\n3 = returned\n\nPriority:\n0 = low\n3 = urgent\n"
RELEASES = """5.2
  Users: new search.
  Admins: the export is gone.
5.1
  Users: dark mode.
  Admins: new export.
"""
THREAD = """From: Bo
To: Ann
Subject: Re: Visit

The 14th is fine.

> From: Ann
> Date: 4 May
>
> The 12th is not possible.
>
>> From: Bo
>> Date: 3 May
>>
>> Could we come on the 12th?
"""
MEMBERS = """Members pay nothing if
- they come alone, or
- they bring one guest before noon.
In all other cases each guest pays 5 euros.
"""
NEEDS = "Version 1:\n- Python 2\n\nVersion 2:\n- NumPy 2\n\nBoth need a C compiler.\n"
ESSAYS = "On Rain\nby Ann Berg\n\nIt rains a lot.\n\nOn Snow\nby Bo Lind\n\nIt covers the road."


REVIEWS = "★★★ Lee, May 2024\nVery quiet rooms.\n\n★☆☆ Kim, June 2024\nWe could not sleep.\n"
RETRACTED = "Ann: The room is 4.\nBo: Thanks!\nAnn: Oh, I was wrong, it is 7.\n"
MESSAGES = """{"role": "user", "content": "What is the limit?"}
{"role": "assistant", "content": "It is 500 euros."}
{"role": "user", "content": "Are you sure?"}
{"role": "assistant", "content": "Sorry, I was wrong: it is 300."}
{"role": "user", "content": "Thanks."}
"""


HELP = """Options:
  -v             say more
      --help         show this
      --preserve     fail on '/'
"""
STANZA = "Files: *\nCopyright:\n 2003 Ann\n 2004 Bo\nLicense: MIT\nComment: none\n"
SCRUB = "# Set this to scrub all.\n# all=0"


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (CHANGES, "legacy", "v3.2.0\n------\nRemoved\n  * The legacy batch API."),
        (CHANGES, "preview", "v3.1.0\n------\nAdded\n  * The batch API, as a preview."),
        (CHANGES, "polls", "v3.1.0\n------\nFixed:\n  * Timeouts in long polls."),
        (ITEM, "room", ITEM.removesuffix("\n* Another\n")),
        (VOTES, "Dee", "Votes on the office\nAgainst: Dee"),
        (VOTES, "party Bo", "Votes on the party\nAgainst: Bo"),
        (FORUM, "folder", "Answer 2 (score 4)\nDelete the folder."),
        (PLANS, "phone", "PLANS\n\nPro\nPhone support"),
        (POLICY, "yearly", "Premium\n  yearly   : 412"),
        (POLICY, "Theft", "Coverage\n  Theft    : 50"),
        (DRINKS, "eight", "\n".join(DRINKS.splitlines()[n] for n in (0, 1, 3)).lstrip()),
        (INVOICE, "VAT", "\n".join(INVOICE.splitlines()[n] for n in (0, 6))),
        (INVOICE, "lamp", "\n".join(INVOICE.splitlines()[n] for n in (0, 1))),
        (REPLY, "late", "The plan is late, and\nnobody knows why."),
        (
            REPLY,
            "Friday",
            REPLY[: REPLY.index("\nThe plan")],
        ),
        (QUERY, "orders", QUERY),
        (f"Try this:\n\n{QUERY}\n\nIt is slow.", "orders", f"Try this:\n\n{QUERY}"),
        (OPTIONS, "limit", "\n".join(OPTIONS.splitlines()[:3])),
        (OPTIONS, "json", "\n".join(OPTIONS.splitlines()[n] for n in (0, 3, 4))),
        (DIALOGUE, "fetches", DIALOGUE.removesuffix("Ann: Then I go.\n").strip()),
        (SIGN, "students", f"{SIGN.splitlines()[0]}\n\n{SIGN.splitlines()[2]}"),
        ("Eggs\n\nPlums, ripe\n\nFlour", "plums", "Plums, ripe"),
        (TERMS, "terminate", TERMS.replace("2. Term. It begins on 1 May.\n\n", "")),
        (STATES, "latency", "Before:\nlatency 220 ms"),
        (CHOICES, "rejected", "Option A: rent the hall\n- far away\nStatus: rejected"),
        (CODES, "urgent", "Priority:\n3 = urgent"),
        (RELEASES, "new export", "5.1\n  Admins: new export."),
        (
            THREAD,
            "could",
            THREAD.replace("The 14th is fine.\n\n", "").strip(),
        ),
        (MEMBERS, "other cases", MEMBERS.strip()),
        (NEEDS, "compiler", "Version 2:\n- NumPy 2\n\nBoth need a C compiler."),
        (ESSAYS, "road", ESSAYS[ESSAYS.index("On Snow") :]),
        (REVIEWS, "sleep", "★☆☆ Kim, June 2024\nWe could not sleep."),
        (RETRACTED, "room", RETRACTED.replace("Bo: Thanks!\n", "").strip()),
        (MESSAGES, "sure", "\n".join(MESSAGES.splitlines()[2:4])),
        (MESSAGES, "500", "\n".join(MESSAGES.splitlines()[n] for n in (0, 1, 2, 3))),
        (HELP, "preserve", "Options:\n      --preserve     fail on '/'"),
        (STANZA, "MIT", "License: MIT"),
        (STANZA, "Ann", "Copyright:\n 2003 Ann"),
        ("Copyright 2011 Ann\n\nIt may be copied. It may be sold.", "copyright", "Copyright 2011 Ann"),
        ("The bridge was opened\nby the king\n\nIt rained. It snowed.", "snowed", "It snowed."),
        (PLAN, "main", "\n".join(PLAN.splitlines()[2:6]).lstrip()),
        (PLAN, "destroy", "Plan: 1 to add, 1 to change, 1 to destroy."),
    ],
)
def test_a_line_comes_with_the_name_of_its_group(text, question, expected):
    assert kept(text, question).strip() == expected


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (EFFECTS, "irregular heartbeat", "Rare (1 in 1,000):\n- irregular heartbeat"),
        (FORM, "worn", "Was a helmet worn?\n( ) yes\n(x) no\n( ) not required"),
        (FORM, "aid", "First aid given by: B. Prado"),
        (DELETE, "dangerous", "options:\n" + "\n".join(DELETE.splitlines()[3:5])),
        (MANUAL, "default", "OPTIONS\n       -a DAYS, --age=DAYS\nThe default is 30."),
        (MANUAL, "ask", MANUAL[:8] + "\n" + MANUAL[MANUAL.index("       --force") :].rstrip()),
        (GENES, "untreated", "Gene\tP\tNote\n(control vs untreated)\t\t\nTP53\t0.9\tc"),
        (WEATHER, "Bergen", "station,temp,wind\n,degC*10,kn\nBergen,31,22"),
        (PARKING, "holders", PARKING[:27] + PARKING[PARKING.index("* Ex") :]),
        ("**Refunds?** No. Yearly plans are an exception.\n\n**Cards?** Visa.", "refunds", REFUNDS),
        (
            "# Tests\nURL=a\n\n# Production\n#URL=b\n\n# Other\nTTL=3\n",
            "b",
            "# Tests\nURL=a\n\n# Production\n#URL=b",
        ),
    ],
)
def test_a_line_comes_with_its_group_wherever_that_begins(text, question, expected):
    assert kept(text, question).strip() == expected.strip()


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("# production\n# URL=pg://a\nURL=my://b\nTTL=6\n", "pg", "# production\n# URL=pg://a\nURL=my://b"),
        ("# Set this to scrub all.\n# all=0\n\n# The sender.\n# sender=me\n", "scrub", SCRUB),
        ("# Notes on the file\n#\n# Ports are free.\n\nport = 80\n", "ports", "# Ports are free."),
        ("[a]\nsize = 3\n# size = 9\nttl = 1\n\n[b]\nsize = 4\n", "9", "[a]\nsize = 3\n# size = 9"),
        ("[a]\nttl = 1\n# size = 9\n\n[b]\nsize = 4\nport = 8\n", "9", "[a]\n# size = 9"),
    ],
)
def test_a_setting_in_a_comment_comes_with_the_one_that_holds(text, question, expected):
    assert kept(text, question) == expected


def test_a_plan_is_told_from_a_diff_and_code():
    assert kind_of(PLAN) == "plan"


def test_prose_about_selecting_is_no_query():
    assert kind_of("Select the rows that you need\nfrom the list below.") == "text"


def test_an_exception_comes_with_the_one_above_of_which_it_speaks():
    assert kept(CHAIN, "DatabaseError").strip() == CHAIN.strip()


@pytest.mark.parametrize("text", [">\n", ">\n\nIt rained.", "It rained.\n>\n> We stayed.\n>"])
def test_no_mark_of_a_quotation_is_lost(text):
    inside = {
        at for start, end in zip(read(text).starts, read(text).ends, strict=True) for at in range(start, end)
    }
    assert all(at in inside for at, char in enumerate(text) if char == ">")
