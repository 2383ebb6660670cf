"""Source code: guards of Go, braces around lines that are not indented, marks in the bodies of functions."""

from __future__ import annotations

import pytest
from outputs import kept, needed

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

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
    "kotlin": 'class A {\n  fun f(x: Int): Int {\n    val y = x * 2\n    log("doubled")\n    return y\n  }\n}\n',
    "ruby": "class A\n  def f(x)\n    y = x * 2\n    puts 'doubled'\n    y + 1\n  end\nend\n",
    "swift": 'class A {\n  func f(x: Int) {\n    let y = x * 2\n    print("doubled")\n    send(y)\n  }\n}\n',
    "lua": 'local A = {}\nfunction A:f(x)\n  local y = x * 2\n  print("doubled")\n  return y\nend\n',
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
