"""Salutations, closings and signatures of mails: they say nothing, and head nothing."""

from __future__ import annotations

import regex

_GREETS = regex.compile(
    r"""
    [\s>*_]* (?: [^\s,]{1,20} , \s )? (?: hi | hello | hey | dear | good\ (?:morning|afternoon|evening|day)
      | to\ whom\ it
      | hallo | liebe[rs]? | sehr\ geehrte\p{L}* | guten\ (?:tag|morgen|abend) | moin | servus
      | bonjour | bonsoir | salut | chère?s? | madame | monsieur | mesdames | hola | buen[oa]s | estimad[oa]s?
      | querid[oa]s? | ciao | buon\p{L}* | gentile | egregi[oa] | car[oaie] | olá | oi | bo[ma] | prezad[oa]s?
      | caríssim[oa] | beste | geachte | dag | goede(?:morgen|middag|navond) | привет | здравствуйте
      | добрый | уважаем\p{L}+ | дорог\p{L}+ | مرحبا\p{M}? | السلام | عزيزي | عزيزتي
      | السيدة? | שלום | היי | नमस्ते
      | प्रिय | आदरणीय | สวัสดี\p{L}* | เรียน | hej | hei | kære | kjære | cześć | dzień | szanown\p{L}+ | merhaba
      | sayın ) \b (?: [\s,]+ [^\s,.!?:]+ ){0,4} [\s,.!:،]* $
    | [\s>]* [^\n。！？]{0,12} (?: 様 | さん | さま | 殿 | 先生 | 各位 | 皆様 | 님 | 씨 | 你好 | 您好 )
      [\s,，、:：!！]* $
    | [\s>]* (?: 尊敬的 | 亲爱的 | 親愛的 | 안녕하세요 | こんにちは | お世話になっております ) [^\n]{0,20} $
    | [\s>]* (?! (?:yes|no|ja|nein|oui|non|s[ií]|não|да|нет) \b )
      (?-i: \p{Lu}[\p{L}.'’\-]+ (?: \s \p{Lu}[\p{L}.'’\-]+ ){0,2} ) \s? , \s* $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_CLOSES = regex.compile(
    r"""
    [\s>]* -{2,3} \s* $
    | [\s>*_]* (?: (?: best | kind | kindest | warm | many )? \ ?(?:regards|wishes) | best | cheers
      | thanks? (?:\ you)? | sincerely | yours | take\ care | see\ you | all\ the\ best | respectfully | love
      | sent\ from\ my
      | (?:viele|liebe|beste|schöne|herzliche|freundliche|mit\ \p{L}+\ ?\p{L}*)\ gr(?:ü|ue)(?:ß|ss)en?
      | gr(?:u|ü)ß\p{L}* | danke | vielen\ dank | vg | lg | mfg
      | (?:bien\ )?cordialement | bien\ à | amicalement | merci | à\ bientôt
      | bises | salutations | un\ (?:saludo|abrazo) | saludos | atentamente | gracias
      | (?:cordiali|distinti)\ saluti | saluti | grazie | a\ presto | atenciosamente | cumprimentos | abraços?
      | obrigad[oa] | met\ \p{L}+\ groet\p{L}* | groet\p{L}* | bedankt | с\ уважением | спасибо
      | مع\ (?:أطيب\ )?(?:التحية|تحيات\p{L}*) | تحياتي | شكرا\p{M}? | בברכה | תודה | सादर | धन्यवाद
      | ขอบคุณ\p{L}*
      | med\ vänlig | venlig | hilsen | pozdrawiam | z\ poważaniem | saygılarımla ) \b
      [^\n.!?]{0,24} [\s,.!،]* $
    | [\s>]* (?: 此致 | 敬礼 | 敬禮 | 祝好 | 谢谢 | 謝謝 | よろしくお願い | 宜しくお願い | 敬具 | 以上
      | 감사합니다 | 드림 )
      [^\n]{0,12} $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_NAME = regex.compile(r"[\s>*_~\-–—]*(?P<name>\p{L}[\p{L}\p{M}.'’\- ]{0,38})[*_,]*\s*$")
_LONGEST = 60  # characters of any of them


def greets(content: str) -> bool:
    """Whether a sentence does nothing but greet.

    >>> greets("Hallo Jonas,"), greets("田中様"), greets("No, Jonas does not come.")
    (True, True, False)
    """
    return len(content) <= _LONGEST and _GREETS.match(content) is not None


def closes(content: str) -> bool:
    """Whether a line does nothing but close a mail.

    >>> closes("Viele Grüße"), closes("> Danke und Gruß"), closes("Thanks for the plan. It works.")
    (True, True, False)
    """
    return len(content) <= _LONGEST and _CLOSES.match(content) is not None


def signs(content: str, sender: str) -> bool:
    """Whether a line is the name of who wrote a mail, or part of it.

    >>> signs("> Jonas", "Am 5. März schrieb Jonas Vogt:"), signs("Petra", "From: Jonas Vogt")
    (True, False)
    """
    name = _NAME.match(content)
    return name is not None and name["name"].strip(" .-") in sender
