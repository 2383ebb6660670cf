"""What is said in runs of tests and jobs, histories, mails and posts comes with what makes it true."""

from __future__ import annotations

import pytest
from outputs import kept

from lingua_integrations.core.text.kinds import kind_of

JEST = """ PASS  src/date.test.js
 FAIL  src/cart.test.js
  Cart
    ✓ adds items (3 ms)
    ✕ removes items (5 ms)
  Guest cart
    ✓ counts items (1 ms)

Test Suites: 1 failed, 1 passed, 2 total
"""
MOCHA = """  Cart
    ✓ adds items
    1) removes items
    ✓ counts items

  2 passing (5ms)
  1 failing

  1) Cart
       removes items:
      AssertionError: expected 1 to equal 0
"""
RSPEC = """Cart
  adds items
Guest cart
  counts items

Finished in 0.01 seconds
2 examples, 0 failures
"""
ACTIONS = """10:00:04Z ##[group]Run make test
10:00:05Z ##[endgroup]
10:00:06Z 3 tests failed
10:00:16Z ##[group]Run make deploy
10:00:17Z ##[endgroup]
10:00:18Z ##[error]No host is there.
10:00:19Z Job succeeded
"""
ANSIBLE = """PLAY [web] ******
TASK [nginx : Install] ******
changed: [web1]
TASK [nginx : Start] ******
fatal: [web1]: port in use
PLAY RECAP ******
web1 : ok=1 failed=1
"""
PIPELINE = """[Pipeline] stage
[Pipeline] { (Test)
+ make test
[Pipeline] }
[Pipeline] { (Deploy)
[Pipeline] {
+ make deploy
[Pipeline] }
no host
[Pipeline] }
Finished: FAILURE
"""
GITLAB = """section_start:15:build\r\x1b[0KBuild
$ make
section_end:16:build
section_start:17:deploy\r\x1b[0KDeploy
$ make deploy
no host
section_end:18:deploy
"""
RETRIED = """10:00:05 WARN upload of a.zip failed (attempt 1/3)
10:00:06 INFO upload of b.zip done
10:00:09 WARN upload of a.zip failed (attempt 2/3)
10:00:14 INFO upload of a.zip done
10:00:15 INFO cleaning up
"""
RERUN = """10:00:05 tests/a.py::test_b RERUN
10:00:06 tests/a.py::test_c PASSED
10:00:07 tests/a.py::test_b PASSED
"""
HISTORY = """commit 9f2c1aa4e0b7
Author: Ana <ana@x.org>

    Revert "Enable caching"

    This reverts commit 1b3d5f7a.

commit 7aa0bb1cc2dd
Author: Ben <ben@x.org>

    Raise the limit to 50 MB

    Admins only.

    Signed-off-by: Ben <ben@x.org>

commit 5d6e7f8a9b0c
Author: Ben <ben@x.org>

    Draw the logo anew

    The old one was made in 1998 by somebody who has left the house since, and
    nobody knows which font it has, nor where the files of that year are now.
    The colours are those of before.

commit 1b3d5f7a9c0e
Author: Ben <ben@x.org>

    Enable caching
"""
ONELINE = """9f2c1aa Revert "Enable caching"
7aa0bb1 Update the logo
1b3d5f7 (tag: v1.2) Enable caching
c0ffee1 Add the cache
"""
MERCURIAL = """changeset:   12:9f2c1aa4e0b7
user:        Ana
summary:     Backed out changeset 1b3d5f7a9c0e

changeset:   11:1b3d5f7a9c0e
user:        Ben
summary:     Enable caching
"""
GERMAN = """Von: Petra Lang <petra@example.de>
An: Jonas Vogt
Betreff: AW: Liefertermin

Hallo Jonas,

nein, das geht leider nicht. Der früheste Termin ist der 22. März.

Viele Grüße
Petra

Am 05.03.2024 um 11:02 schrieb Jonas Vogt:
> Hallo Petra,
> könnt ihr die Teile schon am 15. März liefern? Der Preis von 4.300 Euro ist für uns in Ordnung.
> Danke und Gruß
> Jonas
"""
FRENCH = """De : Claire Dubois
À : Marc Petit
Date : lundi 3 juin 2024 à 10:12
Objet : Re: Congés d'août

Marc,

Je refuse la première semaine, mais j'accepte la seconde.

Claire

Le lun. 3 juin 2024 à 09:00, Marc Petit <marc@example.fr> a écrit :
> Je souhaite prendre deux semaines :
> - du 5 au 9 août
> - du 19 au 23 août
"""
JAPANESE = """差出人: 佐藤健一
宛先: 田中美咲
件名: Re: 会議の日程について

田中様

6月10日は都合が悪いため、参加できません。
6月12日の午後でしたら可能です。

佐藤

2024年6月3日 9:00 田中美咲 <tanaka@example.jp>:
> 会議は6月10日の14時からでよろしいでしょうか。
> 場所は第二会議室です。
"""
CHINESE = """发件人：李强
收件人：王芳
主题：回复：交货日期

王芳，你好：

15号交不了货，最早22号。

李强

在 2024年3月5日，王芳 <wang@example.cn> 写道：
> 能不能15号交货？
> 价格没有问题。
"""
SPANISH = """De: Ana Ruiz
Para: Luis Gil
Asunto: Re: Vacaciones

Hola Luis:

No puedo aprobar la primera semana.

Un saludo,
Ana

El lun, 3 jun 2024 a las 9:00, Luis Gil (<luis@example.es>) escribió:
> Quisiera tomar la primera semana de agosto.
> Ya he hablado con Marta.
"""
ARABIC = """من: سارة علي
إلى: أحمد حسن
الموضوع: رد: موعد الاجتماع

مرحبا أحمد،

لا يمكنني الحضور يوم الاثنين.

سارة

في 3 يونيو 2024، كتب أحمد حسن <ahmad@example.com>:
> هل يمكن أن نجتمع يوم الاثنين؟
> المكان هو القاعة الثانية.
"""
INLINE = """From: Ann Lee <ann@example.com>
To: Bob Kerr <bob@example.com>
Subject: Re: Release questions

> Can we ship 4.2 without the migration?

No.

> I think we should drop Python 3.8.

I disagree, two big customers still use it.

Ann
"""
OUTLOOK = """From: Ann Lee <ann@example.com>
Sent: Tuesday, June 4, 2024 10:00 AM
To: Bob Kerr <bob@example.com>
Subject: RE: Budget

Hi Bob,

I can't approve that. Please come back with two quotes.

Best regards,
Ann Lee
Head of Finance

From: Bob Kerr <bob@example.com>
Sent: Monday, June 3, 2024 4:00 PM
To: Ann Lee <ann@example.com>
Subject: Budget

Hi Ann,

Could we spend 5,000 on the new server? The old one is from 2012.

Bob
"""
ANSWERS = """How do I undo the last commit?

Answers

-12 votes, answered by rush
Run `git reset --hard HEAD~1`. It undoes the commit.

Comments:
petra: This deletes all your work! Never do that.
newbie42: Too late.

845 votes, accepted, answered by ada
Run `git reset --soft HEAD~1`. Your changes stay in the index.

Comments:
leo: Does not work for the first commit.
"""
ISSUE = """# Crash when reading empty CSV #4821

### Expected
Exit code 0

### Actual
`IndexError: list index out of range`

---

**maria-k** commented on 13 Feb 2024

Works for me on 2.3.0. As a workaround, set `TOOL_STRICT=0`.

---

**jdoe** commented on 13 Feb 2024

That workaround does not help on Windows. It deletes the header.
"""
FORUM = """Washing machine leaks

Posted by hannah, 3 May 2024, 10:12

Water comes out below the door. What can I do?

Posted by tom88, 3 May 2024, 11:40 (17 likes)

Put glue on the seal. It holds for years.

Posted by service_ben, 4 May 2024, 08:05

Do not use glue, it dissolves the rubber. Replace the seal.
"""
OPENED = """maria-k opened this issue on Feb 12, 2024

### Steps
1. Open an empty file
2. Press save

maria-k commented 2 days ago

It also happens on Linux.

jdoe commented yesterday

I can't reproduce it.
"""
ANTWORTEN = """Frage: Wie entkalke ich die Maschine?

Antwort von Kurt (12 Stimmen)
Mit Essig. Das geht schnell.

Kommentar von Ida
Das greift die Dichtungen an, bitte nicht machen.

Antwort von Lea (40 Stimmen)
Mit Zitronensäure, kalt angesetzt.
"""
SLACK = """Maria Gomez  [9:12 AM]
@Tom Weber can we delete the backups from May?
  3 replies
  Tom Weber  [9:14 AM]
  Not the monthly ones
  Lin Chen  [9:15 AM]
  the daily ones are fine
Ravi Patel  [9:30 AM]
thanks all :tada:
"""
TEAMS = """Ann Lee  10:02
Shall we cancel the demo?
2 Antworten
    Bo Kim  10:05
    Please wait for the client.
    Cy Roe  10:09
    He has agreed by phone.
Dee Fox  11:00
Lunch?
Ann Lee  11:05
Yes, at noon.
"""
RUSSIAN = """От: Анна Петрова <anna@example.ru>
Кому: Борис Ким
Тема: Re: Отпуск

Борис, добрый день!

К сожалению, первая неделя занята.

С уважением,
Анна Петрова

3 июня 2024 г., 9:00, Борис Ким <boris@example.ru> написал:
> Хотел бы взять отпуск с 5 по 9 августа.
> Отчёт я уже сдал.
"""
ITALIAN = """Da: Carla Neri
A: Luca Riva
Oggetto: R: Preventivo
Data: 4 giugno 2024

Ciao Luca,

purtroppo non è possibile, il prezzo resta 900 euro.

Grazie,
Carla

Il giorno lun 3 giu 2024 alle ore 9:00 Luca Riva <luca@example.it> ha scritto:

> Potete scendere a 800 euro?
> Il lavoro andrebbe bene.
"""
BELOW = """From: Bob Kerr <bob@example.com>
To: Ann Lee <ann@example.com>
Subject: Re: Venue

On Mon, 3 Jun 2024, Ann Lee wrote:
> The hall costs 900 euros a day.
> Shall I book it for two days?

One day is enough. We can leave at six.

> I would also like to hire a band.

Fine with me.

Cheers,
Bob
"""
SEVERAL = """From: Ann <ann@x.org>
Date: Mon, 3 Jun 2024
Subject: Lunch

Shall we meet at noon?

Ann

From: Bob <bob@x.org>
Date: Tue, 4 Jun 2024
Subject: Re: Lunch

Noon is fine.

Bob
"""
FORWARDED = """From: Ann Lee <ann@example.com>
To: All
Subject: Fwd: Server

FYI, see below. The date has changed to 9 June.

---------- Forwarded message ---------
From: Ops <ops@example.com>
Date: Mon, 3 Jun 2024
Subject: Server

The server will be down on 7 June. Please save your work.
"""


def lines(text, *numbers):
    """Some lines of a text."""
    found = text.splitlines()
    return [found[number].strip() for number in numbers]


def without_blanks(text):
    """The lines of what comes out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (JEST, "counts", (1, 5, 6)),
        (JEST, "removes", (1, 2, 4)),
        (JEST, "date", (0,)),
        (MOCHA, "counts", (0, 3)),
        (MOCHA, "AssertionError", (8, 10)),
        (RSPEC, "counts", (2, 3)),
    ],
)
def test_a_result_comes_with_its_group_and_with_no_other(text, question, expected):
    assert kind_of(text) == "tests"
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (ACTIONS, "host", (3, 5)),
        (ACTIONS, "tests failed", (0, 2)),
        (ACTIONS, "job succeeded", (6,)),
        (ANSIBLE, "fatal port", (0, 3, 4)),
        (ANSIBLE, "web1 ok", (5, 6)),
        (PIPELINE, "host", (4, 8)),
        (PIPELINE, "finished", (10,)),
        (GITLAB.replace("\r", "\n"), "host", (4, 6, 7)),
    ],
)
def test_a_line_of_a_job_comes_with_its_step(text, question, expected):
    assert kind_of(text) == "log"
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (RETRIED, "attempt 1", (0, 3)),
        (RETRIED, "b.zip", (1,)),
        (RETRIED, "cleaning", (4,)),
        (RERUN, "rerun", (0, 2)),
        (RERUN, "test_c", (1,)),
    ],
)
def test_an_attempt_comes_with_the_outcome(text, question, expected):
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (HISTORY, "caching", (0, 1, 3, 5, 25, 26, 28)),
        (HISTORY, "limit 50 MB", (7, 8, 10, 12)),
        (HISTORY, "logo", (16, 17, 19)),
        (HISTORY, "font", (16, 17, 19, 21, 22)),
        (ONELINE, "tag", (0, 2)),
        (ONELINE, "add", (3,)),
        (MERCURIAL, "enable", (0, 1, 2, 4, 5, 6)),
    ],
)
def test_a_commit_comes_with_what_limits_or_reverts_it(text, question, expected):
    assert kind_of(text) == "commits"
    found = without_blanks(kept(text, question))
    assert [line for line in lines(text, *expected) if line not in found] == []
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (GERMAN, "Teile", (0, 1, 2, 6, 11, 12, 13)),
        (GERMAN, "Der früheste Termin", (0, 1, 2, 6)),
        (FRENCH, "9 août", (0, 1, 2, 3, 7, 11, 12, 13)),
        (FRENCH, "refuse Claire", (0, 1, 2, 3, 7)),
        (JAPANESE, "14時", (0, 1, 2, 6, 11, 12, 13)),
        (JAPANESE, "6月12日の午後", (0, 1, 2, 7)),
        (CHINESE, "价格", (0, 1, 2, 6, 10, 11, 12)),
        (SPANISH, "agosto", (0, 1, 2, 6, 11, 12)),
        (SPANISH, "Marta", (0, 1, 2, 6, 11, 13)),
        (ARABIC, "القاعة", (0, 1, 2, 6, 10, 11, 12)),
        (INLINE, "Python", (0, 1, 2, 8, 10)),
        (INLINE, "customers", (0, 1, 2, 8, 10)),
        (RUSSIAN, "августа", (0, 1, 2, 6, 11, 12)),
        (RUSSIAN, "Отчёт", (0, 1, 2, 11, 13)),
        (ITALIAN, "lavoro", (0, 1, 2, 3, 7, 12, 14, 15)),
        (BELOW, "hall", (0, 1, 2, 4, 5, 6, 8)),
        (BELOW, "fine", (0, 1, 2, 10, 12)),
        (SEVERAL, "meet", (0, 1, 2, 4)),
        (FORWARDED, "server down", (0, 1, 2, 4, 7, 8, 9, 11)),
        (OUTLOOK, "server", (0, 1, 2, 3, 7, 13, 14, 15, 16, 20)),
    ],
)
def test_what_a_mail_quotes_comes_with_the_reply_and_no_signature(text, question, expected):
    assert kind_of(text) == "mail"
    found = [line for line in without_blanks(kept(text, question)) if line != ">"]
    whole = lines(text, *expected)
    assert len(found) == len(whole)
    assert all(told in line for line, told in zip(whole, found, strict=True))


def test_the_first_words_of_a_mail_are_no_field():
    text = "From: Ops\nTo: All\nSubject: Outage\n\nNote: the server is down until 5 pm.\n\nRegards\nOps\n"
    assert "down until 5 pm" in kept(text, "server")
    assert "Regards" not in kept(text, "server")


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (ANSWERS, "hard", (2, 4, 5, 7, 8)),
        (ANSWERS, "newbie42", (2, 4, 7, 8, 9)),
        (ANSWERS, "index stay", (2, 11, 12, 14, 15)),
        (ISSUE, "TOOL_STRICT", (0, 10, 12, 16, 18)),
        (ISSUE, "Windows", (0, 10, 12, 16, 18)),
        (ISSUE, "exit code", (0, 2, 3)),
        (FORUM, "glue seal holds", (0, 6, 8, 10, 12)),
        (FORUM, "water door", (0, 2, 4)),
        (OPENED, "press save", (0, 2, 4)),
        (OPENED, "Linux", (6, 8)),
        (ANTWORTEN, "Essig", (2, 3, 5, 6)),
        (ANTWORTEN, "Zitronensäure", (8, 9)),
    ],
)
def test_a_post_comes_with_who_wrote_it_and_with_objections(text, question, expected):
    found = without_blanks(kept(text, question))
    whole = lines(text, *expected)
    assert len(found) == len(whole)
    assert all(told in line for line, told in zip(whole, found, strict=True))


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (SLACK, "monthly", (0, 1, 2, 3, 4)),
        (SLACK, "daily", (0, 1, 2, 5, 6)),
        (SLACK, "thanks", (7, 8)),
        (TEAMS, "client", (0, 1, 2, 3, 4)),
        (TEAMS, "noon", (7, 8, 9, 10)),
    ],
)
def test_a_reply_in_a_chat_comes_with_what_it_replies_to(text, question, expected):
    assert kind_of(text) == "chat"
    assert without_blanks(kept(text, question)) == lines(text, *expected)


IRC = """10:02 <ana> can I upgrade?
10:02 <bo> ana: what distro?
10:03 -!- carl [~c@host] has joined #help
10:03 <ana> debian 12
10:04 <carl> anyone using zfs?
10:04 <bo> ana: then no
10:05 <dora> carl: yes, works fine
10:05 <bo> ana: unless you use the backport
"""
DISCORD = """ana — 06/03/2024 10:02 AM
is the server in Frankfurt down?

bo — 06/03/2024 10:05 AM
↪ @carl Can I restart the one in Oslo?
yes

dora — 06/03/2024 10:06 AM
↪ @ana is the server in Frankfurt down?
no, only maintenance
"""
WHATSAPP = """[03.06.24, 18:02:11] Eva: Gehen wir am Freitag?
[03.06.24, 18:03:40] Max: Ja
[03.06.24, 18:03:55] Max: aber nur abends
[03.06.24, 18:05:02] Eva: Gut. Mit dem Zug?
[03.06.24, 18:05:10] Max: Mit dem Rad
"""
INTERVIEW = """Journalist: Man sagt, Sie hätten die Firma wegen Schulden verkauft.
Lang: Das ist Unsinn. Ich war müde.
Journalist: Wie viele arbeiteten dort?
Lang: Etwa vierzig.
"""
COURT = """Q. Did you see the car?

A. I saw it.

Q. At what time?

A. About ten.

MR. HALL: Objection, leading.

THE COURT: Sustained. The jury will disregard the answer.
"""
LINKED = """[{"user": "ana", "text": "Is Oslo down?", "ts": "1.1"},
{"user": "bo", "text": "Lunch?", "ts": "1.2"},
{"user": "cy", "text": "yes", "ts": "1.3", "thread_ts": "1.1"},
{"user": "ana", "text": "at noon", "ts": "1.4", "thread_ts": "1.2"},
{"user": "di", "text": "up again", "ts": "1.5", "thread_ts": "1.1"}]
"""
STAMPED = """[Gestern 15:12] Jörg Weiß
Am Freitag?
[Gestern 15:15] Li Chen
Nein, Montag
[Heute 09:00] Jörg Weiß
Mittags
"""
TICKET = """Ticket 5521: printer offline

Agent Mia (3 Jun, 09:30):
Hold the red button.

Customer (3 Jun, 10:00):
All settings are gone!

Agent Mia (3 Jun, 10:20):
I'm sorry, that was meant for the P30. On the P20 do the following:
1. Unplug the cable.
2. Wait one minute.
"""
MYTHS = """[00:00] Stiere hassen Rot.
[00:04] Das glauben viele Leute.
[00:08] In Wahrheit sind sie farbenblind.
[00:12] Und Goldfische? Drei Sekunden?
[00:15] Stimmt nicht, es sind Monate.
[00:19] Bis morgen.
"""
HALVES = """0:00
hello and welcome back today we look at
0:04
the new camera a lot of people say that
0:07
it overheats after ten minutes
0:10
I tested that and it is
0:13
simply not true the battery
0:16
lasts only forty minutes unless you
0:19
switch the screen off
"""
CUT = """1
00:00:01,000 --> 00:00:02,000
the bridge that they said

2
00:00:02,100 --> 00:00:03,000
was closed in May then

3
00:00:03,100 --> 00:00:04,000
opened in June. Nobody came

4
00:00:04,100 --> 00:00:05,000
until the river froze.

5
00:00:05,100 --> 00:00:06,000
That was late.
"""


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (MYTHS, "Rot", (0, 1, 2)),
        (MYTHS, "Goldfische", (3, 4)),
        (MYTHS, "morgen", (5,)),
        (HALVES, "overheats", range(14)),
        (CUT, "May", (0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14)),
        (STAMPED, "Freitag", (0, 1, 2, 3)),
        (STAMPED, "Mittags", (4, 5)),
        (TICKET, "unplug", (0, 8, 9, 10, 11)),
        (TICKET, "red", (0, 2, 3, 8, 9, 10, 11)),
        (TICKET, "settings", (0, 5, 6)),
        (IRC, "zfs works", (4, 6)),
        (IRC, "backport", (0, 1, 3, 5, 7)),
        (IRC, "joined", (2,)),
        (DISCORD, "Frankfurt", (0, 1, 7, 8, 9)),
        (DISCORD, "Oslo", (3, 4, 5)),
        (WHATSAPP, "Freitag", (0, 1, 2)),
        (WHATSAPP, "Rad", (3, 4)),
        (INTERVIEW, "Schulden", (0, 1)),
        (INTERVIEW, "vierzig", (2, 3)),
        (COURT, "saw it", (0, 2)),
        (COURT, "ten", (4, 6, 8, 10)),
        (LINKED, "Oslo", (0, 2, 4)),
        (LINKED, "noon", (0, 1, 3)),
    ],
)
def test_a_turn_comes_with_the_one_that_it_answers_or_limits(text, question, expected):
    found = [line for line in without_blanks(kept(text, question)) if line != "]"]
    whole = lines(text, *expected)
    assert len(found) == len(whole)
    assert all(told.strip("[],") in line for line, told in zip(whole, found, strict=True))


TIMELINE = """- 10:00 Alarm: database down
- 10:05 False alarm, the monitor was broken
- 12:00 Office closed
"""
FEHLALARM = """10:00 Brandmelder im Keller
10:05 Fehlalarm, der Melder war defekt
12:00 Büro geschlossen
"""
OVERRIDDEN = """2024-06-01 10:00:00 INFO Config - cache.enabled=true
2024-06-01 10:00:01 WARN Disk - 91 % full
2024-06-01 10:00:02 INFO Config - overridden by environment: cache.enabled=false
2024-06-01 10:00:03 INFO Disk - check repeated, last reading was wrong: 19 % full
"""
CHANGED = """Ticket 5521

System (4 Jun, 08:01):
Status changed: open -> solved

Customer (5 Jun, 14:00):
Offline again

System (5 Jun, 14:01):
Status changed: solved -> open
"""
JIRA = """Export is slow

Activity
Ana Silva changed Status from Open to Done - 3 Jun
Ana Silva added a comment - 4 Jun
I can make it faster.
Ben Fox added a comment - 5 Jun
Please don't.
We drop the exporter.
Ana Silva changed Assignee from Ana Silva to None - 5 Jun
"""


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (TIMELINE, "database", (0, 1)),
        (TIMELINE, "office", (2,)),
        (FEHLALARM, "Keller", (0, 1)),
        (OVERRIDDEN, "true", (0, 2)),
        (OVERRIDDEN, "91", (1, 3)),
        (CHANGED, "4 Jun", (0, 2, 3, 8, 9)),
        (JIRA, "faster", (0, 4, 5, 6, 7)),
        (JIRA, "drop", (0, 6, 8)),
        (JIRA, "assignee", (0, 9)),
    ],
)
def test_what_is_taken_back_later_comes_with_that(text, question, expected):
    found = without_blanks(kept(text, question))
    whole = lines(text, *expected)
    assert len(found) == len(whole)
    assert all(told in line for line, told in zip(whole, found, strict=True))


def test_a_numbered_answer_comes_with_the_question_of_its_number():
    text = (
        "Hi Sam,\n\n1. Certainly\n2. Never\n\nBest, Jo\n\nOn Tue, Jun 4, 2024 Sam <sam@x.com> wrote:\n\n"
        "> 1. May I take Friday off?\n> 2. May I work from Spain?\n> Sam\n"
    )
    found = kept(text, "Spain")
    assert "2. Never" in found and "2. May I work" in found
    assert "2. May I work" in kept(text, "never")
