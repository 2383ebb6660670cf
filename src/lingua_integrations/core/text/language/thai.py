"""Thai, in which no mark ends a sentence: a space may, or it parts clauses, names, numbers and lists."""

from __future__ import annotations

import regex

_LONG = 300  # characters from which on a space ends a sentence
_ENDS = regex.compile(r"(?:ครับ|ค่ะ|คะ|จ้ะ|จ้า|ฮะ)$")  # politeness comes last
# Words that a sentence does not end with: prepositions, conjunctions, "namely", "company".
_OPEN = regex.compile(
    r"""
    (?: ว่า | คือ | เช่น | ได้แก่ | และ | หรือ | ของ | ที่ | โดย | กับ | จาก | ใน | เป็น | บริษัท
    | จำกัด | ห้างหุ้นส่วน
      | (?<!หรือ) ไม่ (?: ได้ | มี | ใช่ | เคย )? | มิได้ | มิ | ห้าม | อย่า | ยังไม่ (?: ได้ )? | ๆ | ฯ
      | (?: พ\.ศ | ค\.ศ | ดร | รศ | ผศ | ศ | นพ | พญ | จ | อ | ต | [\u0e00-\u0e7f]{1,2}\.[คยพ] ) \. ) $
    """,
    regex.VERBOSE,
)
# Words that one does not begin with.
_GOES_ON = regex.compile(
    r"""
    (?: และ | หรือ (?!ไม่) | เพราะ | เนื่องจาก | ซึ่ง | ที่ (?!นี่|นั่น|พัก|ดิน|จอด|ปรึกษา|ประชุม)
    | โดย (?!ทั่วไป|ปกติ) | เพื่อ (?!น)
      | แล้ว | จึง | ก็ | เว้นแต่ | ยกเว้น | เว้นเสียแต่ | เช่น | ได้แก่ | กับ
      | ใน (?!ปี|วัน|ขณะ|อดีต|ที่สุด|กรณี) | ในปี | จาก
      | ถึง | ต่อ (?!มา|ไป) | ก่อน | หลัง (?!จาก) | ของ (?!ใช้|เล่น|ฝาก) | แก่ | จน | จำกัด | ว่า
      | แต่ (?!ละ|งงาน|งตัว) | เป็น | รวมทั้ง | ตลอดจน
      | พร้อม | ด้วย | จะ )
    """,
    regex.VERBOSE,
)
# What begins a sentence whose other clause follows.
_SUBORDINATE = regex.compile(
    r"(?:ถ้า|หาก|เมื่อ|แม้|เนื่องจาก|เพราะ|อย่างไรก็ตาม|ดังนั้น|นอกจาก|สำหรับ|กรณี|ในกรณี|ตราบใด|ทั้งนี้)"
)
_TITLE = regex.compile(r"(?:คุณ|นาย|นาง|นางสาว|เด็กชาย|เด็กหญิง|(?:^|\s)[^\s.]{1,3}\.\s)[^\s]{2,12}$")
_COUNTED = regex.compile(r"\p{N}\s?[\p{Thai}]{1,8}$")  # a number and its unit
_BIDDEN = regex.compile(r"(?:ห้าม|ไม่|ต้อง|ควร|ให้|มิ)")
_LISTS = regex.compile(r"(?:เช่น|ได้แก่)(?!.*(?:และ|หรือ))")
_NUMBER = regex.compile(r"\p{N}|(?:พ|ค)\.ศ\.")
_NUMBER_ENDS = regex.compile(
    r"(?<!(?<!\p{N})(?:1[89]"
    r"|2[0-6])\p{N}\p{N})(?<=\p{N})$"
)  # but a year may end a sentence


def goes_on(sentence: str, following: str) -> bool:
    """Whether a sentence goes on after a space.

    >>> goes_on("ถ้าฝนตก", "เราจะไม่ไป"), goes_on("วันนี้ร้านปิด", "พรุ่งนี้ร้านเปิด")
    (True, False)
    """
    if sentence[-1:] in "?!…":
        return False
    if len(sentence) > _LONG or _ENDS.search(sentence):
        return _OPEN.search(sentence[-20:]) is not None
    if _NUMBER.match(following) or _NUMBER_ENDS.search(sentence):
        return True
    if _OPEN.search(sentence[-20:]) or _GOES_ON.match(following):
        return True
    if " " not in sentence.strip() and _SUBORDINATE.match(sentence):
        return True
    if _TITLE.search(sentence) or _LISTS.search(sentence):
        return True
    return _COUNTED.search(sentence) is not None and _BIDDEN.match(following) is not None
