"""Words that begin sentences, and that no surname, unit or class is called."""

from __future__ import annotations

from functools import lru_cache

import regex

STARTS = (
    "The|It|He|She|We|They|This|That|These|Those|There|Then|But|And|If|When|What|Who|You|His|Her|My|Our|Yes"
    "|Not|Das|Er|Sie|Es|Wir|Eine|Dies|Diese|Dann|Aber|Und|Wenn|Was|Nein|Alles|Dazu|Danach|Dort|Mehr|Auch"
    "|Kein|Keine|Il|Elle|Ils|Elles|Nous|Vous|Une|Cette|Mais|Puis|Oui|Tout|Ella|Ellos|Ellas|Una|Sí|Pero|Luego"
    "|Todo|Ele|Ela|Uma|Mas|Não|Sim|Tudo|Hij|Zij|Wij|Maar|Nee"
)
"""Such words of all languages together, since a text's language may be mistaken, or change within it."""
_OF_LANGUAGES = {
    "en": "In|On|At|For|From|With|After|Before|By|As|While|Although|Because|However|Its|Their|Each|Every|Some"
    "|Many|Most|Both|Several|How|Why|Where|Which|Once|Since|During|Under|Please|Also|Nobody|Nothing|Through|Against|Between|Without|Within|Until|Unless|Though"
    "|Moreover|Therefore|Thus|Hence|Meanwhile|Instead|Perhaps|Maybe|Other|Others|Another|Such|Only|Even|Now"
    "|Today|Yesterday|Everyone|Someone|Your|Are|Is|Was|Were|Do|Does|Did|Can|Could|Would|Should|Have|Has|Had",
    "de": "Der|Die|Den|Dem|Ein|Einen|Im|In|Am|An|Auf|Aus|Bei|Bis|Für|Mit|Nach|Vor|Zu|Als|Da|Daher|Dabei|Damit"
    "|Deshalb|Doch|Ich|Man|Nur|Hier|Heute|Seit|So|Um|Weil|Wer|Wie|Wo|Warum|Zwar|Ohne|Jede|Jeder|Jedes|Alle"
    "|Viele|Beide|Bitte|Falls|Seine|Nicht|Noch|Niemand|Trotz|Während|Nachdem|Wegen|Durch|Über|Zwischen|Bevor|Sobald|Obwohl"
    "|Einige|Dieser|Dieses|Zudem|Außerdem|Jedoch|Dennoch|Schließlich|Zunächst",
    "fr": "Les|Un|Au|Aux|En|Dans|Sur|Pour|Par|Avec|Sans|Ce|Ces|Cet|Son|Sa|Ses|On|Je|Tu|Si|Que|Qui|Quand|Comme"
    "|Après|Avant|Depuis|Pourquoi|Où|Aucun|Aucune|Chaque|Selon|Lors|Car|Or|Donc|Ainsi|Non|Personne|Pendant|Malgré|Cela|Ceci|Ça|Leur|Leurs|Notre|Nos|Votre|Vos|Mon|Ma|Mes"
    "|Toute|Tous|Toutes|Plusieurs|Certains|Quelques|Enfin|Ensuite|Cependant|Toutefois|Contre|Sous|Merci",
    "es": "El|La|Los|Las|Un|En|Se|No|Al|Con|Por|Para|Su|Sus|Si|Como|Cuando|Este|Esta|Estos|Estas|Hay|Según"
    "|Desde|Hasta|Sin|Lo|Le|Les|Nos|Ya|También|Además|Así|Yo|Usted|Hoy|Después|Entonces|Ningún|Ninguna|Cada"
    "|Nadie|Contra|Mediante|Ante|Bajo|Durante|Mientras|Aunque|Porque|Quien|Qué|Cómo|Cuándo|Dónde|Esto|Eso|Otro"
    "|Otra|Muchos|Algunos|Todos|Toda|Tras|Sobre|Entre",
}
_ARTICLES = {"fr": "|Le|La|L['’]|Des|Du|De"}
"""With these, surnames begin too: "M. Le Pen". After a unit or a month, they begin a sentence."""


def starts(language: str, *, articles: bool = False) -> str:
    """What matches a word that begins sentences of a language; articles that begin surnames, if asked for.

    >>> bool(regex.match(starts("de"), "Der Rat")), bool(regex.match(starts("en"), "Derby"))
    (True, False)
    """
    words = f"{STARTS}|{_OF_LANGUAGES.get(language, STARTS)}{_ARTICLES.get(language, '') * articles}"
    return rf"(?:{by_first_letter(words)})\b"


def by_first_letter(words: str) -> str:
    """Alternatives, those that begin with the same letter in one: each place asks for a letter once.

    >>> by_first_letter("In|On|It|Is")
    'I(?:n|t|s)|On'
    """
    found: dict[str, list[str]] = {}
    for word in words.split("|"):
        found.setdefault(word[0], []).append(word[1:])
    return "|".join(
        first + (rests[0] if len(rests) == 1 else f"(?:{'|'.join(rests)})") for first, rests in found.items()
    )


@lru_cache
def starter(language: str, *, articles: bool = False) -> regex.Pattern[str]:
    """``starts``, with white space in front."""
    return regex.compile(r"\s*" + starts(language, articles=articles))
