"""What programs print: each line that is kept has what it needs, as an agent that acts on it has to know."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree
from io import StringIO

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.budget.drafts import Draft, best_of
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kind_names import kind_of_name
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.landmarks import Landmarks


def kept(text, question, rate=0.1):
    """What comes out; at the least budget where the rate is too small."""
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    try:
        (found,) = compressor.compress([text], question=question, rate=rate).texts
    except BudgetTooSmall as error:
        (found,) = compressor.compress([text], question=question, target_tokens=error.smallest).texts
    return found


def alone(text, kind):
    """What comes out with each unit that is scored, if it is the only one chosen."""
    units = read(text, kind)
    nothing = np.zeros(len(units), dtype=bool)
    for unit in units.scored().tolist():
        margin = np.where(np.arange(len(units)) == unit, 1.0, -np.inf)
        _, draft = best_of(Draft(units, nothing, margin, nothing))
        yield units.join(np.flatnonzero(draft.kept))


DESCRIBED = """Name:         api-1
Node:         node-b
Containers:
  api:
    Image:      acme/api:2.3.1
    Limits:
      memory:   256Mi
    Ready:      False
  sidecar:
    Image:      envoy:1.28
    Ready:      True
Events:
  Type     Reason     From       Message
  ----     ------     ----       -------
  Normal   Pulled     kubelet    Container image already present
  Warning  BackOff    kubelet    Back-off restarting failed container"""
PLAN = """ Limit  (cost=1..2 rows=10) (actual time=812.3..812.4)
   ->  Hash Join  (cost=3..8 rows=20) (actual time=20.1..600.3)
         ->  Seq Scan on orders o  (cost=0..4 rows=20) (actual time=0.0..500.2)
               Filter: (status = 'paid'::text)
         ->  Seq Scan on customers c  (cost=0..2 rows=10) (actual time=0.0..7.2)
               Filter: (country = 'DE'::text)"""
TREE = """.
├── app
│   ├── models
│   │   ├── order.py
│   │   └── user.py
│   └── views
│       └── user.py
└── README.md"""
CARGO = """   Compiling app v0.1.0
error[E0382]: borrow of moved value: `name`
  --> src/main.rs:9:20
   |
9  |     println!("{}", name);
   |                    ^^^^ value borrowed here after move
   = note: this error originates in a macro
help: consider cloning the value

error[E0308]: mismatched types
  --> src/net.rs:22:5
   |
22 |     "80"
   |     ^^^^ expected `u16`, found `&str`

error: could not compile `app` due to 2 previous errors"""
GCC = """src/net.c: In function 'connect':
src/net.c:88:12: error: 'timeout' undeclared
   88 |     wait(c, timeout);
src/util.c: In function 'trim':
src/util.c:10:5: warning: unused variable 'n'
   10 |     int n;"""
SHARP = """Unhandled exception. System.AggregateException: One or more errors occurred.
 ---> System.NullReferenceException: Object reference not set.
   at Acme.Service.Total(Invoice invoice) in /src/Service.cs:line 33
   --- End of inner exception stack trace ---
   at Acme.Program.Main(String[] args) in /src/Program.cs:line 9"""
GO = """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.pick(...)
\t/home/u/app/pick.go:17
main.main()
\t/home/u/app/main.go:10 +0x85

goroutine 18 [chan receive]:
main.watch(0xc00001a0c0)
\t/home/u/app/watch.go:9 +0x44"""
PYTEST = """============================= test session starts ==============================
=================================== FAILURES ===================================
___________________________________ test_add ___________________________________
    def test_add():
>       assert cart.count == 2
E       AssertionError: assert 1 == 2

test_a.py:12: AssertionError
__________________________________ test_drop ___________________________________
    def test_drop():
>       cart.drop("fig")
E       ValueError: no fig
========================= 2 failed, 2 passed in 0.12s =========================="""
GO_TEST = """=== RUN   TestParse
    parse_test.go:21: parse("12a") = 12, want error
--- FAIL: TestParse (0.00s)
=== RUN   TestRound
    round_test.go:8: round(2.5) = 2, want 3
--- FAIL: TestRound (0.00s)
FAIL"""
HISTORY = """commit 0123456789abcdef0123456789abcdef01234567
Author: Ann <a@x.y>
Date:   Mon Nov 24 10:00:00 2025 +0000

    Wait longer

diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@
 x = 1
-timeout = 5
+timeout = 6
 
commit 123456789abcdef0123456789abcdef012345678
Author: Bob <b@x.y>
Date:   Tue Nov 25 10:00:00 2025 +0000

    Name it fig

diff --git a/b.py b/b.py
--- a/b.py
+++ b/b.py
@@ -1,2 +1,2 @@
-name = "pear"
+name = "fig"
 y = 2"""  # noqa: W293
DUMP = """CREATE TABLE `users` (
  `id` int NOT NULL,
  `role` enum('admin','dev')
);
INSERT INTO `users` VALUES (1,'dev'),(2,'admin');
CREATE TABLE `fruits` (
  `id` int NOT NULL,
  `kind` varchar(9)
);
INSERT INTO `fruits` VALUES (1,'fig'),(2,'kiwi');"""
ROUTINE = """CREATE FUNCTION pay(p int) RETURNS void AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM orders WHERE id = p) THEN
    RAISE EXCEPTION 'no order';
  END IF;
  UPDATE orders SET status = 'paid' WHERE id = p;
END;
$$ LANGUAGE plpgsql;
SELECT 1 FROM zinc;"""
SHARP_CODE = """namespace Acme
{
    public class Service
    {
        public decimal Total(Invoice invoice)
        {
            if (invoice == null)
            {
                throw new ArgumentNullException(nameof(invoice));
            }
            foreach (var line in invoice.Lines)
            {
                if (line.Free) continue;
                sum += line.Price;
            }
            return sum * 1.19m;
        }

        public void Cancel(int id)
        {
            if (invoice.Paid)
            {
                Refund(invoice);
            }
            else
            {
                _repo.Delete(id);
            }
        }
    }
}"""


@pytest.mark.parametrize(
    ("text", "kind", "question", "expected"),
    [
        (DESCRIBED, "nested", "Is the sidecar ready?", "Containers:\n  sidecar:\n    Ready:      True"),
        (
            DESCRIBED,
            "nested",
            "BackOff restarting",
            "Events:\n  Type     Reason     From       Message\n  ----     ------     ----       -------\n"
            "  Warning  BackOff    kubelet    Back-off restarting failed container",
        ),
        (PLAN, "nested", "country DE", "\n".join(PLAN.splitlines()[i] for i in (0, 1, 4, 5))),
        (TREE, "nested", "order.py", ".\n├── app\n│   ├── models\n│   │   ├── order.py"),
        (CARGO, "diagnostics", "mismatched types", "\n".join(CARGO.splitlines()[9:14])),
        (GCC, "diagnostics", "unused n", "\n".join(GCC.splitlines()[3:])),
        (SHARP, "trace", "Service.Total", "\n".join(SHARP.splitlines()[:3])),
        (SHARP, "trace", "Program.Main", "\n".join(SHARP.splitlines()[i] for i in (0, 1, 2, 4))),
        (GO_TEST, "tests", "Why does TestRound fail?", "\n".join(GO_TEST.splitlines()[3:])),
        (HISTORY, "diff", "pear", HISTORY[HISTORY.index("commit 12345") :].replace("    Name it fig\n", "")),
        (DUMP, "sql", "kiwi", DUMP[DUMP.index("CREATE TABLE `fruits`") :].replace("(1,'fig'),", "")),
        (ROUTINE, "sql", "status paid", ROUTINE[: ROUTINE.index("\nSELECT 1 FROM zinc")]),
        ("./src:\napp.py\n./src/models:\nuser.py\n./tests:\nuser.py", "listing", "models", None),
        ("a.py\n12:def load():\n40:    load(1)\n\nb.py\n7:import a\n22:    fig(2)", "listing", "fig",
         "b.py\n22:    fig(2)"),
    ],
)  # fmt: skip
def test_a_line_comes_with_what_it_stands_under(text, kind, question, expected):
    assert kind_of(text) == kind
    if expected is not None:
        out = kept(text, question)
        assert [line for line in out.splitlines() if line.strip()] == [
            line for line in expected.splitlines() if line.strip()
        ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x" * 2000, "diagnostics"),  # a single line, longer than a diagnosis in one piece
        ('a,b\nc,"d\re" f\rg\nh,i', "csv"),  # a line end outside of quotes
        (f"a,b\n1,{'x' * 140_000}\n2,y", "csv"),  # a value longer than the csv module reads
    ],
)
def test_a_text_may_be_no_text_of_its_kind(text, kind):
    assert "".join("".join(read(text, kind).strings()).split()) == "".join(text.split())


def test_a_tag_is_not_torn_from_the_mark_on_its_end():
    """Law 4: "<html>" and a diaeresis, which stands on the bracket, are one cluster at the edge."""
    units = read("<html><body>\u0308 Dr.</body></html>", "html")
    assert not [unit for unit in units.strings() if unit.startswith("\u0308")]


def test_what_is_said_about_a_failed_test_comes_with_its_message():
    for out in alone(PYTEST, "tests"):
        assert ("test_add" in out) == ("AssertionError: assert 1 == 2" in out)
        assert ("test_drop" in out) == ("ValueError: no fig" in out)


def test_frames_of_go_stand_under_their_goroutine():
    assert kind_of(GO) == "trace"
    for out in alone(GO, "trace"):
        assert "watch.go" not in out or "goroutine 18" in out
        assert "/pick.go" not in out or "main.pick" in out


def test_a_hunk_keeps_the_blank_lines_that_its_header_counts():
    assert kept(HISTORY, "timeout").endswith(" x = 1\n-timeout = 5\n+timeout = 6\n ")


def test_a_hunk_without_a_file_is_one_all_the_same():
    assert "".join(read("@@ -1 +1 @@\n-a\n+b", "diff").strings()) == "@@ -1 +1 @@\n-a\n+b"


def test_a_branch_has_its_condition_where_braces_stand_alone():
    for out in alone(SHARP_CODE, "code"):
        assert "Refund" not in out or "if (invoice.Paid)\n            {\n" in out
        assert "_repo.Delete" not in out or "if (invoice.Paid)" in out.split("else")[0]
        assert "1.19m" not in out or "throw new ArgumentNullException" in out
        assert "sum += " not in out or "if (line.Free) continue;" in out
        assert out.count("{") == out.count("}")


@pytest.mark.parametrize("kind", ["c", "java", "python", "javascript"])
def test_what_a_grammar_does_not_understand_goes_by_its_indentation(kind):
    assert list(alone(SHARP_CODE, kind)) == list(alone(SHARP_CODE, "code"))


MANIFESTS = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  containers:
  - name: web
    image: acme/web:1.2
  - image: envoy:1.28
    name: sidecar
---
apiVersion: v1
kind: Service
metadata:
  name: front
spec:
  type: LoadBalancer
---
common: &common
  restart: always
db:
  <<: *common
  image: postgres
job:
  if: github.ref == 'main'
  steps:
  - run: deploy
    when: manual"""


def test_yaml_says_what_it_is_of_and_on_which_condition():
    whole = list(yaml.safe_load_all(MANIFESTS))
    for out in alone(MANIFESTS, "yaml"):
        found = list(yaml.safe_load_all(out))
        names = [
            (one.get("kind"), (one.get("metadata") or {}).get("name")) for one in found[:2] if "spec" in one
        ]
        assert set(names) <= {("Deployment", "web"), ("Service", "front")}
        assert "envoy" not in out or "name: sidecar" in out
        assert "deploy\n" not in f"{out}\n" or ("github.ref" in out and "manual" in out)
        assert "postgres" not in out or found[-1]["db"]["restart"] == whole[-1]["db"]["restart"]


def test_a_comment_is_kept_with_what_it_is_about():
    text = "[a]\nx = 1\n\n; not in production\ndebug = no\n\nzinc = 2"
    assert kept(text, "debug") == "[a]\n\n; not in production\ndebug = no"
    assert (
        kept("a: 1\n# not in production\ndebug: no\nb:\n  zinc: 2\n  y: 3", "debug")
        == "# not in production\ndebug: no"
    )


values = st.text("abc xyz", min_size=1, max_size=9).filter(str.strip)
elements = st.recursive(
    values,
    lambda inner: st.lists(
        st.tuples(st.sampled_from(["id", "name", "row", "part"]), inner), min_size=1, max_size=5
    ),
    max_leaves=30,
)


def _xml(name, inside):
    return f"<{name}>{inside if isinstance(inside, str) else ''.join(_xml(*one) for one in inside)}</{name}>"


@given(elements)
def test_xml_stays_xml_and_every_value_in_its_elements(data):
    text = _xml("top", data)
    paths = set(_paths(ElementTree.fromstring(text)))
    for out in alone(text, "xml"):
        assert set(_paths(ElementTree.fromstring(out))) <= paths


def _paths(element, above=()):
    path = (*above, element.tag)
    yield (*path, (element.text or "").strip())
    for inside in element:
        yield from _paths(inside, path)


def test_xml_is_neither_html_nor_a_chat():
    records = "".join(
        f"<book id='{i}'>\n<title>Book {i}</title>\n<price>{i}</price>\n</book>\n" for i in range(9)
    )
    assert kind_of(f"<books>\n{records}</books>") == "xml"
    assert kept(f"<books>\n{records}</books>", "price of Book 7").split() == (
        "<books> <book id='7'> <title>Book 7</title> <price>7</price> </book> </books>".split()
    )
    assert kind_of_name("pom.xml") == "xml" and kind_of("<div><p>One.</p><p>Two.</p></div>") == "html"


@pytest.mark.parametrize(
    "prose",
    [
        "We met on Monday:\n  it rained, and nobody came to see the play.\n  So we went home.",
        "- one\n  - two\n  - three\n- four\n  - five",
        "NAME\n    ls - list the contents of a directory, sorted by name unless told otherwise\n\nIt is old.",
    ],
)
def test_prose_is_not_nested(prose):
    assert kind_of(prose) == "text"


SESSION = """   >>> def foo():
   ...     try:
   ...         return 'try'
   ...     finally:
   ...         return 'finally'
   ...
   >>> foo()
   'finally'"""


@pytest.mark.parametrize("indented", [True, False])
def test_a_statement_at_a_prompt_is_one(indented):
    """A function without its last branch returns something else; what is answered needs what was typed."""
    session = SESSION if indented else SESSION.replace("\n   ", "\n").strip()
    units = read(f"The last one wins:\n\n{session}\n\nIt rained.")
    found = [content for content in units.strings() if ">>>" in content or "'finally'" in content]
    assert len(found) == 2
    assert found[0].endswith("...") and "finally" in found[0]
    assert found[1].lstrip().startswith(">>> foo()") and found[1].endswith("'finally'")
    shell = read("Try it:\n\n    $ lingua --version\n    1.0\n    $ lingua demo\n    done").strings()
    assert [one.split() for one in shell[1:]] == [
        ["$", "lingua", "--version", "1.0"],
        ["$", "lingua", "demo", "done"],
    ]


REPORT = """Name:         api-1
Containers:
  api:
    State:          Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
  sidecar:
    State:          Running
    Ready:          True"""
USED = """Filesystem            Size  Used Avail Use% Mounted on
""" + "\n".join(
    f"/dev/mapper/vg-lv{n:<3} {n + 20:>4}G {n:>4}G {20:>4}G {n * 7 % 60:>3}% /srv/vol{n}" for n in range(30)
)
USED += "\n/dev/mapper/backup     200G  199G    1G 100% /srv/backup"
FRAMES = "".join(f'  File "/lib/a{n}.py", line {n}, in f{n}\n    return f(*args)\n' for n in range(9))
RAISED = f"""Traceback (most recent call last):
{FRAMES}  File "/app/tax.py", line 57, in rate
    return RATES[country]
           ~~~~~^^^^^^^^^
KeyError: 'XK'"""
DRAWN = """┏━━━━━━━┳━━━━━━━┓
┃ Model ┃ Score ┃
┡━━━━━━━╇━━━━━━━┩
│ a     │ 0.51  │
│ b     │ 0.93  │
└───────┴───────┘"""
BOX = """shape: (2, 2)
┌─────┬───────┐
│ sku ┆ units │
│ --- ┆ ---   │
│ str ┆ i64   │
╞═════╪═══════╡
│ a   ┆ 20    │
│ b   ┆ 40    │
└─────┴───────┘"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("date,region,units\n2026-01-01,north,3\n2026-01-02,south,4\n2026-01-03,east,5", "csv"),
        ("2026-01-01T09:00:01Z up\n2026-01-01T09:00:02Z a\n  at b\n2026-01-01T09:00:03Z x", "log"),
        ("#1 [1/2] FROM a\n#1 DONE 0.1s\n\n#2 [2/2] RUN b == 3\n#2 ERROR: exit code: 1", "log"),
        ("api:\n  image:\n    tag: 1\nweb:\n  image:\n    tag: 2\nworker:\n  image:\n    tag: 3", "yaml"),
        ("use strict;\nuse warnings;\nsub f {\n    return 1;\n}\nprint f();", "text"),
        ("Active connections\nProto  Local         State\ntcp    10.0.0.5:80   LISTEN\n"
         "tcp    10.0.0.5:443  LISTEN\ntcp    10.0.0.5:22   LISTEN", "table"),
        ('id,said,stars\n1,"Well, yes, it works. Mostly.",4\n2,"No, no, and no.",1', "csv"),
        ('id;said\n1;"One,\n\ntwo; three."\n2;"A ""b"", c."\n3;no', "csv"),
        ('id,said\n1,"One, two,\nthree."\n2,"Four, five,\nsix, seven,\neight', "csv"),  # cut off
        ('"I said so, and he, too," she began.\n"So, no," he said, "and that,\nwell, was that."', "text"),
        ('"One, two.",\n"Three, four.",\n"Five, six.",', "text"),
        ("  QUERY PLAN\n-----\n Sort  (cost=1..2)\n   ->  Scan on a\n         Cond: (b = 1)", "nested"),
        (" a.py | 3 ++-\n b.py | 14 +++++\n d | Bin 0 -> 9 bytes\n e | 1 +\n 4 files changed", "listing"),
        ("First query:\n```json\n[1, 2]\n```\nSecond query:\n```json\n[3]\n```", "text"),
        ("[1/90] Compile a\n[2/90] Compile b\n[3/90] Compile c\nerror: no disk", "text"),
        ("".join(f"[{n}/90] Compile a{n}\n" for n in range(30)) + "error: no disk", "lines"),
        ("npm warn old a@1: use b.\nnpm warn old c@2: no.\nnpm error code E1\nnpm error no d@3", "lines"),
        ("Article 1. It is so.\nArticle 2. It is not.\nArticle 3. It may be.\nArticle 4. It was.", "text"),
        (DRAWN, "table"),
        (BOX, "table"),
        (USED, "table"),
    ],
)  # fmt: skip
def test_kinds_that_look_like_others(text, kind):
    assert kind_of(text) == kind


def test_fields_under_a_line_are_no_table():
    assert all("Exit Code" not in out or "OOMKilled" not in out for out in alone(REPORT, "nested"))
    assert "Reason:       OOMKilled" in kept(REPORT, "Why was the api terminated?", 0.5)


def test_an_exception_comes_with_the_place_where_it_was_raised():
    for out in alone(RAISED, "trace"):
        assert ("KeyError" in out) <= ("/app/tax.py" in out and "RATES[country]" in out)
    for out in alone(SHARP, "trace"):
        assert "InnerException" not in out or "Service.cs:line 33" in out


@pytest.mark.parametrize(("text", "head"), [(DRAWN, "Score"), (BOX, "units"), (USED, "Mounted on")])
def test_rows_of_drawn_tables_have_their_head(text, head):
    for out in alone(text, "table"):
        assert head in out and (text[0] == "F" or out.endswith("┘"))


def test_the_fullest_of_file_systems_is_a_landmark():
    units = read(USED)
    found = Landmarks(alarms=0, rare=0, extremes=3, edges=0).units(units, "Which one has the highest Use%?")
    assert "/srv/backup" in units.strings()[found[0]]


EVENTS = "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(
    f"BEGIN:VEVENT\nDTSTART:202612{n:02}T090000Z\nSUMMARY:{'Dentist' if n == 7 else 'Talk'} {n}\n"
    f"{'DESCRIPTION:' + 'Bring your slides. ' * 60 if n == 9 else 'LOCATION:Bern'}\nEND:VEVENT\n"
    for n in range(1, 12)
) + "END:VCALENDAR"  # fmt: skip


def test_an_event_is_one():
    assert kind_of(EVENTS) == "components" and kind_of_name("a.ics") == "components"
    for out in [*alone(EVENTS, "components"), kept(EVENTS, "When is the dentist?")]:
        assert out.startswith("BEGIN:VCALENDAR") and out.endswith("END:VCALENDAR")
        assert (
            out.count("BEGIN:VEVENT")
            == out.count("END:VEVENT")
            == out.count("DTSTART")
            == out.count("SUMMARY")
        )
    assert "DTSTART:20261207T090000Z" in out
    assert "\n".join(read(EVENTS[:400], "components").strings()).split() == EVENTS[:400].split()


CHAINED = """2026-11-03 04:10:22 ERROR web request 7
Traceback (most recent call last):
  File "/srv/app/load.py", line 9, in load
    json.loads('{"region": "eu-north-1", "replicas": 3,, "port": 6543, "name": "ledger", "zone": "b"}')
json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 40 (char 39)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/app/load.py", line 11, in boot
    raise RuntimeError("config /etc/relay/prod.json cannot be read") from e
RuntimeError: config /etc/relay/prod.json cannot be read"""


def test_what_links_traces_in_a_log_stands_with_what_it_led_to():
    """Alone it says nothing, nor does the line that a trace begins with."""
    dated = "\n".join(f"2026-11-03 04:11:{n:02} INFO web request {n}" for n in range(40))
    units = read(f"{dated}\n{CHAINED}\n{dated}")
    found = {text.strip(): number for number, text in enumerate(units.strings())}
    link = next(number for text, number in found.items() if text.startswith("The above"))
    pieces = units.structure.pieces
    assert pieces[found["RuntimeError: config /etc/relay/prod.json cannot be read"]].closes == link
    (before,) = (number for text, number in found.items() if text.startswith("json.decoder"))
    assert link not in pieces[before].needs
    assert pieces[before].closes not in (-1, link)


@pytest.mark.parametrize("said", ["Well, number {}, yes, and no.", 'First {},\n\nthen ""that"",\nno.'])
def test_rows_of_csv_with_text_in_quotation_marks_stay_whole(said):
    """Commas, sentences and line breaks within a value part nothing, and the head comes with the row."""
    rows = [f'{n},"{said.format(n)}",{n % 5}' for n in range(60)]
    out = kept("\n".join(["id,said,stars", *rows]), "What is number 41?", rate=0.1)
    assert out.startswith("id,said,stars\n")
    assert rows[41] in out
    assert {len(row) for row in csv.reader(StringIO(out)) if row} == {3}


def test_the_value_of_an_object_that_is_named_elsewhere_in_its_document():
    """All documents of a manifest have the key; the one that is asked for has the name."""
    text = "\n---\n".join(
        f"kind: Service\nmetadata:\n  name: svc{n}\nspec:\n  ports:\n  - port: 80{n}\n    target: {9000 + n}"
        for n in range(30)
    )
    out = kept(text, "What is the target of svc17?")
    assert "name: svc17" in out
    assert "target: 9017" in out
    assert len(list(yaml.safe_load_all(out))) >= 1
