"""Dates and times as programs print them, as parts of patterns."""

TIME = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
DATE = (
    r"(?:\d{2,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\.?\d)|\d{6}\b|\d{8}[-T ]"
    r"|\p{Lu}\p{Ll}{2}[ ]+\d{1,2}\b|\d{1,2}[ ]\p{Lu}\p{Ll}{2}\b)"
)
