"""Dates and times as programs print them, as parts of patterns."""

_HALF = r"(?:오전|오후|午前|午後|上午|下午|凌晨|早上|中午|晚上)"  # of the day, where its name stands in front
TIME = rf"(?:(?:{_HALF}\s?)?\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
DATE = (
    r"(?:(?:\d{2,4}|\d(?=/))[-/.]\d{1,2}[-/.]\d{1,4}(?!\.?\d)|\d{6}\b|\d{8}[-T ]"
    r"|\p{Lu}\p{Ll}{2}[ ]+\d{1,2}\b|\d{1,2}[ ]\p{Lu}\p{Ll}{2}\b)"
)
LASTED = (
    r"(?i:\d{1,2}\ (?:h|hours?|min(?:utes?)?|s(?:ec(?:onds?)?)?|stunden?|minuten?|sekunden?|heures?|secondes?"
    r"|horas?|minutos?|segundos?|ore?|ora|minut[oi]|second[oi]|uur|seconden|godz\.|минут\w*|секунд\w*|час\w*"
    r"|小时|分钟|分|秒|時間|시간|분|초)\.?(?:[ ,]+|(?=\s*$))){2,3}"
)
"""How long after the beginning something is said: "0 minutes 3 seconds"."""
