"""Which calls a model of English can read."""

from __future__ import annotations

import pytest

from lingua_integrations.core.text.languages import all_english

ENGLISH = "The bridge was built in 1902, and it is made of steel. It was painted for the king."
LOG = "\n".join(
    f"10:00:{n:02} ERROR de.app.Main E{n} /var/log/la/el.log denied via com.example" for n in range(20)
)
CODE = "def f(la, el):\n    del la[0]\n    return {'x': el, 'y': la}\n"
OTHERS = {
    "de": "Die Brücke wurde im Jahr 1902 gebaut und ist mit Stahl verkleidet. Sie ist nicht für Autos.",
    "fr": "Le pont est dans la ville et les voitures sont sur une route qui passe pour le roi.",
    "es": "El puente es una obra que los vecinos hicieron para las fiestas y el rey.",
    "tr": "Köprü 1902 yılında bir mühendis ile yapıldı ve bu şehir için önemlidir.",
    "vi": "Cây cầu được xây vào năm 1902 và là của thành phố trong vùng.",
    "zh": "这座桥建于1902年，由钢制成。",
    "ru": "Мост был построен в 1902 году.",
    "ar": "تم بناء الجسر في عام 1902.",
    "th": "สะพานสร้างขึ้นในปี 1902",
    "el": "Η γέφυρα χτίστηκε το 1902.",
    "hi": "पुल 1902 में बनाया गया था।",
}


@pytest.mark.parametrize("text", [ENGLISH, LOG, CODE, "", "12 | 14 | 15", "E1102"])
def test_english_and_what_has_no_language(text):
    assert all_english([text, ENGLISH], "When was the bridge built?")
    assert all_english([text], "")


@pytest.mark.parametrize("language", OTHERS)
def test_one_text_in_another_language_is_enough(language):
    assert not all_english([ENGLISH, OTHERS[language]], "When was the bridge built?")


@pytest.mark.parametrize(
    "question", ["Wann wurde die Brücke gebaut?", "¿Cuándo es?", "桥是什么时候建的？", "Когда?"]
)
def test_so_is_the_question(question):
    assert not all_english([ENGLISH], question)


@pytest.mark.parametrize(
    "question", ["Who wrote Der Spiegel?", "How does Le Monde end?", "E1102", "fix el.log"]
)
def test_a_foreign_name_in_it_is_not(question):
    assert all_english([ENGLISH], question)
