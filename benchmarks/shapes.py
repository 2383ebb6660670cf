"""How time grows with a text, for shapes that parsers stumble over: `python benchmarks/shapes.py`.

Each shape is compressed at two sizes, by BM25 to a third. The exponent says how time grows: 1 is in
proportion, 2 with the square. Times are those of the processor. Where the larger size would take too long,
four times the smaller one stands in for it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from random import Random

from lingua_integrations import BudgetTooSmall, PromptCompressor

SMALL, LARGE = 40_000, 640_000  # characters
QUESTION = "Where did the cat number 7 sit on 2024-01-31?"
PARTS: dict[str, str] = {
    "words": "the cat sat on the mat, and it ran. ",
    "words without an end": "the cat sat on the mat ",
    "one word": "x",
    "one-letter words": "a ",
    "capitals": "A B. ",
    "abbreviations": "Dr. No. approx. U.S.A. ",
    "numbers": "1,234.5 ",
    "digits": "7",
    "dots": ".",
    "ellipses": "... ",
    "commas": ", ",
    "question marks": "? ",
    "dashes": "-",
    "rules": "|-",
    "rule lines": "|-|-|-\n",
    "equals": "=",
    "equals and spaces": "== ",
    "plus and minus": "+-",
    "pipes": "|",
    "pipe rows": "| a | b |\n",
    "backticks": "`",
    "backticks and letters": "`a",
    "fences": "```\n",
    "tildes": "~~~ \n",
    "images": "![a",
    "links": "[a](b) ",
    "open brackets": "[",
    "open parentheses": "(",
    "nested pairs": "[(",
    "closed pairs": "()",
    "calls": "f(x)",
    "braces": "{",
    "quotes": '"',
    "quotes and commas": '"a",',
    "apostrophes": "'a ",
    "stars": "*",
    "bold": "**a** ",
    "underscores": "_a",
    "hashes": "#",
    "headings": "# a\n",
    "underlined headings": "A\n===\n",
    "bullets": "- a\n",
    "nested bullets": "- - ",
    "numbered": "1. a\n",
    "quotations": "> ",
    "quoted lines": "> a\n",
    "line feeds": "\n",
    "spaces": " ",
    "tabs": "\t",
    "spaces and line feeds": " \n",
    "carriage returns": "\r",
    "tags": "<p>",
    "closed tags": "<b>a</b>",
    "open tags": "<a ",
    "comments": "<!--",
    "entities": "&amp;",
    "table cells": "<td>a",
    "assignments": "x = 1\n",
    "functions": "def f(x):\n    return x\n\n",
    "nested ifs": "if x: ",
    "semicolons": "a;",
    "comments in code": "# a\nx = 1\n",
    "csv": "a,b,c\n",
    "long csv rows": "a,",
    "log lines": "2024-01-31 10:00:02 ERROR cannot open 7\n",
    "times": "10:00:02 ",
    "speakers": "Ann: yes it is.\n",
    "questions": "Q: a?\nA: b.\n",
    "mail quotes": "On Monday X wrote:\n> a\n",
    "diff lines": "+a\n-b\n",
    "hunks": "@@ -1 +1 @@\n-a\n+b\n",
    "yaml": "a:\n  b: c\n",
    "yaml flags": "- name: a\n  state: absent\n  size_unit: mm\n  size: 3\n",
    "conditions of make": "ifdef A\nB = 1\nelse\nB = 2\nendif\n",
    "directives": "#if A\nf();\n#endif\n",
    "attributes": "@Old\nfun a() {\n}\n",
    "calls in a chain": "a\n  .b()\n  .c()\n",
    "here-documents": "for a in b; do\n  c <<EOF\nx\nEOF\ndone\n",
    "sessions": "shop=# select 1;\n a\n---\n 1\n(1 row)\n",
    "transactions": "BEGIN;\nDELETE FROM a;\nROLLBACK;\n",
    "scenarios": "Scenario: a\n  Given b\n  When c\n  Then d\n\n",
    "unit files": "# /etc/a\n[b]\nenabled = false\nc = 1\n",
    "settings in comments": "# size = 3\nsize = 4\n",
    "empty comments": "#\n",
    "options over two lines": "  -a, --all   show it\n              and more\n",
    "rows below rows": "Head  x\n  Sub   5\n    Deep  6\n",
    "lines at the margin": "- a item.\nRemoved it\n- b\n",
    "lists below names": "Basic\nThree users\n\n",
    "plain titles": "Open hours\n\nIt is open. We close.\n\n",
    "replies": "> a said.\nNo, it is b.\n",
    "mails below their answers": "From: A\nSent: 7 May\nSubject: b\n\nShall we go?\n\nA\n\n",
    "deeper quotations": "> a?\n>> b?\n>>> c?\n",
    "posts that object": "A wrote on 7 May 2024\n\nThat does not work.\n\n",
    "steps of a job": "##[group]Run a\n##[endgroup]\n[Pipeline] { (b)\nit ran\n",
    "attempts": "10:00:02 cannot open a.b (attempt 7)\n",
    "results in groups": "  A\n    ✓ b (3 ms)\n      ✕ c (3 ms)\n",
    "reverts": 'commit 1b3d5f7a\nAuthor: A\n\n    Revert "a"\n\n    This reverts commit 9f2c1aa4.\n\n',
    "reverted commits": 'commit 1b3d5f7a\nAuthor: A\n\n    Revert "a"\n\n    Reverts 9f2c1aa4.\n\n',
    "replies in a chat": "Ann  [9:12 AM]\nis it so?\n  2 replies\n  Bo  [9:14 AM]\n  no\n",
    "messages": '{"role":"user","content":"No, why?"}\n',
    "toml": '[a]\nb = "c"\n',
    "sql": "INSERT INTO t VALUES (1, 'a');\n",
    "sql rows": "(1, 'a'),",
    "environments of LaTeX": "\\begin{a}\n",
    "closed environments": "\\begin{a}\nb\n\\end{a}\n",
    "sections of LaTeX": "\\section{a}\nb \\begin{c}\n\\item d\n",
    "rows of LaTeX": "\\begin{tabular}{l}\na & b \\\\\n",
    "fences of AsciiDoc": "====\na\n",
    "items of AsciiDoc": "= A\n\n. a\n+\nb\n",
    "tables of AsciiDoc": "|===\n|a |b\n",
    "templates of wikis": "== A ==\n{{a\n",
    "tables of wikis": "{|\n! a\n|}\n",
    "items of POD": "=over\n\n=item a\n\nb\n\n",
    "exchanges of HTTP": "> GET /a HTTP/1.1\n> b: c\n",
    "responses of HTTP": "HTTP/1.1 200 OK\na: b\n\n{}\n",
    "entries of BibTeX": "@a{b,\n",
    "games of chess": '[A "b"]\n\n1. e4\n\n',
    "references": "[1] a.\n[2] ---. b.\n",
    "rules of iptables": "*nat\n-A a\n",
    "backslashes": "a, \\\n",
    "forms": "<form><input checked>a",
    "quotations of HTML": "<blockquote>a",
    "divisions": "<div><h3>a</h3><p>b</p>",
    "cards": "<div><h3>a</h3><p>b</p></div>",
    "items of feeds": "<x><y><z>1</z></y><y><z>2</z></y></x>",
    "urls": "http://a.b/c ",
    "schemes": "a://",
    "e-mails": "a@b.c ",
    "paths": "/a",
    "flags": "\U0001f1e9",
    "combining marks": "\u0308",
    "emoji": "\U0001f469\u200d",
    "han": "漢字",
    "han sentences": "漢字。",
    "kana": "カナ",
    "thai": "ไทย",
    "hangul": "한국",
    "arabic": "سلام ",
    "surrogates": "\ud800",
    "nulls": "\0",
    "right to left": "\u202e",
    "json numbers": "1,",
}
"""What a shape repeats."""


def _wrapped(head: str, part: str, tail: str) -> Callable[[int], str]:
    return lambda size: head + part * ((size - len(head) - len(tail)) // len(part)) + tail


def _prose(size: int) -> str:
    rng = Random(0)
    words = [
        "the",
        "cat",
        "sat",
        "on",
        "a",
        "mat",
        "and",
        "Emma",
        "never",
        "wrote",
        "7",
        "novels",
        "in",
        "1815",
    ]
    made, length = [], 0
    while length < size:
        sentence = " ".join(rng.choices(words, k=rng.randint(4, 14))).capitalize() + rng.choice(
            [". ", "? ", ".\n\n"]
        )
        made.append(sentence)
        length += len(sentence)
    return "".join(made)


def _records(size: int) -> str:
    one = {"id": 7, "name": "a cat", "note": "It sat on the mat, and it ran."}
    return json.dumps([one] * (size // len(json.dumps(one))))


SHAPES: dict[str, Callable[[int], str]] = {
    **{name: _wrapped("", part, "") for name, part in PARTS.items()},
    **{
        f"{name}, then a letter": _wrapped("", PARTS[name], "x")
        for name in ("rules", "equals", "dashes", "spaces")
    },
    "prose": _prose,
    "json records": _records,
    "json array": _wrapped("[", "1,", "1]"),
    "json nested": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "json string": _wrapped('{"a":"', "the cat sat. ", '"}'),
    "json keys": lambda size: json.dumps({f"key{n}": n for n in range(size // 16)}),
    "html page": _wrapped("<html><body>", "<p>The cat sat.</p>", "</body></html>"),
    "html table": _wrapped("<table>", "<tr><td>a<td>7</tr>", "</table>"),
    "fenced code": _wrapped("```py\n", "x = 1\n", "```\n"),
    "csv with a head": _wrapped("id,fruit,price\n", "7,apple,3.5\n", ""),
    "pipe table": _wrapped("| a | b |\n|---|---|\n", "| apple | 7 |\n", ""),
    "nested directives": lambda size: "f();\n" + "#if A\n" * (size // 13) + "#endif\n" * (size // 13),
    "guards": _wrapped("f :: A -> B\nf x\n", "  | x = 1\n", ""),
    "one transaction": _wrapped("BEGIN;\n", "DELETE FROM a;\n", "ROLLBACK;\n"),
    "savepoints": _wrapped("BEGIN;\nSAVEPOINT a;\n", "DELETE FROM a;\nROLLBACK TO a;\n", "ROLLBACK;\n"),
    "one scenario": _wrapped("Scenario: a\n", "  Given b\n  Then c\n", ""),
    "sections": _wrapped("class A\n", "  private\n  b\n", "end\n"),
    "log with traces": _wrapped(
        "10:00:00 INFO a\n10:00:01 ERROR b\nTraceback (most recent call last):\n",
        '  File "a.py", line 7, in f\n    f()\n',
        "E: no\n",
    ),
    "diff": _wrapped("--- a\n+++ b\n@@ -1 +1 @@\n", "+the cat sat\n the mat\n", ""),
    "class": _wrapped("class A:\n", "    def f(self):\n        return 7\n\n", ""),
    "trace": _wrapped(
        "Traceback (most recent call last):\n", '  File "a.py", line 7, in f\n    f()\n', "E: no"
    ),
}


def seconds(shape: str, size: int, method: str = "extractive-bm25") -> float:
    """What it takes to compress a shape of that size to a third; the better of up to three times."""
    text = SHAPES[shape](size)
    best = math.inf
    for _ in range(3):
        begin = time.process_time()
        _compressed(text, method)
        best = min(best, time.process_time() - begin)
        if best > 1:
            break
    return best


def _compressed(text: str, method: str) -> None:
    compressor = _compressor(method)
    budget = max(1, compressor.counter.count(text) // 3)
    with suppress(BudgetTooSmall):  # of one long unit nothing is kept, and to find that out takes time, too
        compressor.compress([text], question=QUESTION, target_tokens=budget)


@cache
def _compressor(method: str) -> PromptCompressor:
    return PromptCompressor(config=method)


def main() -> int:
    """Print a table; the exit status is the number of shapes over the bounds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", type=int, default=SMALL, help="characters")
    parser.add_argument("--large", type=int, default=LARGE, help="characters")
    parser.add_argument("--only", default="", help="shapes that have this in their name")
    parser.add_argument("--method", default="extractive-bm25")
    parser.add_argument("--exponent", type=float, default=1.15, help="bound")
    parser.add_argument("--per-megabyte", type=float, default=10.0, help="bound in seconds")
    wanted = parser.parse_args()
    seconds("prose", 4000, wanted.method)  # what the first call loads is no part of it
    over = 0
    print(f"{'shape':32}{wanted.small // 1000:>6} KB{wanted.large // 1000:>7} KB  exponent  s/MB")
    for shape in SHAPES:
        if wanted.only not in shape:
            continue
        small = seconds(shape, wanted.small, wanted.method)
        large = wanted.small * 4 if small > 1 else wanted.large
        longer = seconds(shape, large, wanted.method)
        exponent = math.log(max(longer, 1e-6) / max(small, 1e-6)) / math.log(large / wanted.small)
        rate = longer / large * 1e6
        bad = (exponent > wanted.exponent and longer > 0.1) or rate > wanted.per_megabyte
        over += bad
        print(f"{shape:32}{small:9.3f}{longer:10.3f}{exponent:10.2f}{rate:8.2f}{'  !' * bad}", flush=True)
    print(f"{over} over the bounds")
    return over


if __name__ == "__main__":
    sys.exit(main())
