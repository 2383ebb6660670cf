"""Hard texts in nine languages, with ``|`` where a sentence begins: what boundaries are measured on.

A label of a list belongs to what it labels. What one quotation says is one sentence with whoever says it, in
Chinese and Japanese, where writers set no space; so is what stands in brackets inside a sentence. Thai has no
full stops: a space may be one, or may part the clauses of a sentence, a number or a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

PASSAGES: dict[str, tuple[str, ...]] = {
    "en": (
        "Dr. A. B. Ruiz met Prof. Lind at 9 a.m. on Mon. 4 May.| They spoke for approx. 20 min. about Fig. 3.| Was it enough?| No!",
        "The rate fell from 4.75% to 4.5% in Q2.| See https://example.org/a.b?c=d.e for the data.| Write to j.doe@mail.example.com before 5 p.m.| Late mail is ignored.",
        '"Stop!" she cried.| "I can\'t."| He ran anyway (nobody knew why).| (It was late.)| Then it rained.',
        "We waited... and waited.| Nothing came...| The U.S. Senate voted on Jan. 6.| He lives in the U.S.| She does not.",
        "Acme Inc. sued Bolt Ltd. and Cole Corp. in 2019.| The case, No. 17-204, was heard by J. R. Holt Jr. in Ohio.| It settled.",
        "He came home.|She had left.| The class java.util.Optional was empty.| Really?|Yes.",
        "1. Open the lid.| 2. Remove the filter.| 3. Rinse it.| Do not use soap.",
        "Version 2.0.1 fixes bug no. 314.| Upgrade now!| Why wait?| The temp. was 3.5 deg. below zero.",
        "J. K. Rowe's book, vol. 2, pp. 14-19, says so.| Cf. Smith et al. (2004).| Also see ch. 7.| That is all.",
        'What did he mean by "never again"?| Nobody asked.| "Why not?" said Ann.| "Because."| That was it.',
        "Yahoo! was founded in 1994.| It grew fast.| The band Panic! at the Disco played.| We left at 11:30 p.m. because of the rain.",
        "St. Mary's is on Elm St. near the river.| Turn left at Mt. Vernon Ave. and stop.| The so-called 'Plan B' failed.| [See note 4.]| Go on.",
        "I have a B.A. and a Ph.D. in law.| My sister has an M.D. from Ohio.| She earns $1.5 million a year, i.e. more than I.| OK.",
        "ok so i tried it.| it works now.| thanks a lot!| see you at 5.",
        "The answer is in Sec. 12.3.4 of the act.| Para. 2 is void.| The answer is B.| It was chosen by all.",
        "He said: 'I will go.'| Then he went.| ‘Never,’ she said.| ‘Not once.’| They parted.",
        "Add 2 tbsp. of oil.| Bake at 350 °F for 1 hr. 15 min.| Let it rest (ca. 10 min.) before serving.| Enjoy!",
        "Mr. and Mrs. Oak live at No. 10.| Gen. Lee and Lt. Col. Park left Feb. 3.| Sgt. Bell stayed.| Ask for Mr. X.| He knows.",
        "Users of iOS 17.4 see an error.| iPhone owners do not.| eBay is down.| What now?",
        "It costs 5 dollars.| 50 people paid.| She saw it.| 12 men left.",
    ),
    "de": (
        "Der Vertrag endet am 31. Dezember 2024.| Er verlängert sich nicht.| Am 1. Mai ist geschlossen.| Siehe § 5 Abs. 2 S. 1 Nr. 3 BGB.",
        "Herr Dr. med. K. Huber kommt um ca. 9.30 Uhr.| Frau Prof. Dr. Lang ist z. B. heute da.| Das kostet 1.250,50 Euro, d. h. zu viel.| Nein!",
        "„Komm mit!“, rief sie.| „Ich kann nicht.“| Er blieb (leider) zu Hause.| (Es war spät.)| Dann regnete es.",
        "Im 19. Jahrhundert lebten hier ca. 3.000 Menschen.| Kaiser Wilhelm II. kam nie.| Das Schloss baute Ludwig XIV.| Er starb 1715.",
        "Die Fa. Kern GmbH & Co. KG zahlt 3 Mio. Euro bzw. 2,5 Mrd. Yen.| Es gibt Äpfel, Birnen usw.| Alles ist frisch.| Der Preis gilt inkl. MwSt. und zzgl. Versand.",
        "Wir warteten ...| Niemand kam.| Na ja... vielleicht morgen.| Was nun?",
        "Die Sitzung ist am Mo., 3. Juni, um 14 Uhr.| Bitte pünktl. kommen.| Tel. 030 1234, Mo.-Fr. erreichbar.| Danke!",
        "Vgl. Müller u. a. (2010), S. 45 ff.| Dazu auch Bd. 3, Kap. 2.| Mehr steht unter www.beispiel.de/a.b.html.| Ende.",
        "Sie wohnt in der Goethestr. 5 in St. Gallen.| Ihr Sohn ist Jg. 1990.| Er ist seit dem 2. Semester krank.| Schade.",
        "Das Tier lebt in Afrika.|Es frisst Gras.| Wirklich?|Ja.| Gut so.",
        "Der 1. FC Köln gewann 2:1.| Am 3. 10. wird gefeiert.| Um 20.15 Uhr beginnt der Film.| Danach ist Schluss.",
        "Nach Art. 3 i. V. m. Art. 14 GG ist das verboten.| Ausgenommen sind Hunde.| Dies gilt nicht für Nr. 7.| Punkt.",
        "Sie fragte: „Wo ist er?“| Niemand antwortete.| »Weg«, sagte ich.| »Für immer?«| »Ja.«",
        "Er wurde nur 3.| Sie gewann.| Das war knapp.",
        "hab ich gemacht.| läuft jetzt wieder.| danke dir!| bis morgen.",
        "Das Gerät wiegt 2,5 kg.| Es ist 30 cm lang.| Die max. Last beträgt 5 t.| Mehr geht nicht.",
        "1. Deckel öffnen.| 2. Filter entnehmen.| 3. Ausspülen.| Keine Seife verwenden.",
    ),
    "fr": (
        "M. Dupont et Mme Roy arrivent à 14 h 30.| Le Dr. Petit est absent.| Voir l'art. 5, al. 2, p. 14.| C'est tout.",
        "« Viens ! » cria-t-elle.| « Je ne peux pas. »| Il resta (hélas) chez lui.| (Il était tard.)| Puis il plut.",
        "Le prix est de 3,50 € env. par kg.| Il était de 1 200 € en 2019.| Cf. le tableau 2.| Pourquoi ?| Parce que.",
        "La ville fut fondée en 600 av. J.-C. par des Grecs.| Elle grandit vite.| Au XIXe s. elle avait 5 000 hab. environ.| Et maintenant ?",
        "La S.N.C.F. est en grève.| Les trains du 1er janv. sont annulés.| Tél. 01 23 45 67 89.| Merci !",
        "On attendit...| Personne ne vint.| Bon... peut-être demain.| Que faire ?",
        "J. Martin, P. Leroy et al. l'ont montré en 2010.| Leur article (vol. 3, no. 4) est cité.| Ste. Anne est au nord.| St. Malo est à l'ouest.",
        "Écrivez à a.b@exemple.fr avant le 3 sept. prochain.| Le site www.exemple.fr/p.html est fermé.| Désolé.",
        "Il partit.|Elle resta.| Vraiment ?|Oui.| Bien.",
        "Il a dit : « Je pars. »| Puis il partit.|\n– Où vas-tu ?|\n– Loin.|\nElle pleura.",
        "1. Ouvrez le couvercle.| 2. Retirez le filtre.| 3. Rincez.| N'utilisez pas de savon.",
        "On vend des pommes, des poires, etc.| Tout est frais.| La version 2.0.1 est sortie.| Installez-la.",
        "c'est fait.| ça marche maintenant.| merci beaucoup !| à demain.",
        "N.B. Le musée est fermé.| Mlle. Blanc enseigne à l'Univ. de Lyon.| Le max. est de 30 élèves.| Voilà.",
        "Est-ce vrai ?!| Oui !!| Incroyable…| Mais vrai.",
        "Louis XIV régna longtemps.| Il mourut en 1715.| Le règlement (art. 3. et suiv.) est clair.| « Non. », dit-il.",
    ),
    "es": (
        "El Sr. López y la Dra. Ruiz llegan a las 9 a. m. en punto.| ¿Vienen todos?| ¡Sí!| Según el art. 5, inc. 2, pág. 14, es legal.",
        "—¿Vienes? —preguntó ella.| —No puedo.| Se quedó (por desgracia) en casa.| (Era tarde.)| Luego llovió.",
        "Cuesta 3,50 € aprox. por kilo.| En 2019 eran 1.200 €.| Véase el cap. 2.| ¿Por qué?| Porque sí.",
        "EE. UU. firmó el tratado en el s. XIX.| Fue en el año 44 a. C. cuando murió.| Ud. ya lo sabe.| Uds. también.",
        "La empresa Sol S.A. compró Mar S.L. por 3 mill. de euros.| El ing. Paz dirige la obra.| La Av. Central está cerrada.| Lo sentimos.",
        "Esperamos...| Nadie vino.| Bueno... quizás mañana.| ¿Y ahora?",
        "J. L. Vega escribió eso.| El Gral. Sosa cruzó los Andes.| Mons. Gil habló.| Fin.",
        "Escriba a a.b@ejemplo.es antes del 3 sept. próximo.| El sitio www.ejemplo.es/p.html no abre.| Perdón.",
        "Se fue.|Ella se quedó.| ¿De verdad?|Sí.| Bien.",
        "Dijo: «Me voy.»| Luego se fue.| «¿Adónde?», preguntó Ana.| Nadie lo supo.",
        "1. Abra la tapa.| 2. Quite el filtro.| 3. Enjuague.| No use jabón.",
        "Vendemos manzanas, peras, etc.| Todo es fresco.| La versión 2.0.1 ya salió.| Instálela.",
        "ya está.| ahora funciona.| ¡mil gracias!| hasta mañana.",
        "¡Qué horror!|¡Nadie lo vio!| ¿Quién fue?|¿Tú?| No.",
        "Tel. 91 234 56 78.| Núm. de cliente: 14.| Depto. 3, 2.º piso.| Toque el timbre.",
        "El máx. es 30 y el mín. es 10.| Cf. Gómez et al. (2010).| P. ej. los gatos duermen mucho.| Los perros no.",
        "¿En serio?!| Increíble…| Pero cierto.| El 1.er premio fue para Eva.| Ella lloró.",
    ),
    "ja": (
        "「行きます。」と彼は言った。|彼女は「本当?」と聞いた。|誰も答えなかった。|雨だった。",
        "料金は3.5万円です。|税込み(10%。ただし食品は8%。)で計算します。|よろしいですか？|はい！",
        "バージョン2.0.1が出た。|詳しくはhttps://example.jp/a.b?c=d.e を参照。|メールはa.b@example.jpへ。|以上。",
        "待った……。|誰も来なかった……。|まあ……明日かな。|どうする？",
        "え！？|本当ですか？|うそでしょ！！|いいえ、本当です。|驚いた。",
        "『こころ。』という題の本だ。|著者はJ. K. 山田氏。|第3版は2010年に出た。|絶版だ。",
        "彼は「はい。そうです。」と答えた。|彼女は黙った。|「やめて！」|「いやだ。」|二人は争った。",
        "「モーニング娘。」は有名だ。|Yahoo!で調べた。|結果は0.5%だった。|少ない。",
        "(1)蓋を開ける。|(2)フィルターを外す。|(3)洗う。|石けんは使わない。",
        "A社(株)は黒字。|B社は赤字。|C社は不明。|理由は後述(注3を参照)。",
        "今日は晴れです．|明日は雨でしょう．|傘を忘れずに．|では．",
        "田中さん(50歳。会社員。)が来た。|荷物は3個。|重さは2.5kg。|軽い。",
        "何時に来る?|7時だよ!|じゃあ、また後で。|うん。",
        "彼は「もう帰る」と言った。|「なぜ」と聞くと、黙った。|「さよなら。」|それが最後だった。",
        "賃借人は犬を飼うことができる。|ただし、大型犬を除く。|第2条(賃料)月5万円とする。|以上のとおり。",
    ),
    "zh": (
        "他说：“我走了。”|然后他走了。|她问：“为什么？”|没人回答。",
        "“来吧！”她喊道。|“我不能。”他说。|天黑了。|下雨了。",
        "价格是3.5元。|含税(13%。食品9%。)计算。|可以吗？|可以！",
        "2.0.1版已发布。|详见https://example.cn/a.b?c=d.e 。|邮件发至a.b@example.cn。|完。",
        "我们等了很久……。|没人来。|嗯……也许明天吧。|怎么办？",
        "什么？！|真的吗？|骗人！！|是真的。",
        "《你好。再见。》是一本书。|作者是J. K. 王。|第3版2010年出版。|已绝版。",
        "（一）打开盖子。|（二）取下滤网。|（三）冲洗。|不要用肥皂。",
        "甲公司盈利；乙公司亏损。|丙公司不明。|原因见后（见注3。）。|略。",
        "「好。」他說。|「真的嗎？」她問。|『是。』|沒有人說話。",
        "你几点来?|七点!|好的.|再见.",
        "是。|不是。|可能。|不知道。",
        "根据第3条第2款，甲方不得转租。|但经书面同意的除外。|第4条不适用。|特此说明。",
        "他写道：“今天很冷。我没出门。明天再说。”|信到此为止。|没有署名。|真怪！",
        "身高1.75米。|体重60.5公斤。|血压120/80。|正常。",
        "“去哪儿？”|“北京。”|“什么时候？”|“明天。”",
        "王小明（1990年生。现居上海。）是教师。|他教数学。|学生很多。|都喜欢他。",
    ),
    "hi": (
        "डॉ. शर्मा सुबह 9.30 बजे आए।| श्री ए. के. वर्मा नहीं आए।| क्या हुआ?| कुछ नहीं!",
        '"रुको!" उसने कहा।| "मैं नहीं रुक सकता।"| वह चला गया (शायद घर)।| बारिश हुई।',
        "कीमत रु. 3.50 प्रति किग्रा. है।| 2019 में यह रु. 2 थी।| देखें पृ. 14।| क्यों?| बस यूँ ही।",
        "पं. नेहरू का जन्म 14 नव. 1889 को हुआ।| वे प्रधानमंत्री बने।| उनका निधन 1964 में हुआ।| देश रोया।",
        "राम आया।|सीता गई।| सच?|हाँ।| ठीक है।",
        "हमने इंतज़ार किया...| कोई नहीं आया।| खैर... शायद कल।| अब क्या?",
        "1. ढक्कन खोलें।| 2. फ़िल्टर निकालें।| 3. धोएँ।| साबुन न लगाएँ।",
        "वेबसाइट www.udaharan.in/a.b.html बंद है।| a.b@udaharan.in पर लिखें।| संस्करण 2.0.1 आ गया।| धन्यवाद।",
        "दोहा समाप्त हुआ॥| अगला पद सुनिए॥| अंत॥",
        'उसने पूछा, "तुम कौन हो?"| मैंने कहा, "मित्र।"| वह हँसा।| सब ठीक था।',
        "ई. पू. 326 में सिकंदर आया।| बी. ए. पास करना ज़रूरी है।| प्रो. गुप्ता ने कहा।| सब चुप थे।",
        "कंपनी प्रा. लि. है।| इसका मुनाफ़ा 2.5 करोड़ था।| घाटा नहीं हुआ।| बहुत अच्छा!",
        "किरायेदार जानवर रख सकता है.| यह नियम कुत्तों पर लागू नहीं है.| किराया मई में देना है.| शुक्रिया.",
        "क्या यह सुरक्षित है?|नहीं।| क्या यह मुफ़्त है?| हाँ।| अच्छा।",
        "अनु. 19(1)(क) देखें।| धारा 3.2 लागू नहीं है।| सं. 5 भी देखें।| समाप्त।",
    ),
    "ar": (
        "وصل د. أحمد في الساعة 9.30 صباحا.| لم يصل أ. د. سامي.| ماذا حدث؟| لا شيء!",
        'قالت: "توقف!"| قال: «لا أستطيع.»| ثم رحل (ربما إلى البيت).| هطل المطر.',
        "السعر 3.50 ر.س. للكيلو.| كان السعر 2.75 ر.س. في 2019.| انظر ص. 14.| لماذا؟| لا أدري.",
        "ولد م. حسن سنة 1950 م. في دمشق.| مات سنة 1999.| رحمه الله.| كان كريما.",
        "جاء علي.|هو صديقي.| حقا؟|نعم.| حسنا.",
        "انتظرنا...| لم يأت أحد.| حسنا... ربما غدا.| وماذا الآن؟",
        "1. افتح الغطاء.| 2. أخرج المرشح.| 3. اغسله.| لا تستعمل الصابون.",
        "الموقع www.mithal.com/a.b.html مغلق.| اكتب إلى a.b@mithal.com اليوم.| صدر الإصدار 2.0.1 أمس.| شكرا.",
        "هل هو آمن؟| لا.| هل هو مجاني؟| نعم.| ممتاز!",
        "سأل: «من أنت؟»| قلت: «صديق.»| ضحك.| انتهى الأمر.",
        "توفي عام 632 م.| دفن في المدينة.| حكم في القرن 2 ق.م. في روما.| كان قويا.",
        "المادة 5 من القانون رقم 12 لسنة 2010 ملغاة.| لا يسري هذا على السكن.| يستثنى من ذلك الفنادق.| يعمل به فورا.",
        "كيف ذلك؟!| لا أصدق!!| هذا صحيح…| لكنه غريب.",
        "شركة النور ش.م.م. خسرت 2.5 مليون.| ربحت شركة أخرى.| الفرق كبير جدا.| الأسباب مجهولة.",
        "قال في كتابه (ج. 2، ص. 45) ذلك.| رده آخرون.| الخلاف قديم.| والله أعلم.",
    ),
    "th": (
        "วันนี้อากาศดีมาก| เราไปเดินเล่นที่สวนสาธารณะ| เด็กๆ เล่นฟุตบอลอยู่ข้างสระน้ำ| ตอนเย็นฝนก็ตก",
        "ถ้าฝนตก เราจะไม่ออกไปข้างนอก| พรุ่งนี้ร้านปิด| ร้านเปิดเวลา 9.00 น. ถึง 18.00 น.| ราคา 250 บาท ต่อคน",
        "คุณสมชาย ใจดี เป็นครูสอนคณิตศาสตร์| เขาเกิดเมื่อปี พ.ศ. 2520 ที่เชียงใหม่| ปัจจุบันอาศัยอยู่ที่กรุงเทพฯ กับครอบครัว",
        "ห้ามรับประทานยานี้พร้อมแอลกอฮอล์ เพราะอาจเป็นอันตราย| ควรเก็บยาไว้ในที่เย็น| เด็กอายุต่ำกว่า 12 ปี ห้ามใช้ยานี้| หากมีอาการแพ้ ให้หยุดใช้ทันที",
        "บริษัท เอบีซี จำกัด ขาดทุน 2.5 ล้านบาท ในปี 2566| อย่างไรก็ตาม ปีนี้บริษัทมีกำไร| ผู้ถือหุ้นพอใจมาก",
        "ร้านนี้ขายผลไม้ เช่น มะม่วง ส้ม และกล้วย| ทุกอย่างสดใหม่| ราคาไม่แพง| ลูกค้าชอบมาก",
        "เลี้ยงสุนัขได้ไหม?| ไม่ได้| เลี้ยงแมวได้หรือไม่| ได้ครับ| ขอบคุณค่ะ",
        "ดูรายละเอียดได้ที่ www.example.co.th/a.html ก่อนวันที่ 5 พ.ค. 2567| โปรแกรมรุ่น 2.0.1 ออกแล้ว| กรุณาติดตั้งวันนี้",
        'เขาบอกว่า "จะไม่มา" แล้วก็วางสายไป| เธอถามว่า ทำไม| ไม่มีใครตอบ| คืนนั้นเงียบมาก',
        "ผู้เช่าต้องจ่ายค่าเช่าทุกวันที่ 5 ของเดือน| ผู้เช่าห้ามเลี้ยงสัตว์ เว้นแต่ได้รับอนุญาตเป็นหนังสือ| สัญญามีอายุ 1 ปี และต่ออายุได้| เงินประกันคือ 10,000 บาท",
        "เปิดฝา| ถอดแผ่นกรองออก| ล้างด้วยน้ำสะอาด| อย่าใช้สบู่| ทิ้งไว้ให้แห้ง 30 นาที ก่อนใส่กลับ",
        "โรงเรียนแห่งนี้ก่อตั้งเมื่อปี 2475 โดยพระครูวัดใกล้เคียง| มีนักเรียน 1,200 คน ซึ่งส่วนใหญ่มาจากต่างอำเภอ| ครูใหญ่คนปัจจุบันคือ ดร. มานี รักเรียน| ท่านสอนวิทยาศาสตร์",
        "เมื่อวานนี้ รถไฟมาสาย| ผู้โดยสารรอนานกว่า 2 ชั่วโมง| การรถไฟฯ ขออภัยในความไม่สะดวก| วันนี้รถไฟวิ่งตามปกติ",
    ),
}  # fmt: skip


UNSEEN: dict[str, tuple[str, ...]] = {
    "en": (
        "Capt. Moss and Rev. Hill sailed on Nov. 12 aboard the S.S. Gull.| They reached Port St. Ann at dawn.| No one was there!",
        'The report (see App. C, pp. 3-5) is short.| It says "costs will rise."| We doubt it.| Do you?',
        "Mix at 20 r.p.m. for 5 min.| Then add 0.5 ml of H2O.| Stir, i.e. do not shake.| Done.",
        "e-mail me at pat@site.co.uk or see site.co.uk/faq.html.| Thx!| I'll be away till Sept. 3, though.| Bye.",
        "Judge A. Stone wrote the opinion in Roe Corp. v. Day Inc., 12 F. 3d 45.| The court agreed.| Costs were $2.4 bn. in all.| Nobody paid.",
    ),
    "de": (
        "Am 12. u. 13. Nov. tagt der Rat d. Stadt.| Beginn ist 18 Uhr.| Gäste sind willkommen!| Wer kommt?",
        "Der Bericht (vgl. Anl. 3, S. 5 f.) ist kurz.| Er nennt „erhebliche Kosten“.| Wir zweifeln daran.",
        "Die Temp. stieg um ca. 1,5 Grad.| Das 3. Gerät fiel aus.| Ursache: s. o.| Mehr wissen wir nicht.",
        "Ing. Bauer (geb. 1950) wohnt am St.-Veit-Platz.| Er ist Mitgl. des Vorstands.| „Ich bleibe!“, sagt er.| Gut.",
        "Heinrich VIII. regierte lange.| Er heiratete oft.| Das 2. Kapitel ist lang.| Es folgt das 3.| Danach ist Schluss.",
    ),
    "fr": (
        "Le col. Roux et Mgr. Blin partirent le 12 nov. à bord du S.S. Alba.| Ils arrivèrent à l'aube.| Personne n'était là !",
        "Le rapport (cf. ann. C, pp. 3-5) est court.| Il dit : « les coûts augmenteront. »| Nous en doutons.| Et vous ?",
        "Mélangez pendant 5 min.| Ajoutez ensuite 0,5 ml d'eau.| Remuez, c.-à-d. sans secouer.| C'est fini.",
        "Voyez le site exemple.fr/aide.html ou écrivez à pat@exemple.fr.| Merci !| Je serai absent jusqu'au 3 sept. inclus.",
        "Le prof. A. Morel (né en 1950) habite au no. 7.| Il est membre du conseil.| « Je reste », dit-il.| Bien.",
    ),
    "es": (
        "El Cap. Ríos y el P. Gil zarparon el 12 nov. a bordo del S.S. Alba.| Llegaron al alba.| ¡No había nadie!",
        "El informe (véase anexo C, págs. 3-5) es corto.| Dice: «los costes subirán».| Lo dudamos.| ¿Y usted?",
        "Mezcle durante 5 min.| Luego añada 0,5 ml de agua.| Remueva, es decir, sin agitar.| Listo.",
        "Vea ejemplo.es/ayuda.html o escriba a pat@ejemplo.es.| ¡Gracias!| Estaré fuera hasta el 3 sept. inclusive.| Adiós.",
        "El prof. A. Mora vive en el n.º 7 de la C. Mayor.| Es miembro del consejo.| «Me quedo», dice.| Bien.",
    ),
    "ja": (
        "報告書(付録C、3〜5頁。)は短い。|「費用は上がる。」とある。|我々は疑う。|あなたは？",
        "5分間混ぜる。|次に水を0.5ml加える。|振らないこと!|完成。",
        "site.jp/faq.htmlを見るか、pat@site.jpへ。|ありがとう！|9月3日まで不在です。|では。",
        "船長は「出航!」と叫んだ。|誰もいなかった……。|夜が明けた。|港は静かだった。",
        "A. スミス氏の『海。空。』を読んだ。|第2章が長い。|面白い？|はい、とても。",
    ),
    "zh": (
        "报告（附录C，第3至5页。）很短。|上面写着“费用会上涨。”。|我们怀疑。|您呢？",
        "搅拌5分钟。|然后加0.5毫升水。|不要摇晃!|完成。",
        "请看site.cn/faq.html或写信给pat@site.cn。|谢谢！|我9月3日前不在。|再见。",
        "船长喊道：“开船！”|没有人应。|天亮了……。|港口很静。",
        "我读了A. 史密斯的《海。天。》。|第2章很长。|有趣吗？|是的，非常有趣。",
    ),
    "hi": (
        "कैप्टन ए. सिंह 12 नव. को जहाज़ से गए।| वे भोर में पहुँचे।| वहाँ कोई नहीं था!| क्यों?",
        "रिपोर्ट (देखें परि. 3, पृ. 5) छोटी है।| उसमें लिखा है, \"लागत बढ़ेगी।\"| हमें संदेह है।| आपको?",
        "5 मिनट मिलाएँ।| फिर 0.5 मिली पानी डालें।| हिलाएँ नहीं!| हो गया।",
        "site.in/faq.html देखें या pat@site.in पर लिखें।| धन्यवाद!| मैं 3 सित. तक बाहर हूँ।| नमस्ते।",
        "प्रो. ए. बी. राव घर नं. 7 में रहते हैं।| वे सदस्य हैं।| \"मैं रुकूँगा,\" वे कहते हैं।| ठीक।",
    ),
    "ar": (
        "سافر د. علي في 12 نوفمبر على السفينة.| وصل عند الفجر.| لم يكن هناك أحد!| لماذا؟",
        "التقرير (انظر الملحق 3، ص. 5) قصير.| جاء فيه: «سترتفع التكاليف.»| نحن نشك.| وأنت؟",
        "اخلط 5 دقائق.| ثم أضف 0.5 مل من الماء.| لا ترج!| انتهى.",
        "انظر site.com/faq.html أو اكتب إلى pat@site.com اليوم.| شكرا!| سأغيب حتى 3 سبتمبر.| وداعا.",
        "يسكن أ. د. سامي في البيت رقم 7.| هو عضو في المجلس.| قال: «سأبقى».| حسنا.",
    ),
    "th": (
        "กัปตันออกเรือเมื่อวันที่ 12 พ.ย. ตอนเช้ามืด| ไม่มีใครอยู่ที่ท่าเรือ| เขาตกใจมาก",
        "รายงานฉบับนี้สั้นมาก| ในรายงานระบุว่า ค่าใช้จ่ายจะสูงขึ้น| พวกเราไม่เชื่อ| คุณคิดอย่างไร",
        "คนให้เข้ากัน 5 นาที| เติมน้ำ 0.5 มล. แล้วพักไว้| ห้ามเขย่าขวด| เสร็จแล้วเก็บในตู้เย็น",
        "ดูได้ที่ site.co.th/faq.html หรือส่งอีเมลถึงเรา| ขอบคุณครับ| ผมจะไม่อยู่จนถึงวันที่ 3 กันยายน| สวัสดี",
        "ศ. ดร. วิชัย แก้วใส อาศัยอยู่ที่บ้านเลขที่ 7 ถนนสุขใจ| ท่านเป็นกรรมการ| หากท่านลาออก จะมีการเลือกตั้งใหม่",
    ),
}  # fmt: skip
"""Written after the rules had been made, and not looked at while they were."""


def labelled(passage: str) -> tuple[str, list[int]]:
    """A passage without its marks, and the places where its sentences begin, but the first.

    >>> labelled("It rained.| We stayed.")
    ('It rained. We stayed.', [11])
    """
    text, begins = "", []
    for sentence in passage.split("|"):
        begins.append(len(text) + len(sentence) - len(sentence.lstrip()))
        text += sentence
    return text, begins[1:]


def f1(cut: Callable[[str], Iterable[int]], passages: Sequence[str]) -> float:
    """How well a function finds boundaries: the harmonic mean of its precision and its recall.

    >>> f1(lambda text: [11, 13], ["It rained.| We stayed."])
    0.6666666666666666
    """
    right = found = wanted = 0
    for passage in passages:
        text, begins = labelled(passage)
        places = set(cut(text))
        right += len(places & set(begins))
        found += len(places)
        wanted += len(begins)
    return 2 * right / (found + wanted)
