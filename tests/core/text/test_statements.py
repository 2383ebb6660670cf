"""Source code: guards of Go, braces around lines that are not indented, marks in the bodies of functions."""

from __future__ import annotations

import pytest
from outputs import kept, needed

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.omissions.comments import comment_of

GO = """package main

func serve(name string) int {
	if name == "" {
		log.Print("no name was given, so that there is nothing at all to be read from the disk")
		log.Print("the caller has to give one")
		return 400
	}
	data := load(name)
	return send(data)
}
"""
CPP = """#include <map>

namespace store {

template <typename V>
class Cache {
public:
    void put(std::string key, V value) {
        map_.emplace(std::move(key), std::move(value));
    }

private:
    std::map<std::string, V> map_;
};

}  // namespace store
"""
SHARP = """using System;

namespace Shop
{
    public sealed class Discounts
    {
        private readonly IClock _clock;

        public decimal For(Order order)
        {
            if (order.IsEmpty) throw new InvalidOperationException();
            return order.Total * 0.2m;
        }
    }
}
"""
BODIES = {
    "kotlin": """class A {
    fun f(x: Int): Int {
        val y = x * 2
        log("doubled")
        return y
    }
}
""",
    "ruby": """class A
  def f(x)
    y = x * 2
    puts 'doubled'
    y + 1
  end
end
""",
    "swift": """class A {
    func f(x: Int) {
        let y = x * 2
        print("doubled")
        send(y)
    }
}
""",
    "lua": """local A = {}
function A:f(x)
  local y = x * 2
  print("doubled")
  return y
end
""",
}


def test_a_statement_of_go_needs_the_guard_before_it() -> None:
    found = needed(GO, "go")
    assert "return 400" in found["data := load(name)"]
    assert found["return 400"] == {"func serve(name string) int {", 'if name == "" {'}


def test_a_brace_around_lines_that_are_not_indented_is_not_closed_alone() -> None:
    pieces = read(CPP, "c").structure.pieces  # type: ignore[union-attr]
    (end,) = (piece for piece in pieces if CPP[piece.start : piece.end].startswith("}  // namespace"))
    assert CPP[pieces[end.closes].start : pieces[end.closes].end] == "namespace store {"
    assert "template <typename V>\nclass Cache {" in needed(CPP, "c")["public:"]


def test_c_sharp_with_braces_on_lines_of_their_own_is_code() -> None:
    assert kind_of(SHARP) == "code"
    found = needed(SHARP)
    assert any("throw" in need for need in found["return order.Total * 0.2m;"])


@pytest.mark.parametrize("language", BODIES)
def test_a_mark_stands_for_a_statement_that_is_left_out_of_a_function(language: str) -> None:
    lines = kept(BODIES[language], "Is it doubled?").splitlines()
    at = next(number for number, line in enumerate(lines) if "doubled" in line)
    assert lines[at - 1].strip().endswith("...") and lines[at + 1].strip().endswith("...")


def test_no_mark_stands_in_a_class_or_a_list() -> None:
    text = (
        "class A {\n    val x = 1\n    val doubled = 2\n    val z = 3\n}\nval list = [\n    1,\n    2,\n]\n"
    )
    out = PromptCompressor(config="extractive-bm25").compress([text], question="doubled", rate=0.7).texts[0]
    assert "doubled" in out and "..." not in out


@pytest.mark.parametrize(("first", "kind"), [("#!/bin/bash", "code"), ("#!/usr/bin/env python3", "python")])
def test_the_first_line_of_a_script_tells_its_language(first: str, kind: str) -> None:
    assert kind_of(f"{first}\ncd /srv\nls -l\n") == kind


SCRIPTS = {
    "jsx": """export default function Menu({ user }) {
  if (!user) {
    return <Spinner />;
  }
  return (
    <nav>
      {user.admin ? (
        <Admin />
      ) : (
        <Guest />
      )}
    </nav>
  );
}
""",
    "lisp": """(def base 4.9)

(defn fee
  "Fee of an order."
  [{:keys [total]}]
  (cond
    (> total 100) 0
    :else base))
""",
    "go": """func (s *Server) user(id string) (*User, error) {
	if id == "" {
		return nil, ErrNoID
	}
	return s.load(id)
}
""",
    "matlab": """function y = scale(x, limit)
% SCALE  Scale values.
    if any(x < 0)
        error('negative values');
    end
    y = x / max(x) * limit;
end
""",
    "basic": """Public Class Price
    Public Function Total(items As List(Of Item)) As Decimal
        If items.Count = 0 Then
            Return 0
        End If
        Return Sum(items)
    End Function
End Class
""",
    "batch": """@echo off
set LOG=app.log
if not exist "%LOG%" goto :missing
del "%LOG%"
goto :eof

:missing
exit /b 1
""",
}
CHAIN = """const upload = (file) =>
  fetch('/upload', { method: 'POST', body: file, headers: { 'x-long': 'so that it is not short' } })
    .then((res) => {
      check(res.status);
      log('upload done');
    })
    .catch((err) => {
      show(err.message);
      retry(file);
    })
    .finally(() => setBusy(false));
"""
CONFLICT = """def connect():
    host = "a.example"
<<<<<<< HEAD
    timeout = 30
=======
    timeout = 90
>>>>>>> feature
    return open(host, timeout)
"""


@pytest.mark.parametrize("sort", SCRIPTS)
def test_statements_of_more_languages_are_code(sort: str) -> None:
    assert kind_of(SCRIPTS[sort]) not in ("text", "nested")


def test_a_form_of_lisp_is_whole() -> None:
    assert kept(SCRIPTS["lisp"], "Which fee for a total?").startswith("(defn fee")
    assert kept(SCRIPTS["lisp"], "Which fee for a total?").endswith(":else base))")


def test_a_mark_stands_for_a_call_that_is_left_out_of_a_chain() -> None:
    out = kept(CHAIN, "upload done")
    assert ".catch" not in out and "/* ... */" in out


@pytest.mark.parametrize("kind", ["python", "code"])
def test_both_sides_of_a_conflict_come_with_its_marks(kind: str) -> None:
    found = needed(CONFLICT, kind)
    (whole,) = (one for one in found if "timeout = 90" in one)
    assert whole.startswith("<<<<<<< HEAD") and whole.endswith(">>>>>>> feature")
    assert found[whole] == {"def connect():"}


def test_the_last_arm_of_a_shell_case_is_no_comment() -> None:
    text = '#!/bin/sh\ncase "$1" in\n  start)\n    run ;;\n  *)\n    usage\n    exit 2\n    ;;\nesac\n'
    assert "*)" in needed(text)["usage"]


def test_a_comment_of_matlab_opens_no_block() -> None:
    lines = kept(SCRIPTS["matlab"], "Are there negative values?").splitlines()
    assert lines[0].startswith("function") and "    if any(x < 0)" in lines
    assert lines[-1] == "end"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ('f() {\n  local env=$1\n  if [ -z "$env" ]; then\n    return 1\n  fi\n}\n', "# {}"),
        ("local A = {}\nfunction A:f(x)\n  return x\nend\n", "-- {}"),
        ("f <- function(x) {\n  x + 1\n}\n", "# {}"),
        ("sub f {\n  my ($x) = @_;\n  return $x;\n}\n", "# {}"),
        ("function y = f(x)\n  y = x;\nend\n", "% {}"),
        ("Class A\n    Function F()\n        Return 1\n    End Function\nEnd Class\n", "' {}"),
        ("fun f() {\n    val x = 1\n}\n", "// {}"),
    ],
)
def test_a_mark_is_a_comment_of_the_language(text: str, sign: str) -> None:
    comment = comment_of("code", text)
    assert comment is not None and comment.line == sign
