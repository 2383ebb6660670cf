"""What a user has laid down in a conversation: a shorter history may not lose it."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.spans import Span

_LAID_DOWN = regex.compile(
    r"""
    \b (?: must | mustn['’]t | shall | never | always | (?: do | may | should ) (?: \s+ not | n['’]t )
      | forbidden | prohibited | required | to-?dos?
      | nie | niemals | immer | muss | müssen | darf \s+ (?: \w+ \s+ )? nicht | verboten
      | jamais | toujours | doit | doivent | il \s+ faut | interdite?s?
      | nunca | siempre | debe[ns]? | prohibid[oa]s? | sempre | deve[m]? | proibid[oa]s? | vietat[oaie]
      | nooit | altijd | moet | никогда | всегда | нельзя | должн\p{L}+ | запрещ\p{L}+ ) \b
    | ^ [ \t]* [-*+] [ ] \[ [ xX] \]
    | 必须 | 必須 | 禁止 | 不要 | 不得 | 绝不 | しないで | なければ | 하지 \s* 마 | 반드시 | ห้าม | ต้อง
    """,
    regex.VERBOSE | regex.IGNORECASE | regex.MULTILINE,
)


def laid_down(text: str) -> tuple[Span, ...]:
    """Where a text says what must be, must not be, or is still to do: the sentences with these words stay.

    >>> text = "It rained. Never deploy on Friday. Do not touch main."
    >>> [text[slice(*span)] for span in laid_down(text)]
    ['Never', 'Do not']
    """
    return tuple(Span(*match.span()) for match in _LAID_DOWN.finditer(text))
