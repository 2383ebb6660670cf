"""Posts on a page: what somebody wrote stands under the line that says who did, and comes with objections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.needs.discourse import denies
from lingua_integrations.core.text.outline import Outline

_WHEN = (
    r"(?:on|at|am|le|el|em|il|op|в|·|•|\||,|-|–)?\s*"
    r"(?:\p{Lu}\p{L}{2,8}\.?\ \d|\d{1,2}\.?\ \p{Lu}\p{L}{2}"
    r"|\d{1,4}[ .:/年-](?=[^\n]*\d)|\d{1,3}\ \p{L}+\ ago\b"
    r"|an?\ (?:hour|day|week|month|year|minute)|yesterday|today|just\ now|last\ |gestern|heute"
    r"|vor\ |il\ y\ a|hace\ |ayer|há\ |ontem|gisteren)"
)
_POST = regex.compile(
    rf"""
    [\s>*_#]*+ (?:
      [-−–+]?\d[\d,.]* \s (?:votes? | points? | likes? | upvotes? | stimmen | votos? | voti ) \b [^.!?\n]*
      | (?: posted | answered | asked | written | submitted | answer | comment | reply | response | review
        | (?:gepostet|geschrieben|antwort|kommentar|beitrag|bewertung) (?=\ von)
        | (?:posté|publié|écrit|réponse|commentaire|avis) (?=\ (?:de|par))
        | (?:publicado|escrito|respuesta|comentario|respondido|reseña) (?=\ (?:de|por))
        | (?:postado|resposta|comentário|respondido) (?=\ (?:de|por))
        | (?:risposta|commento|scritto|recensione) (?=\ (?:di|da))
        | (?:antwoord|reactie|geplaatst) (?=\ (?:van|door)) | (?:ответ|комментарий|отзыв) (?=\ от) )
        \ (?: by | from | von | de | par | por | di | da | van | door | от ) \ [^.!?:\n]{{1,40}}
        (?: [,(·|:-] [^.!?\n]* )?
      | [@\p{{L}}][\p{{L}}\p{{M}}\p{{N}}_.\-]*+ (?:\ [\p{{Lu}}\p{{Lo}}][\p{{L}}.\-]*+){{0,2}} [*_]{{0,2}} \s
        (?: commented | added \ a \ (?:comment|note) | hat \ einen \ Kommentar \ hinzugefügt
          | a \ ajouté \ un \ commentaire | (?:añadió|agregó) \ un \ comentario | adicionou \ um \ comentário
          | ha \ aggiunto \ un \ commento | добавил\p{{L}}* \ комментарий
          | replied | answered | posted | wrote | opened\ this | closed\ this | reviewed | asked
          | said | schrieb | kommentierte | antwortete | a\ écrit | a\ commenté | a\ répondu
          | escribió
          | comentó | respondió
          | escreveu | comentou | respondeu | ha\ scritto | ha\ commentato | ha\ risposto
          | schreef | reageerde
          | написал\p{{L}}* | ответил\p{{L}}* ) (?: \ \p{{L}}{{2,12}} ){{0,2}}? \s* {_WHEN} [^.!?\n]*
      | [\p{{L}}\p{{N}}_\-]{{1,20}} \s?
        (?: 回答于 | 评论于 | 发表于 | 回复于 | 發表於 | さんの(?:回答|コメント|投稿) ) [^。\n]*
    ) [\s*_:]* $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_EVENT = regex.compile(
    r"[@\p{L}][\p{L}\p{M}\p{N}_.\-]*(?: [\p{Lu}\p{Lo}][\p{L}.\-]*){0,2} "
    r"(?:changed|moved|assigned|updated|closed|reopened|resolved|linked|removed|added|set|hat|a|ha|cambió|alterou)"
    r"\b[^\n]{0,100} [-–—·|] ?(?:\p{L}+ )?\d"
)
"""What a tracker tells between posts: "Ana changed Status from Open to Done - 3 Jun"."""
_LIST = regex.compile(
    r"[\s>*_#\d]*(?:answers?|comments?|replies|responses|discussion|reviews?|posts|antworten|kommentare|beiträge"
    r"|bewertungen|réponses|commentaires|avis|respuestas|comentarios|opiniones|respostas|comentários|risposte"
    r"|commenti|antwoorden|reacties|ответы|комментарии|отзывы|回答|评论|評論|コメント|댓글|답변)\b",
    regex.I,
)
_COMMENT = regex.compile(
    r"[\s>*_#]*(?:comments?|kommentare?|commentaires?|coment[aá]rios?|commenti|reacties|комментарии|评论"
    r"|コメント|댓글)\b",
    regex.I,
)
_OBJECTS = regex.compile(
    r"""
    ^ \s* (?: please \s (?: do \s not | don['’]t ) [.!,] | surtout \s pas | por \s favor,? \s no [.!,] )
    | \b (?: never \s (?: do | use | try | run ) | (?: do \s not | don['’]t ) \s (?: do | use | try | run )
      | (?: this | that | it | which ) \s (?: deletes | destroys | breaks | damages | removes | no \s longer
        | is \s (?: wrong | dangerous | unsafe | outdated | obsolete | insecure | deprecated ) )
      | dangerous | does(?:n['’]t | \s not ) \s work | not \s true
      | bitte \s nicht | gefährlich | funktioniert \s nicht | klappt \s nicht | stimmt \s nicht | falsch
      | veraltet | greift \s .{0,30} \s an | dangereux | ne \s (?: marche | fonctionne ) \s pas
      | obsolète | à \s éviter
      | peligros[oa] | no \s funciona | obsolet[oa] | perigos[oa] | não \s funciona | pericolos[oa]
      | non \s funziona | gevaarlijk | werkt \s niet | опасно | не \s работает | устарел\p{L}* ) \b
    | 危险 | 不要 | 千万别 | 无效 | 过时 | 危険 | 動きません | しないで | 위험 | 하지 \s? 마
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LONGEST = 120  # characters of the line that a post begins with
_SHORT = 300  # characters of an objection that comes along
_CHAIN = 4  # objections in a row after which one stands for itself
_OBJECTIONS = 2  # to a post that come with it


def is_post(line: str) -> bool:
    """Whether a line says who posted what stands below it.

    >>> is_post("**jdoe** commented on 13 Feb 2024"), is_post("-12 votes, answered by rush")
    (True, True)
    >>> is_post("She wrote on paper."), is_post("Comment by line, not by word.")
    (False, False)
    """
    return len(line) <= _LONGEST and _POST.match(line) is not None


def is_event(line: str) -> bool:
    """Whether a line says what somebody did to a ticket, and is none of anybody's words.

    >>> is_event("Ana changed Status from Open to Done - 3 Jun"), is_event("Ana changed her mind.")
    (True, False)
    """
    return len(line) <= _LONGEST and not is_post(line) and _EVENT.match(line) is not None


def names_posts(line: str) -> bool:
    """Whether a heading is that of a list of posts: "Answers", "3 Kommentare"."""
    return len(line) <= _LONGEST and _LIST.match(line) is not None


def connect_posts(outline: Outline, contents: Sequence[str]) -> None:
    """Let a post need what comments on it, or the next post, say against it.

    Args:
        outline: of the whole text.
        contents: of its pieces.
    """
    posts = [n for n, piece in enumerate(outline.pieces) if piece.carrier and is_post(contents[n])]
    chain = 0  # posts in a row that object to the one before
    for post, end in pairwise([*posts, len(contents)]):
        against = _comments_against(outline, contents, range(post + 1, end))
        said = next((n for n in range(end - 1, post, -1) if not outline.pieces[n].carrier), post)
        chain = chain + 1 if end + 1 < len(contents) and _objects(contents[end + 1]) else 0
        if chain % _CHAIN:
            against.append(end + 1)
            outline.bind(end + 1, said)  # what it speaks of
        for n in against[:_OBJECTIONS]:
            outline.bind(post, n)


def _comments_against(outline: Outline, contents: Sequence[str], inside: range) -> list[int]:
    begin = next((n for n in inside if _COMMENT.match(contents[n])), inside.stop)
    found = (n for n in range(begin, inside.stop) if not outline.pieces[n].carrier)
    return [n for n in found if _objects(contents[n])]


def _objects(content: str) -> bool:
    return len(content) <= _SHORT and (denies(content) or _OBJECTS.search(content) is not None)
