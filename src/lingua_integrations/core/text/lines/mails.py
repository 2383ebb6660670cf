"""Mails: what is said needs the fields above it, in the languages of mail programs."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_SENDERS = (
    r"from|von|de|da|van|от|від|od|från|fra|lähettäjä|kimden|από|nadawca|差出人|送信者|发件人|發件人|寄件人"
    r"|寄件者|보낸 ?사람|من|מאת|प्रेषक|จาก"
)
_SENT = (
    r"sent|gesendet|envoyé|enviad[oa](?: (?:em|el))?|inviato|verzonden|отправлено|надіслано|wysłano|odesláno"
    r"|skickat|sendt|lähetetty|gönderildi|εστάλη|发送时间|發送時間|寄件日期|送信日時|보낸 ?날짜|تاريخ الإرسال"
    r"|تم الإرسال|נשלח|ส่งเมื่อ"
)
_OTHERS = (
    r"to|b?cc|subject|date|reply-to|message-id|an|kopie|datum|betreff|à|objet|para|fecha|asunto|data|assunto"
    r"|oggetto|aan|onderwerp|кому|копи[яї]|тем[аи]|дата|komu|temat|předmět|till|til|ämne|emne|aihe"
    r"|vastaanottaja|kime|konu|tarih|προς|θέμα|收件人|收件者|抄送|副本|主题|主題|主旨|日期|时间|時間"
    r"|宛先|件名|日時|받는 ?사람|참조|제목|날짜|إلى|نسخة|الموضوع|التاريخ|אל|נושא|תאריך|प्रति|विषय|दिनांक"
    r"|ถึง|เรื่อง|วันที่"
)
_COLON = r"\**[ \u00a0\u202f]?[:：]"
MAIL_FIELD = regex.compile(
    rf"(?:(?P<sender>{_SENDERS})|(?P<sent>{_SENT})|(?P<other>{_OTHERS})){_COLON}\**[ \t\u00a0]*\S", regex.I
)
_FIELD = regex.compile(r"\p{Lu}[\p{L}\p{M}\d_-]{0,30}[ \u00a0]?: ")
_RULE = regex.compile(r"[ \t>]*--[^\n]*--\s*$")  # "-----Original Message-----"


def is_mail(found: Sequence[str]) -> bool:
    """Whether lines begin with the fields of a mail.

    >>> is_mail(["差出人: 佐藤", "件名: 会議", "はい。"]), is_mail(["To: Ann", "It rained."])
    (True, False)
    """
    return sum(map(bool, map(MAIL_FIELD.match, found[:4]))) >= 2


def read_mail(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Mails: what is said needs the fields above it, and a quotation the line that names its author."""
    text = outline.text
    found = lines(text, *span)
    number = 0
    while number < len(found):
        if not MAIL_FIELD.match(text, *found[number]):
            following = next(
                (n for n in range(number, len(found)) if MAIL_FIELD.match(text, *found[n])), len(found)
            )
            outline.read("text", Span(found[number].start, found[following - 1].end), needs)
            number = following
            continue
        last = number
        while last + 1 < len(found) and _goes_on(text, found[last], found[last + 1]):
            last += 1
        following = next(
            (n for n in range(last + 1, len(found) - 1) if _begins_mail(text, found, n)), len(found)
        )
        head = outline.add(found[number].start, found[last].end, needs, carrier=True)
        if following > last + 1:
            outline.read("text", Span(found[last + 1].start, found[following - 1].end), (*needs, head))
        number = following


def is_mail_head(found: Sequence[str]) -> bool:
    """Whether lines are the fields of a mail that another one quotes, perhaps below a rule that says so."""
    fields = [line.lstrip(" >*") for line in found if line.strip(" >*")]
    if len(fields) < 2:
        return False
    if _RULE.match(fields[0]):
        fields = fields[1:]
    first = MAIL_FIELD.match(fields[0])
    least = 1 if first and first["sender"] else 2
    return len(fields) > least and all(map(MAIL_FIELD.match, fields))


def is_quoted_below(head: str, before: str) -> bool:
    """Whether the fields of a mail say that it stands below the one that answers it, as Outlook has it.

    Args:
        head: the fields.
        before: what stands right before them.
    """
    fields = (MAIL_FIELD.match(line.lstrip(" >*")) for line in head.splitlines())
    ruled = _RULE.match(before) is not None and any(map(str.isalpha, before))
    return ruled or any(field and field["sent"] for field in fields)


def _goes_on(text: str, line: Span, following: Span) -> bool:
    """Whether the head of a mail goes on in the next line: with a field, or with the rest of one."""
    if MAIL_FIELD.match(text, *following):
        return True
    if text.count("\n", line.end, following.start) > 1:  # a blank line ends it
        return False
    return text[following.start].isspace() or _FIELD.match(text, *following) is not None


def _begins_mail(text: str, found: Sequence[Span], number: int) -> bool:
    return all(MAIL_FIELD.match(text, *line) for line in found[number : number + 2])
