"""How questions and answers begin that are marked as such, and answers of a word that say too little."""

from __future__ import annotations

import regex

_QUESTION = regex.compile(
    r"\s*[*_#>\-\s]*(?:Q|Question|Frage|Pregunta|Pergunta|Domanda|Vraag|Вопрос|سؤال|س|प्रश्न|सवाल|问|問|質問|질문"
    r"|คำถาม|ถาม)\s*\d*\s*[.:：)][*_]*\s*\S",
    regex.I,
)
_ANSWER = regex.compile(
    r"\s*[*_#>\-\s]*(?:A|Answer|Antwort|Respuesta|Resposta|Réponse|Risposta|Antwoord|Ответ|جواب|إجابة|ج|उत्तर"
    r"|जवाब|答|回答|답변?|คำตอบ|ตอบ)\s*\d*\s*[.:：)][*_]*\s*\S",
    regex.I,
)
_LAST = 60  # characters at the end of a sentence that may be such an answer
_TERSE = regex.compile(
    r"""
    (?: ^ | [?？]["”*_)\]]* \s+ | [:：] \s* ) [\s*_"“]*
    (?: yes | no | not \s (?: yet | always | really | quite | necessarily ) | sure | maybe | perhaps | partly
      | sometimes | usually | generally | (?: that | it ) \s depends | in \s principle
      | ja | nein | jein | teilweise | manchmal | grundsätzlich | im \s prinzip
      | (?: das | es ) \s kommt \s darauf \s an
      | oui | non | pas \s toujours | parfois | ça \s dépend | en \s principe
      | s[ií] | depende | a \s veces | en \s principio | sim | não | às \s vezes | em \s princípio
      | sì | dipende | a \s volte | in \s linea \s di \s massima | nee | soms | in \s principe
      | да | нет | иногда | не \s всегда | в \s принципе | نعم | لا | أحيانا | हाँ | नहीं | कभी-कभी
      | はい | いいえ | 原則として | 是的? | 不是 | 不?可以 | 不 | 네 | 예 | 아니요 | 아니오
      | (?:ไม่)?ได้ | (?:ไม่)?ใช่ )
    [.!。！]? [*_]* $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a paragraph begins as the question of a question and its answer."""
    return _QUESTION.match(text) is not None


def is_answer(text: str) -> bool:
    """Whether a paragraph begins as the answer to one."""
    return _ANSWER.match(text) is not None


def is_terse(sentence: str) -> bool:
    """Whether a sentence is, or ends in, an answer of a word or two, which the next sentence may limit.

    >>> is_terse("Do you ship abroad? No."), is_terse("It depends."), is_terse("We do not.")
    (True, True, False)
    """
    return _TERSE.search(sentence[-_LAST:]) is not None
