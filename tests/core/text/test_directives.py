"""Directives of reST: each with its own options and code, and with what leads to it."""

from __future__ import annotations

import ast

import pytest
from outputs import needed

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read

BADGES = (
    "Title\n=====\n\n.. image:: https://a.example/docs.svg\n   :target: https://docs.example\n   :alt: Docs\n"
    ".. image:: https://a.example/licence.svg\n   :target: https://licence.example\n   :alt: Licence\n\n"
    "The library reads figs.\n"
)
CODE = (
    "Use it so, if you open\nthe file yourself:\n\n.. code-block:: python\n   :linenos:\n\n"
    "    with figs.open('a.fig') as handle:\n        for fig in handle:\n            print(fig.name)\n\n"
    "            count(fig)\n\n    def close(handle):\n        if handle.broken:\n            return None\n\n"
    + "".join(f"        handle.flush('part {n}')\n" for n in range(20))
    + "\nIt is fast.\n"
)
FUNCTION = (
    ".. function:: open(name)\n\n   Opens a file.\n\n   .. versionchanged:: 3.8\n      Raises an error.\n\n"
    ".. function:: close(name)\n\n   Closes it.\n"
)


def pieces(text):
    return [text[slice(*piece[:2])] for piece in read(text).structure.pieces]


def test_an_image_comes_with_its_own_options():
    found = [one for one in pieces(BADGES) if "image::" in one]
    assert [one.split("/")[3].split(".")[0] for one in found] == ["docs", "licence"]
    assert found[1].splitlines()[1:] == ["   :target: https://licence.example", "   :alt: Licence"]


@pytest.mark.parametrize("rate", [0.2, 0.4, 0.6])
def test_code_comes_with_its_directive_and_the_sentence_above_and_parses(rate):
    (out,) = (
        PromptCompressor(config="extractive-bm25")
        .compress([CODE], question="What if the handle is broken?", rate=rate)
        .texts
    )
    assert "handle.broken" in out
    assert out.startswith(
        "Use it so, if you open\nthe file yourself:\n\n.. code-block:: python\n   :linenos:"
    )
    code = out[out.index(":linenos:") + 9 :].split("\nIt is fast.")[0]
    ast.parse("if True:\n" + code.replace("\n\n", "\n"))


def test_what_a_function_does_comes_with_its_name():
    found = needed(FUNCTION)
    assert ".. function:: close(name)" in found["Closes it."]
    assert ".. function:: open(name)" not in found["Closes it."]
    assert {".. function:: open(name)", ".. versionchanged:: 3.8"} <= set(found["Raises an error."])


def test_a_directive_in_a_list_stays_with_its_item():
    shell = ".. code-block:: sh"
    found = needed(f"1. Get it:\n\n   {shell}\n\n      curl a\n\n2. Run it:\n\n   {shell}\n\n      ./a\n")
    (run,) = (above for one, above in found.items() if "./a" in one)
    assert any("Run it" in one for one in run)
    assert not any("Get it" in one for one in run)


def test_a_directive_within_a_fence_is_code_of_the_fence():
    text = "As here:\n\n```rst\n.. code-block:: sh\n\n   ls\n```\n\nDone.\n"
    assert any(one.startswith("```rst") and one.endswith("```") for one in pieces(text))


TABLE = """There are options:

======== ========= =====================
Variable Option    Description
======== ========= =====================
profile  --profile Default profile name
-------- --------- ---------------------
region   --region  Default region
-------- --------- ---------------------
output   --output  Default output style
======== ========= =====================

That is all.
"""


def test_rows_between_rules_keep_the_names_of_their_columns():
    found = needed(TABLE)
    (region,) = (above for one, above in found.items() if one.startswith("region"))
    assert any("Description" in one for one in region)
    assert not any("profile" in one for one in region)


BLOCK = """Precedence
----------

The values are denoted by
indentation::

  # In ~/.aws/config
  [profile testing]
  region = us-west-2
  s3 =
    max_requests=10

The next one::

  $ ls
"""


def test_a_block_below_two_colons_is_one_thing_with_the_sentence_above():
    found = needed(BLOCK)
    (block,) = (one for one in found if "max_requests" in one)
    assert block.startswith("# In ~/.aws/config\n  [profile testing]")
    assert any("denoted by\nindentation::" in one for one in found[block])
    assert not any("config" in one for one in found["$ ls"])


def test_a_sentence_over_ragged_lines_is_whole():
    text = (
        "``max_attempts``\n"
        "    How many attempts are made for a single request, with the first one.  Then,\n"
        "    setting this value to 5 will result in a request being retried up to\n"
        "    4 times.  If not provided, it is whatever\n"
        "    is modeled.\n"
    )
    assert not any(one.startswith("4 times") for one in needed(text))


def test_what_is_typed_at_a_prompt_comes_with_its_lines_and_its_answer():
    typed = "".join(f"    >>> part({n})\n    {n}\n" for n in range(30))
    plan = "    >>> plan = {\n    ...     'a': 1,\n    ... }\n"
    found = needed(f"See:\n\n.. code-block:: python\n\n{plan}{typed}\nDone.\n")
    assert ">>> plan = {\n    ...     'a': 1,\n    ... }" in found
    assert ">>> part(17)\n    17" in found
    remarked = needed(
        "```\n" + "".join(f">>> # Part {n}:\n>>> part({n})\n{n}\n\n" for n in range(40)) + "```\n"
    )
    assert ">>> # Part 17:\n>>> part(17)\n17" in remarked


def test_a_title_underlined_by_backticks_begins_no_code():
    mark = "`" * 12
    mark_it = "Mark a function::\n\n    class A:\n        b = 1"
    found = needed(f"It is easy\n{mark}\n\n{mark_it}\n\nAnd to use\n{mark}\n\nRun it now.\n")
    assert any(one.startswith("And to use") for one in found["Run it now."])
    assert not any("It is easy" in one for one in found["Run it now."])


def test_what_goes_on_below_code_needs_the_code():
    found = needed("On your machine just run:\n\n```sh\nfigs config\n```\nand answer the questions asked.\n")
    assert found["and answer the questions asked."] == {
        "On your machine just run:",
        "```sh\nfigs config\n```",
    }


def test_a_sentence_goes_on_with_a_link_in_the_next_line():
    text = (
        "The list of all changes is available either on the page of releases:\n"
        "|status|, on the\n"
        "`wiki <https://figs.example/figs/figs/wiki/Releases>`__, or on the\n"
        "`website <https://figs.example/releases/>`__.\n"
    )
    assert not any(one.startswith("`website") for one in needed(text))


def test_what_refers_to_a_footnote_comes_with_it():
    found = needed(
        "Entry is free [1]_. The garden is open [#hours]_.\n\n"
        ".. [1] Only on Sundays.\n.. [#hours] From May.\n"
    )
    assert ".. [1] Only on Sundays." in found["Entry is free [1]_."]
    assert found["The garden is open [#hours]_."] == {".. [#hours] From May."}
