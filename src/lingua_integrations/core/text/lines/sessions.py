"""Sessions: what was typed at a prompt, and what came back."""

from __future__ import annotations

from collections.abc import Sequence

import regex

PROMPT = regex.compile(
    r"""
    [ \t]* (?: >>>[ ] | In[ ]\[\d+\]:[ ] | \$[ ]\p{Ll}
      | [\w-]{1,40}=[*!^]?\#[ ]                                              # psql
      | [\w-]{1,40}=[*!^]?>[ ](?=\\|(?i:select|insert|update|delete|begin|commit|rollback|create|drop|with)\b)
      | (?: mysql | MariaDB[ ]\[[^\]\n]*\] | sqlite | SQL | duckdb | hive | cqlsh(?::\w+)? | ghci | scala
        | iex\(\d+\) | irb\([^()\n]*\):\d+(?::\d+)? | \d[\d.]*:\d{2,5}(?:\[\d+\])? )>[ ]
      | [\w-]{1,40}>[ ](?=(?:db|rs|sh)\.|(?:MATCH|RETURN|GET|SET|HGETALL|KEYS|XRANGE)[ ])  # MongoDB, Redis
      | \( (?: gdb | lldb | Pdb ) \)[ ]
      | \[? [\w-][\w.-]*@[\w.-]+[:\ ][^\s\#$>%@]{0,60}\]?[$\#%][ ](?=\S)
      | (?: PS[ ] )? [A-Z]:\\[^>\n]{0,80}>[ ]?(?=\S) )
    """,
    regex.VERBOSE,
)
"""A prompt, with something typed at it: what is answered needs that."""
TYPED_ON = regex.compile(r"[ \t]*(?:\.\.\.>?|->|[\w-]{1,40}[-'\"(][*!^]?[#>])(?: |$)")

REMARK = regex.compile(r"[ \t]*(?:>>>|In \[\d+\]:|\$)[ ]+#")
"""A comment typed at a prompt: it is about what is typed next."""


def is_session(found: Sequence[str]) -> bool:
    """Whether lines are what was typed at a prompt, and what came back.

    >>> is_session(["   >>> 1 + 1", "   2"]), is_session(["It costs", "$ 5."])
    (True, False)
    """
    return len(found) > 1 and PROMPT.match(found[0]) is not None
