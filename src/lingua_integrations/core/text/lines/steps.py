"""Steps and groups in the logs of jobs: what a line tells happened in the one in which it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.lines.depths import Depths

_IN_FRONT = r"(?:[^\t\n]{1,80}\t){0,2}+(?:(?=\S{0,40}\d)[^\s#]{1,40}\s+)?+"  # a job, a step and a time
# GitHub shows the command of a step as a group, which ends before what the command prints.
_OPENS = regex.compile(
    _IN_FRONT
    + r"""(?:
    (?P<play> PLAY\ (?:\[|RECAP\b) )
    | (?P<step> \#\#\[group\]Run\  | \#\#\[section\]Starting:\  | (?:TASK|RUNNING\ HANDLER)\ \[
      | Step\ \d+/\d+\ : | >\ Task\ : )
    | (?P<group> \#\#\[group\] | ::group:: )
    | (?P<block> section_start:\d+: | travis_fold:start: | \#\#teamcity\[blockOpened\b
      | \[Pipeline\]\ \{\ \( )
    | (?P<unnamed> \[Pipeline\]\ \{ ) )""",
    regex.VERBOSE,
)
_CLOSES = regex.compile(
    _IN_FRONT
    + r"""(?:
    (?P<step> \#\#\[section\]Finishing:\  )
    | (?P<group> \#\#\[endgroup\] | ::endgroup:: )
    | (?P<block> section_end:\d+: | travis_fold:end: | \#\#teamcity\[blockClosed\b | \[Pipeline\]\ \}
      | \[Pipeline\]\ // ) )""",
    regex.VERBOSE,
)
_SUMS_UP = regex.compile(
    _IN_FRONT + r"(?:Job (?:succeeded|failed)|ERROR: Job failed|Finished: \p{Lu}|FAILURE: |BUILD \p{Lu}"
    r"|Post job cleanup|Cleaning up |Complete job|Successfully (?:built|tagged) )"
)
_DEPTHS = {"play": 0, "step": 1, "group": 2, "block": 3, "unnamed": 3}
_DEEPEST = 8  # blocks within blocks that are told apart


@dataclass
class Steps:
    """The step, the group and the blocks in which the next line of a log stands."""

    depths: Depths = field(default_factory=Depths)
    blocks: int = 0  # that are open

    def over(self, line: str) -> tuple[tuple[int, ...], bool, bool]:
        """What a line needs, whether it begins one of them, and whether it does nothing but end one."""
        opens, closes = _OPENS.match(line), _CLOSES.match(line)
        if opens:
            return self.depths.over(self._depth(opens)), opens.lastgroup != "unnamed", False
        if closes:
            self.blocks = max(0, self.blocks - (closes.lastgroup == "block" and "//" not in closes.group()))
            return self.depths.over(self._depth(closes)), False, True
        return self.depths.over(0 if _SUMS_UP.match(line) else 3 + _DEEPEST), False, False

    def enter(self, line: str, at: int) -> None:
        """Keep in mind the piece of a line, where that begins one of them."""
        opens = _OPENS.match(line)
        if opens and opens.lastgroup != "unnamed":
            self.depths.enter(self._depth(opens), at)
        self.blocks += opens is not None and opens.lastgroup in ("block", "unnamed")

    def _depth(self, mark: regex.Match[str]) -> int:
        nested = mark.lastgroup in ("block", "unnamed")
        return _DEPTHS[mark.lastgroup or ""] + (min(self.blocks, _DEEPEST - 1) if nested else 0)


def is_mark(line: str) -> bool:
    """Whether a line begins or ends a step, a group or a block.

    >>> is_mark("10:00:04Z ##[group]Run make"), is_mark("echo '::group::Run'")
    (True, False)
    """
    return _OPENS.match(line) is not None or _CLOSES.match(line) is not None


def is_job(found: Sequence[str]) -> bool:
    """Whether lines are the log of a job in steps.

    >>> is_job(["TASK [a] ***", "ok: [web1]", "TASK [b] ***", "ok: [web1]"])
    True
    """
    return sum(_OPENS.match(line) is not None for line in found) > 1
