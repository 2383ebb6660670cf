"""Which files hold source code, of which whole lines are kept or dropped."""

from __future__ import annotations

from pathlib import PurePath

_CODE = ".py .js .ts .tsx .jsx .java .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .kt .scala .sh .sql .lua"


def is_code(name: str) -> bool:
    """Whether a file of this name holds source code.

    >>> is_code("src/main.py"), is_code("notes.md")
    (True, False)
    """
    return PurePath(name).suffix.lower() in _CODE.split()
