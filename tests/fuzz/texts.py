"""Texts of every kind, as fuzzing makes them: made by hand here, with nothing of the package's own."""

from __future__ import annotations

import json

from fuzz import drawing as st

WORDS = (
    "the cat sat on a mat and Emma wrote no novel in 1815 for $12.50 or 3.14 apples . , ; "
    "not never all FATAL error-42 x_y f(x) `a b` http://a.b/c?d=1 me@x.org don't 漢字 コンピュータ "
    "שלום مرحبا สวัสดี नमस्ते 한국어 e\u0301 👩‍👩‍👧 🇩🇪 \u202eevil\u202c \u0308 \x00 \x1b[31m [ ] ( ) { } | # * _ ~ < > & \\ \" ' "
    "“so” „auf“ «oui» ， 。 ！ — … % § 1,234,567 2024-01-31 10:00:02 v1.2.3 Dr. U.S.A. approx."
).split(" ")
words = st.sampled_from(WORDS)
glued = st.sampled_from(
    [
        "#42", "-5", "50%", "state-of-the-art", "foo.bar(x)", "x[i]=y", "C++", "Yes—no", "(hello)", '"cat"', "word,",
        "在2019年，用Python。", "naïve", "**bold**", "[link](http://a.b/c)", '{"a":1,"b":[2]}', "https://example.org/a?b=c&d=1",
    ]
)  # fmt: skip
"""Words that compressors tear."""
gaps = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", "\t", "\r\n", "\u3000", ""])
lines = st.lists(words, min_size=1, max_size=9).map(" ".join)
names = st.sampled_from(["id", "name", "price", "a b", "größe", "x", "時", ""])
ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\r"])
prose = st.lists(st.tuples(words | glued, gaps), max_size=60).map(lambda pairs: "".join(map("".join, pairs)))


def joined(parts: st.Strategy[str], most: int = 8) -> st.Strategy[str]:
    """Some parts, a line end of one sort between them, perhaps one at the end."""
    several = st.lists(parts, min_size=1, max_size=most)
    return st.builds(
        lambda found, end, last: end.join(found) + last, several, ends, st.sampled_from(["", "\n", "  "])
    )


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**6), 10**20), st.floats(), words, lines,
        joined(lines, 4), st.text(max_size=12),
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names | words, inner, max_size=5),
)  # fmt: skip
containers = st.lists(values, max_size=6) | st.dictionaries(names | words, values, max_size=6)
records = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(0, 99), "status": st.sampled_from(["ok", "failed"]), "note": lines}
    ),
    min_size=1,
    max_size=12,
)
json_texts = st.builds(
    lambda data, indent, ascii_only: json.dumps(data, indent=indent, ensure_ascii=ascii_only),
    containers | records,
    st.sampled_from([None, None, 1]),
    st.booleans(),
)


def _table(rows: list[list[str]], delimiter: str) -> str:
    return "".join(delimiter.join(_quoted(cell, delimiter) for cell in row) + "\n" for row in rows)


def _quoted(cell: str, delimiter: str) -> str:
    """A value of CSV; the library of Python 3.10 writes none with a NUL."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & {delimiter, '"', "\r", "\n"} else cell


cells = st.one_of(words, st.integers(0, 9999).map(str), lines)
rows = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)
csv_texts = st.builds(_table, rows, st.sampled_from([",", "\t", ";", "|"]))
pipes = rows.map(
    lambda found: "\n".join(
        ["| " + " | ".join(found[0]) + " |", "|" + "---|" * len(found[0])]
        + ["| " + " | ".join(row) + " |" for row in found[1:]]
    )
)
drawn = rows.map(
    lambda found: "\n".join(
        "".join(cell.ljust(12) for cell in row) for row in [found[0], ["-" * 9] * 3, *found]
    )
)

_blocks = st.one_of(
    lines,
    lines.map(lambda line: f"## {line}"),
    lines.map(lambda line: f"{line}\n{'=' * 9}"),
    lines.map(lambda line: f"{line}:"),
    st.lists(lines, min_size=1, max_size=4).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(lines, min_size=1, max_size=4).map(lambda items: "\n".join(f"  {n}. {x}" for n, x in enumerate(items, 1))),
    st.lists(lines, min_size=1, max_size=3).map(lambda items: "\n".join(f"> {item}" for item in items)),
    st.builds(lambda mark, body: f"{mark}py\n{body}\n{mark}", st.sampled_from(["```", "~~~"]), joined(lines, 4)),
    st.builds(lambda one, two: f"Q: {one}?\nA: {two}.", lines, lines),
    st.builds(lambda one, two: f".. note:: {one}\n\n   {two}", lines, lines),
    st.builds(lambda one, two: f"[{one}]({two}) ![x]({one})", words, words),
    pipes,
)  # fmt: skip
markdown = st.lists(_blocks, min_size=1, max_size=7).map("\n\n".join)

_tags = st.sampled_from(["p", "li", "td", "tr", "table", "ul", "h1", "div", "b", "span", "pre", "script"])
html = st.recursive(
    lines,
    lambda inner: st.builds(
        lambda tag, body, closed: f"<{tag}>{''.join(body)}" + f"</{tag}>" * closed,
        _tags,
        st.lists(inner, min_size=1, max_size=4),
        st.sampled_from([True, True, True, False]),
    ),
).map(lambda body: f"<html><body>{body}</body></html>")

_statements = st.recursive(
    st.one_of(
        st.builds(lambda a, b: f"{a} = {b} + 1", st.sampled_from("xyz"), st.sampled_from("xyz")),
        st.sampled_from(["return x", "raise ValueError(x)", "print(x)", "pass", "break", "# not this", "import os"]),
        st.just('"""Says\n\n    what it does."""'),
    ),
    lambda inner: st.builds(
        lambda head, body: head + "\n" + "\n".join("    " + line for one in body for line in one.split("\n")),
        st.sampled_from(["def f(x):", "class A:", "if x is None:", "else:", "for x in y:", "try:", "except E:", "while x:"]),
        st.lists(inner, min_size=1, max_size=4),
    ),
)  # fmt: skip
python = st.lists(_statements, min_size=1, max_size=5).map("\n\n".join)
braces = st.recursive(
    st.sampled_from(["int x = 1;", "return x;", "throw e;", "f(x);", "// no", "x := y", "let x = 1;", "use a::b;"]),
    lambda inner: st.builds(
        lambda head, body: head + " {\n" + "\n".join("  " + line for one in body for line in one.split("\n")) + "\n}",
        st.sampled_from(["int f(int x)", "fn f()", "func f()", "if (x)", "else", "class A", "public void f()", "for (;;)"]),
        st.lists(inner, min_size=1, max_size=4),
    ),
)  # fmt: skip

_stamps = st.sampled_from(
    ["2024-01-31 10:00:02 ", "10:00:02 ", "[INFO] ", "Jan 31 10:00:02 host app[1]: ", "    at ", ""]
)
logs = joined(st.builds(str.__add__, _stamps, lines), 10)
chats = joined(
    st.builds(lambda who, said: f"{who}: {said}", st.sampled_from(["Ann", "Bob", "Dr. No", "李"]), lines)
)
diffs = st.lists(
    st.builds(
        lambda name, body: f"--- a/{name}\n+++ b/{name}\n@@ -1,3 +1,4 @@ def f\n" + "\n".join(body),
        st.sampled_from(["x.py", "y.c"]),
        st.lists(st.builds(str.__add__, st.sampled_from([" ", "+", "-"]), lines), min_size=1, max_size=60),
    ),
    min_size=1,
    max_size=3,
).map("\n".join)
mails = st.builds(
    lambda one, body: (
        f"From: a@b.c\nTo: d@e.f\nSubject: {one}\n\n{body}\n\nOn Monday X wrote:\n> {one}\n-- \nX"
    ),
    lines,
    joined(lines, 4),
)
subtitles = st.lists(lines, min_size=1, max_size=6).map(
    lambda said: "\n\n".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{one}" for n, one in enumerate(said)
    )
)
yaml = st.lists(
    st.builds(lambda key, value: f"{key}: {value}", st.sampled_from("abc"), lines), min_size=1
).map(lambda pairs: "top:\n" + "\n".join("  " * (n % 3) + pair for n, pair in enumerate(pairs)))
toml = st.lists(
    st.builds(lambda key, value: f'[s.{key}]\n{key} = "{value}"', st.sampled_from("abc"), words), min_size=1
).map("\n".join)
sql = st.lists(
    st.builds(lambda a, b: f"INSERT INTO t (a, b) VALUES ('{a}', 1), ('{b}', 2);", words, words),
    min_size=1,
    max_size=4,
).map(lambda found: "CREATE TABLE t (a TEXT, b INT);\n" + "\n".join(found))
traces = st.lists(lines, min_size=1, max_size=5).map(
    lambda found: (
        "Traceback (most recent call last):\n"
        + "\n".join(f'  File "a.py", line {n}, in f\n    {line}' for n, line in enumerate(found))
        + "\nValueError: no"
    )
)
listings = joined(st.builds(lambda n, line: f"src/a.py:{n}: {line}", st.integers(1, 99), lines), 8)
tests = joined(
    st.builds(
        lambda n, how: f"tests/test_a.py::test_{n} {how}",
        st.integers(0, 9),
        st.sampled_from(["PASSED", "FAILED"]),
    ),
    8,
).map(lambda found: f"===== test session starts =====\n{found}\n===== 1 failed, 3 passed in 0.1s =====")
records_of_fields = joined(
    st.builds(lambda key, value: f"{key}: {value}", st.sampled_from(["Name", "Size"]), lines)
)
commits = st.lists(lines, min_size=1, max_size=4).map(
    lambda found: "\n\n".join(
        f"commit {'ab12' * 10}\nAuthor: A <a@b.c>\nDate:   Mon Jan 1 10:00:00 2024\n\n    {line}"
        for line in found
    )
)

BY_KIND: dict[str, st.Strategy[str]] = {
    "anything": st.text(max_size=120),
    "prose": prose,
    "lines": joined(lines),
    "markdown": markdown,
    "html": html,
    "json": json_texts,
    "jsonl": st.lists(json_texts.filter(lambda text: "\n" not in text), min_size=1, max_size=6).map(
        "\n".join
    ),
    "csv": csv_texts,
    "pipes": pipes,
    "drawn": drawn,
    "python": python,
    "braces": braces,
    "log": logs,
    "chat": chats,
    "diff": diffs,
    "mail": mails,
    "subtitles": subtitles,
    "yaml": yaml,
    "toml": toml,
    "sql": sql,
    "trace": traces,
    "listing": listings,
    "tests": tests,
    "record": records_of_fields,
    "commits": commits,
}
"""What makes texts of each kind; few of them are well-formed to the end."""
texts = st.sampled_from(sorted(BY_KIND)).flatmap(BY_KIND.__getitem__)
mixed = st.lists(texts, min_size=1, max_size=3).map("\n\n".join)
"""Several kinds in one text."""
documents = st.one_of(texts, texts, texts, mixed)
