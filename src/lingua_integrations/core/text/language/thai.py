"""Thai, in which no mark ends a sentence: a space may, or it parts clauses, names, numbers and lists."""

from __future__ import annotations

import regex

_LONG = 300  # characters from which on a space ends a sentence
_NEAR = 40  # last characters of a sentence in which a name, an address or the like is found
_SHORT = 12  # characters of a sentence that may be a subject alone
_ENDS = regex.compile(r"(?:ครับ|ค่ะ|คะ|จ้ะ|จ้า|ฮะ)$")  # politeness comes last
# Words that a sentence does not end with: prepositions, conjunctions, "namely", "company", "dear".
_OPEN = regex.compile(
    r"""
    (?: ว่า | คือ | เช่น | ได้แก่ | และ | หรือ | ของ | ที่ | โดย | กับ | จาก | ใน | เป็น | บริษัท
    | จำกัด | ห้างหุ้นส่วน | ระหว่าง | ตาม | ภายใน | (?:^|\s)(?:เรียน|ถึง) | (?:^|\s|ผนวก)[ก-ฮ]
      | (?<!หรือ) ไม่ (?: ได้ | มี | ใช่ | เคย )? | มิได้ | มิ | ห้าม | อย่า | ยังไม่ (?: ได้ )?
      | (?<!เบา|ช้า|เร็ว|ดี|ได้|บ่อย|เรื่อย|มาก|จริง|สั้น|ง่าย|นาน|ใกล้|ไกล) ๆ | ฯ
      | (?: พ\.ศ | ค\.ศ | ดร | รศ | ผศ | ศ | นพ | พญ | จ | อ | ต | [\u0e00-\u0e7f]{1,2}\.[คยพ] ) \. ) $
    """,
    regex.VERBOSE,
)
# Words that one does not begin with; nor with brackets, and a word in another script is mostly an object.
_GOES_ON = regex.compile(
    r"""
    (?: [(（A-Za-z@] | และ | หรือ (?!ไม่) | เพราะ | เนื่องจาก | ซึ่ง | ที่ (?!นี่|นั่น|พัก|ดิน|จอด|ปรึกษา|ประชุม)
    | โดย (?!ทั่วไป|ปกติ) | เพื่อ (?!น)
      | แล้ว (?!เรา|คุณ|เขา|เธอ|ผม|ฉัน|ทำไม|ถ้า|จะ) | จึง | ก็ | เว้นแต่ | ยกเว้น | เว้นเสียแต่ | เช่น | ได้แก่ | กับ
      | ใน (?!ปี|วัน|ขณะ|อดีต|ที่สุด|กรณี|เดือน|คืน|ช่วง|สมัย|เวลา) | ในปี | จาก (?!นั้น)
      | ระหว่าง (?!นั้น|นี้|ที่|เดินทาง|รอ) | ภายใน (?=\s?\p{N}|วัน|เวลา|กำหนด) | เวลา (?=\s?\p{N})
      | (?:วัน|ครั้ง|คน|เดือน|ปี|มื้อ|ชั่วโมง|สัปดาห์|ชิ้น|อัน|ตัว|เล่ม|กิโลกรัม)ละ
      | (?:หน้า|ข้อ|มาตรา|บทที่|ตารางที่|รูปที่)\s?\p{N} | [ก-ฮ](?=\s) | ได้(?:เลย|ที่|โดย)
      | ถึง | ต่อ (?!มา|ไป) | ก่อน | หลัง (?!จาก) | ของ (?!ใช้|เล่น|ฝาก) | แก่ | จน | จำกัด | ว่า
      | แต่ (?!ละ|งงาน|งตัว) | เป็น | รวมทั้ง | ตลอดจน
      | พร้อม | ด้วย | จะ (?!\S{1,40}(?:ไหม|หรือไม่|หรือเปล่า|หรือยัง|\?)) )
    """,
    regex.VERBOSE,
)
# What begins a sentence whose other clause follows.
_SUBORDINATE = regex.compile(
    r"(?:ถ้า|หาก|เมื่อ(?!วาน|คืน|เช้า|กี้)|แม้|เนื่องจาก|เพราะ|อย่างไรก็ตาม|ดังนั้น|นอกจาก|สำหรับ|กรณี|ในกรณี|ตราบใด"
    r"|ทั้งนี้|ตาม)"
)
# A sentence that has said no more than when.
_WHEN = regex.compile(
    r"""
    ^ \s* (?: เมื่อ(?:วาน|คืน|เช้า|กี้)(?:นี้)? | \S{1,20}ต่อมา
      | (?:ใน|ตั้งแต่|เมื่อ|ช่วง)(?:ปี|เดือน|วัน|ช่วง|สมัย)\S* (?:\s(?:พ\.ศ\.\s?)?\p{N}+)? ) $
    """,
    regex.VERBOSE,
)
_TITLES = (
    r"(?:คุณ|นาย|นาง|นางสาว|เด็กชาย|เด็กหญิง"
    r"|(?:พล|พัน|ร้อย|สิบ|จ่าสิบ)(?:ตำรวจ|อากาศ|เรือ)?(?:เอก|โท|ตรี)|ศาสตราจารย์|อาจารย์)"
)
_TITLE = regex.compile(rf"(?:{_TITLES}|(?:^|[^\p{{N}}\s]\s)[^\s.\p{{N}}]{{1,3}}\.\s)[^\s]{{2,12}}$")
# A sentence that has said no more than who.
_NAMED = regex.compile(
    rf"^\s*(?:เรียน\s)?(?:{_TITLES}|(?:[^\s.\p{{N}}]{{1,3}}\.\s){{1,3}})\S{{2,15}}\s\S{{2,15}}$"
)
_COUNTED = regex.compile(r"\p{N}\s?[\p{Thai}]{1,8}$")  # a number and its unit
_BIDDEN = regex.compile(r"(?:ห้าม|ไม่|ต้อง|ควร|ให้|มิ)")
_LISTS = regex.compile(r"(?:เช่น|ได้แก่)(?!.*(?:และ|หรือ))")
_LISTED = regex.compile(r"\S{1,20}\s\p{N}[\p{N}.,/]*\s\S{1,15}\s?(?:และ|หรือ)")  # "salt 1 spoon and"
_LABEL = regex.compile(r"\p{N}{1,2}[.)]\s+\p{L}")  # of a list
_LABELLED = regex.compile(r"(?:^|\s)\p{N}{1,2}[.)]$")
_PLACE = r"(?:ถ\.|ถนน|ซ\.|ซอย|แขวง|เขต|ต\.|ตำบล|อ\.|อำเภอ|จ\.|จังหวัด|กทม\.|กรุงเทพ)"  # of an address
_PLACED = regex.compile(_PLACE + r"\s?\S{0,20}$")
_PLACES = regex.compile(_PLACE)
_POSTCODE = regex.compile(_PLACE + r"\s?\S{0,20}\s[1-9]\p{N}{4}$")
_SAID = regex.compile(r"\S{0,15}?(?:ถาม|ตอบ|กล่าว|บอก|พูด|ตะโกน|กระซิบ|ร้อง)(?!ว่า)")
_NUMBER = regex.compile(r"\p{N}|(?:พ|ค)\.ศ\.")
_NUMBER_ENDS = regex.compile(
    r"(?<!(?<!\p{N})(?:1[89]"
    r"|2[0-6])\p{N}\p{N})(?<=\p{N})$"
)  # but a year may end a sentence
_LATIN_ENDS = regex.compile(r"[A-Za-z][^\s\p{Thai}]{0,60}(?<=[\w/])$")
# What stands behind "in", "use", "open", "page" or "per cent" is no subject, and may end a sentence.
_GOVERNED = regex.compile(
    r"""
    (?: (?:ใน|ใช้|ติดต่อ|เปิด|ถาม|หลังรุ่น)\s?(?=\S{0,30}[A-Za-z])[^\s\p{Thai}]{1,60}
      | (?:โทรต่อ|หน้า|ร้อยละ)\s?\p{N}[\p{N}.,]{0,12} ) $
    """,
    regex.VERBOSE,
)


def goes_on(sentence: str, following: str) -> bool:
    """Whether a sentence goes on after a space.

    >>> goes_on("ถ้าฝนตก", "เราจะไม่ไป"), goes_on("วันนี้ร้านปิด", "พรุ่งนี้ร้านเปิด")
    (True, False)
    """
    tail = sentence[-_NEAR:]
    if _OPEN.search(tail.removesuffix("...")) or _LABELLED.search(tail):
        return True
    if sentence[-1:] in "?!…" or _LABEL.match(following) or _POSTCODE.search(tail):
        return False
    if len(sentence) > _LONG or _ENDS.search(sentence):
        return False
    if _NUMBER.match(following) or _GOES_ON.match(following):
        return True
    if tail[-1:] in '"”' and _SAID.match(following):
        return True
    if _NUMBER_ENDS.search(tail) or _LATIN_ENDS.search(tail):
        return _GOVERNED.search(tail) is None
    return _lacks(sentence, tail, following)


def _lacks(sentence: str, tail: str, following: str) -> bool:
    """Whether a sentence has only a condition so far, a time, a name, or the first part of a list."""
    bare = sentence.strip()
    if " " not in bare and _SUBORDINATE.match(sentence):
        return True
    if _TITLE.search(tail) or _NAMED.search(sentence) or _WHEN.search(sentence):
        return True
    if _LISTS.search(sentence) or (_PLACED.search(tail) and _PLACES.match(following)):
        return True
    if bare.endswith(")") and bare.find("(") < _SHORT:
        return True
    return _COUNTED.search(tail) is not None and bool(_BIDDEN.match(following) or _LISTED.match(following))
