"""Queries in SQL, which mean another thing without one of their clauses."""

from __future__ import annotations

from collections.abc import Sequence

import regex

_BEGINS = regex.compile(
    r"\s*(?:EXPLAIN\s+(?:ANALYZE\s+)?)?(?:SELECT\s|WITH\s+(?:RECURSIVE\s+)?\w+\s+(?:\([^()]*\)\s*)?AS\s*\("
    r"|UPDATE\s+\S+(?:\s+\w+)?\s+SET\b|UPDATE\s+\S+\s*$|DELETE\s+FROM\s|MERGE\s+INTO\s)",
    regex.I,
)
_CLAUSE = regex.compile(
    r"\s*(?:FROM|(?:(?:LEFT|RIGHT|FULL|INNER|OUTER|CROSS)\s+)*JOIN|WHERE|SET|GROUP\s+BY|ORDER\s+BY|HAVING|LIMIT|UNION"
    r"|VALUES|RETURNING)\b",
    regex.I,
)
_COMMENT = regex.compile(r"\s*--")


def is_query(found: Sequence[str]) -> bool:
    """Whether lines are a query: its first line begins one, and clauses begin others.

    Words in small letters may be prose: they need two clauses, or a semicolon at the end.

    >>> is_query(["SELECT name", "FROM orders", "WHERE total > 50"])
    True
    >>> is_query(["Select the rows", "from the list."]), is_query(["SELECT a FROM b", "WHERE c = 1;"])
    (False, True)
    """
    told = [line for line in found if not _COMMENT.match(line)]
    if len(told) < 2 or not _BEGINS.match(told[0]):
        return False
    clauses = sum(map(bool, map(_CLAUSE.match, told[1:])))
    sure = told[0].split()[0].isupper() or told[-1].rstrip().endswith(";")
    return clauses >= (1 if sure else 2)
