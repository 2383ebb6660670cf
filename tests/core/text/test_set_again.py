"""What is set again later: the first value comes with the one that holds in the end."""

from __future__ import annotations

import pytest
from outputs import kept, needed

FILLER = "{0}HOST{1}a.example\n{0}REGION{1}eu\n{0}CACHE{1}redis\n"
AGAIN = {
    "env": ("TIMEOUT=30", FILLER.format("", "="), "TIMEOUT=120"),
    "exports": ("export TIMEOUT=30", FILLER.format("export ", "="), "export TIMEOUT=120"),
    "properties": ("timeout = 30", FILLER.format("", " = "), "timeout = 120"),
    "dockerfile": ("FROM alpine\nENV TIMEOUT=30", "RUN make\nCOPY . .\n", "ENV TIMEOUT=120"),
    "makefile": ("TIMEOUT = 30", "CC = gcc\nall:\n\tmake\n\n", "TIMEOUT := 120"),
    "redis": ("timeout 30", "port 6379\nappendonly no\ndir /var/lib\n", "timeout 120"),
    "python": ("import os\n\nTIMEOUT = 30", "A = 1\nB = f(2)\nC = [3]\n", "TIMEOUT = 120"),
    "shell": ("#!/bin/sh\nTIMEOUT=30", "cd /srv\nls -l\n./run\n", "TIMEOUT=120"),
    "condition": ("import os\n\nTIMEOUT = 30", "A = 1\nB = f(2)\n\nif x:\n", "    TIMEOUT = 120"),
    "log": (
        "10:00 INFO app timeout=30",
        "10:01 INFO GET /a\n10:02 INFO GET /b\n",
        "10:03 INFO app timeout=120",
    ),
    "state": (
        "10:00 INFO job 7: waiting",
        "10:01 INFO GET /a\n10:02 INFO GET /b\n",
        "10:03 INFO job 7: failed",
    ),
}


@pytest.mark.parametrize("sort", AGAIN)
def test_a_value_comes_with_the_one_that_replaces_it(sort: str) -> None:
    first, between, last = AGAIN[sort]
    found = needed(f"{first}\n{between}{last}\n")
    (needs,) = (needs for one, needs in found.items() if one.endswith(first.splitlines()[-1]))
    assert any(last.strip() in need for need in needs)


def test_a_section_may_go_on_later() -> None:
    first, last = "[core]\n\teditor = vim", "[core]\n\teditor = nano"
    found = needed(f"{first}\n[user]\n\tname = Ann\n[alias]\n\tco = checkout\n{last}\n")
    assert found[first] == {last} and not found[last]


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nport = 1\n[b]\nport = 2\n",
        "[[a]]\nport = 1\n[[a]]\nport = 2\n",
        "".join(f"10:0{n} INFO request took: {n}ms\n" for n in range(8)),
        "import os\nx = f(1)\ny = g(2)\n\nx = f(x)\n",
    ],
)
def test_what_is_no_setting_of_the_same_thing_needs_no_other(text: str) -> None:
    contents = needed(text)
    assert not any(need in contents and "=" in need for needs in contents.values() for need in needs)


def test_the_first_value_is_not_the_answer() -> None:
    text = "timeout=30\nhost=a.example\nregion=eu\ncache=redis\ntimeout=120\n"
    assert kept(text, "What is the timeout?") == "timeout=30\ntimeout=120"
