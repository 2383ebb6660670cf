"""How sentences begin that lean on the one before, by language: alternatives of regular expressions.

The words are of closed classes (pronouns, connectives), so a language has few of them. A word that may also
be an article or an adjective is not among them.
"""

from __future__ import annotations

from typing import NamedTuple


class Connectives(NamedTuple):
    """The words of a language."""

    names: str  # pronouns of the third person: an earlier sentence tells who that is
    last: str  # connectives of consequence, and demonstratives
    but: str  # connectives of contrast: with a negation or a bound they take part of the last sentence back
    limits: str  # what takes back part of what was just said, or all of it
    empty: str = r"(?!)"  # pronouns that stand for nobody and nothing, with what shows it


_EN_STATES = (
    r"(?:false|untrue|wrong|incorrect|inaccurate|misleading|an? (?:myth|lie|hoax|mistake|error"
    r"|misunderstanding)|debunked|refuted|disproved|disproven|withdrawn|retracted|overruled|overturned"
    r"|reversed|superseded|repealed|revoked|rescinded|cancell?ed|obsolete|outdated|void|ignored|disabled"
    r"|(?:commented|ruled|phased) out|(?:switched|turned) off|deprecated|unavailable|unsupported"
    r"|(?:limited|restricted) to|not (?:true|so|correct|the case|allowed"
    r"|available|supported|valid|applicable|possible|recommended|significant|statistically)"
    r"|only (?:allowed|available|supported|valid|for|if|when|in|on|with|where|applicable|possible)"
    r"|no longer (?:true|valid|so|the case|in force|supported|available))"
)
_EN_ABSTRACT = (
    r"(?:important|necessary|possible|impossible|essential|vital|crucial|mandatory|compulsory|customary"
    r"|common|wise|best|better|useless|advisable|inadvisable|recommended|forbidden|prohibited|illegal"
    r"|unlawful|legal|permitted)"
)
_EN_CASE = (
    r"in (?:an? )?(?:urgent|exceptional|special|justified|individual|certain|emergency|hardship) (?:cases?"
    r"|circumstances)|in an emergency|(?:exempt(?:ed)?|excluded)(?: from this)? (?:are|is)|this is different"
    r"|(?:with|for|on|in|during|after|before|at|under|without) [^.]{1,60}?,? (?:it|this|that|they) (?:is|are)"
    r" (?:allowed|permitted|free|forbidden|prohibited|exempt|possible)"
)
# A sentence without a subject goes on about the last one's: "Has no effect together with -n."
_EN_AUXILIARY = r"(?:is|are|was|were|has|had|does|did|can|could|must|will|would|should|cannot|may|might)"
_EN_DENIES = rf"(?:{_EN_AUXILIARY} (?:no|not|never|only)|(?:cannot|{_EN_AUXILIARY}n['’]t))(?= [^?]*$)"
_EN_NO_SUBJECT = (
    rf"{_EN_AUXILIARY}"
    r"(?= (?!(?:i|you|he|she|it|we|they|the|an?|this|that|these|those|my|your|his|her|our|their|there|any"
    r"|some|all|every|each)\b)(?-i:\p{Ll})[^?]*$)"
)
# A sentence with a main clause of its own after a comma needs no other: "Except in May, the shop is open."
# A relative clause is none: "Except at the market, where they cost more."
_RELATIVE = (
    r"(?:where|when|who|whose|which|in which|wo|wenn|où|qui|que|dont|donde|cuando|quien|onde|quando|dove"
    r"|che|cui|waar|die|где|когда|котор\w+)\b"
)
_MAIN = rf"(?!.*,\s+(?!{_RELATIVE})(?:[^\s,]+\s+){{3,}}[^\s,]+$)"

LANGUAGES = {
    "en": Connectives(
        names=r"\w+ (?:it|them)(?! (?:is|was|were|are)\b)|it|its|he|his|him|she|her|they|their|both|neither"
        r"|(?:by|in|since|until|from|after|before"
        r"|during) (?:\S+ ){0,2}\S+,? (?:it|he|she|they)|(?:when|after|before|while|if|although|because"
        r"|as) (?:it|he|she|they)",
        last=r"(?:(?:in|for|of|under|at|on|to|with|by|after|before|from|like) )?(?:this|that|these|those"
        r"|such)|(?:of|for|with|after) (?:it|him|her|them)|the (?:latter|former)|if (?:so|not)\b|therefore"
        r"|(?:when|if|once|while|after|before|by|in|to) (?:\w+ )?(?:do(?:es|ing|ne)?|did) (?:so|this|that)\b"
        rf"|{_EN_NO_SUBJECT}|thus|hence|consequently|otherwise|instead(?! of)|then|and(?![^?]*\?)|or|nor"
        r"|likewise|similarly"
        r"|the (?:same|opposite|reverse) (?:is true|applies|holds|goes)|vice versa",
        but=r"but|yet|however|the (?:real|actual|true) \w+"
        r"|nevertheless|nonetheless|still,|though,|conversely|(?:in|by) contrast(?! to)"
        r"|on the contrary|in fact,?|in reality,?|actually,?|even so|that said"
        r"|(?:apart|aside) from (?:this|that|these|those)|otherwise|other than (?:this|that)"
        r"|in (?:all|any) other cases?",
        limits=rf"{_EN_CASE}|{_EN_DENIES}|(?:nothing|none|no part|neither) of (?:it|them|this|these|those)"
        r"|provided(?:,? however)?,? that|provided further|notwithstanding the foregoing"
        r"|(?:this|that"
        r"|these|those|such|it|the)(?: \w+){0,3} (?:does|do|did|shall|will|may) not (?:apply|hold|extend)"
        r"|(?:the (?:only )?)?exceptions?\b|except(?:ed)? (?:are|is)|(?:except|unless|save (?:for|where)"
        r"|subject to|excluding|other than|as long as"
        r"|so long as)\b" + _MAIN
        + r"|(?:only|not|void|invalid|valid only|null and void)(?: and not)? (?:for|if|when|where|on|in|at"
        r"|before|after|with|without|by|to|from|until|upon|during|while|valid|applicable|included|including"
        r"|available|recommended|suitable|intended|as)\b|do not exceed|no(?:t)? more than|never more than"
        r"|not to exceed"
        rf"|(?:(?:in|on|at|since|from|as of|until) (?:[^\s,]+,? ){{1,3}})?"
        rf"(?:this|that|it|these|those|both|the (?:above|claims?|reports?|stor(?:y|ies)|rumou?rs?"
        rf"|statements?))(?: \w+){{0,2}} (?:is|are|was|were|has been|have been|proved|proved to be"
        rf"|turned out to be)(?: \w+){{0,2}} {_EN_STATES}"
        r"|(?:false|untrue|wrong|incorrect|not true|not so|not any ?more)[.!]|(?:but )?(?:it|he|she|they"
        r"|we|i|you|this|that) (?:never (?:did|was|were|has|had|will)|(?:did|does|do|was|were|is|are|has"
        r"|have|had|will|would|can|could|may)(?: not|n['’]t))[.!]|do(?:n['’]t| not)[.!]|scratch that"
        r"|never ?mind|ignore (?:that"
        r"|this|the above|my|what)|i (?:was|am) wrong|i stand corrected|my mistake|on second thoughts?"
        r"|wait,? no",
        empty=r"it (?:\w+ly )?(?:has |had |will |would |can |could |may |might |must )?(?:been |be |is "
        r"|was )?(?:not )?(?:rain|snow|hail|thunder|drizzl|freez|froze)\w*|it (?:is|was|has been|had been"
        r"|will be|would be|may be|might be|should be|can be|could be|must be)"
        rf"(?: \w+ly| not| also| now| long| often| still| well){{0,2}} (?:(?!so |such |the |a )\w+ (?:that"
        rf"|whether|why|how)|{_EN_ABSTRACT} (?:for [^.]+ )?to\b)"
        r"|it (?:seems|appears|turns out|turned out|follows|happens|happened) (?:that|as)|it (?:looks"
        r"|seemed) as if|it goes without|it (?:is|was) (?:late|early|noon|midnight|midday|spring|summer"
        r"|autumn|winter|evening|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)|it (?:is|was) (?:in"
        r"|on|at|not until) [^,.]+ that",
    ),
    "de": Connectives(
        names=r"er|sie|es|ihre?[mnrs]?|seine?[mnrs]?|ihm|ihn|beide",
        last=r"dies\w{0,2}|jene[mnrs]?|solche[mnrs]?|das (?:ist|war|gilt|hat|wird|kann|darf|muss|heißt"
        r"|bedeutet)|in (?:diesem|solchen) \w+|deshalb|daher|darum|deswegen|folglich|sonst|andernfalls"
        r"|(?:wenn|falls|sobald|indem) (?:sie|du|man|wir|er|ihr) (?:das|dies) (?:tun|tut|tust|machen|macht)"
        r"|stattdessen|dann|und(?![^?]*\?)|oder|davon|dabei|dafür|hiervon|letztere[mnrs]?|erstere[mnrs]?|ebenso",
        but=r"jedoch|aber|doch|d(?:ie|er|as) (?:tatsächliche|wahre|wirkliche)"
        r"|allerdings|dennoch|trotzdem|dagegen|hingegen|tatsächlich|in wirklichkeit"
        r"|abgesehen davon|davon abgesehen|ansonsten|sonst|andernfalls|in allen anderen fällen",
        limits=r"(?:nichts|kein\w*) (?:davon|von (?:ihnen|diesen|dem))"
        r"|(?:dies|das|die(?:se)? regel(?:ung)?|satz \d+) (?:gilt|galt) (?:nicht|auch nicht)"
        r"|in (?:dringenden|begründeten|besonderen|einzelnen) fällen|im notfall|(?:befreit"
        r"|ausgenommen) (?:ist|sind)"
        r"|anders ist es|(?:mit|bei|für|in|auf|am|an|ohne|während|nach|vor|ab|bis) [^.]{1,40} (?:ist"
        r"|sind) (?:es|das"
        r"|dies|sie|er) (?:\w+ )?(?:erlaubt|gestattet|zulässig|zugelassen|möglich|frei|verboten|untersagt)"
        r"|(?:hiervon )?ausgenommen|ausnahmen?\b|außer\b" + _MAIN + r"|es sei denn|sofern|soweit nicht"
        r"|nur (?:wenn|falls|für|bei|mit|in|am|im|auf|bis)|nicht (?:für|bei|in|am|im|wenn|mit)|höchstens"
        r"|nicht mehr als|(?:das|dies|es|diese \w+|die behauptung)(?: \w+)? (?:ist|war|sind"
        r"|wurde)(?: \w+){0,2} (?:falsch|unwahr|unrichtig|widerlegt|ein (?:irrtum|mythos)|aufgehoben"
        r"|widerrufen|zurückgenommen|überholt|veraltet|nicht (?:wahr|richtig|so|mehr))|das stimmt nicht"
        r"|(?:falsch|stimmt nicht|unwahr)[.!]",
        empty=r"es (?:gibt|gab|regnet\w*|schneit\w*|hagelt\w*|handelt sich|geht um|ging um|heißt,|scheint,"
        r"|stimmt,|folgt|kam zu|kommt zu|gilt als|fehlt an|bedarf|steht \w+,)|es (?:ist|war|wird|wurde"
        r"|bleibt) (?:\w+ ){0,2}(?:\w+, (?:dass|ob|wie|wenn|zu)|(?:verboten|erlaubt|möglich|nötig"
        r"|notwendig|wichtig|unmöglich|untersagt|gestattet)(?:,|\b))",
    ),
    "fr": Connectives(
        names=r"il|elle|ils|elles|son|sa|ses|leurs?|tous deux",
        last=r"ce|cet|cette|ces|cela|ceci|c['’]\w+|celui-\w+|celle-\w+|donc|ainsi|sinon|alors"
        r"|(?:pour )?ce faisant|pour ce faire|(?:si|quand|lorsque) (?:vous|nous|on) le fai\w+"
        r"|par conséquent|dans ce cas|ou|de même|le premier|le second|ce dernier|cette dernière",
        but=r"mais|cependant|toutefois|néanmoins|pourtant|en revanche|en réalité|en fait"
        r"|à part cela|hormis ce(?:la|s cas)|sinon|dans (?:tous )?les autres cas",
        limits=r"rien n['’]en|aucune? (?:d['’]entre|de) (?:eux|elles|ces)"
        r"|cette (?:clause|règle|disposition) est (?:réputée|nulle|suspendue|abrogée|sans)"
        r"|en cas d['’e]|dans"
        r" (?:certains|les) cas|(?:cela|ceci|ce|cette \w+|celle-ci) ne s['’]applique(?:nt)? pas"
        r"|(?:en )?(?:sont"
        r"|est) exceptée?s?|exceptions?\b"
        r"|(?:sauf|excepté|hormis|à moins|sous réserve|à l['’]exception)\b" + _MAIN
        + r"|à condition (?:que|de)|pourvu que|(?:uniquement|seulement|pas|non valable|nul) (?:si|pour"
        r"|avec|en|le|les|la|dans|sur|aux?|avant|après|plus)\b|ne pas dépasser|(?:c['’]est|cela est"
        r"|c['’]était|ceci est)(?: \w+)? (?:faux|inexact|erroné|un mythe|une erreur)|(?:ce"
        r"|cela) n['’]est (?:pas|plus) (?:vrai|le cas|exact)|(?:faux|inexact)[.!]",
        empty=r"il (?:y a|y avait|faut|fallait|faudra|pleut|pleuvait|neige\w*|s['’]agit|s['’]agissait"
        r"|existe|existait|convient|suffit|semble|importe|vaut|reste|s['’]ensuit|manque|arrive que"
        r"|était une fois|fait (?:beau|froid|chaud|nuit|jour))|il (?:est|était|sera|serait|n['’]est pas"
        r"|a été) (?:\w+ )?(?:interdit|défendu|permis|possible|impossible|nécessaire|important|essentiel"
        r"|recommandé|conseillé|obligatoire|utile|rare|fréquent|probable|clair|vrai|temps|préférable"
        r"|\w+ que)\b",
    ),
    "es": Connectives(
        names=r"él|ella|ellos|ellas|sus?|ambos|ambas",
        last=r"esto|eso|ello|est[ea]|est[oa]s|es[ea]|es[oa]s|por lo tanto|por eso|por consiguiente"
        r"|al hacerlo|para ello|si lo hace\w*|de hacerlo|entonces"
        r"|de lo contrario|en ese caso|en este caso|est[ea] últim[oa]|el primero|lo mismo",
        but=r"pero|l[ao] (?:\w+ )?(?:real|verdader[oa])"
        r"|sin embargo|no obstante|en cambio|en realidad|de hecho"
        r"|aparte de eso|por lo demás|de lo contrario|en (?:todos )?los demás casos",
        limits=r"(?:nada|ningun[oa]) de (?:ello|eso|ell[oa]s)"
        r"|(?:esto|eso|lo anterior|est[ae] \w+) no (?:se aplica|rige|vale|afecta)"
        r"|en casos? (?:urgentes?|de"
        r"|especial(?:es)?)|quedan? exent[oa]s?|se exceptúan?|quedan? exclui\w+"
        r"|excepciones|excepción|(?:salvo|excepto|a menos que|con excepción|a excepción)\b" + _MAIN
        + r"|siempre (?:que|y cuando)|(?:solo|sólo|únicamente|no|nulo|no válido) (?:si|para|con|en|los|las"
        r"|el|cuando|antes|después|más de)\b|no exceder|no superar|(?:eso|esto|ello|lo anterior)? ?(?:es"
        r"|era|resultó)(?: \w+)? (?:falso|incorrecto|un mito|un error|erróneo)|(?:eso|esto) (?:no es"
        r"|ya no es) (?:cierto|verdad|así)|(?:falso|incorrecto)[.!]",
    ),
    "pt": Connectives(
        names=r"eles?|elas?|seus?|suas?|ambos|ambas",
        last=r"isto|isso|est[ea]s?|ess[ea]s?|portanto|por isso|assim|ao fazê-lo|para tal"
        r"|então|caso contrário|nesse caso"
        r"|neste caso|ou|o primeiro|est[ea] últim[oa]",
        but=r"mas|porém|contudo|todavia|no entanto|entretanto|na verdade|de facto|de fato"
        r"|fora isso|caso contrário|nos (?:demais|outros) casos",
        limits=r"(?:isto|isso|o disposto|esta \w+) não se aplica|excetuam?-se|exceções|exceção"
        r"|(?:salvo|exceto|a menos que|com exceção)\b" + _MAIN + r"|desde que"
        r"|(?:apenas|só|somente|não|nulo|não válido) (?:se|para|com|em|aos?|às?|no|na|quando|antes|depois"
        r"|mais de)\b|não exceder|não ultrapassar|(?:isto|isso)? ?(?:é|era)(?: \w+)? (?:falso|incorreto"
        r"|um mito|um erro|errado)|(?:isto|isso) (?:não é|já não é) (?:verdade|assim)|(?:falso|errado)[.!]",
    ),
    "it": Connectives(
        names=r"egli|ella|esso|essa|essi|esse|lui|lei|loro|suo|sua|suoi|sue|entrambi|entrambe",
        last=r"ciò|quest[aeio]|quindi|perciò|pertanto|altrimenti|allora|in tal caso|quest['’]ultim[oa]"
        r"|così facendo|per farlo|il primo",
        but=r"tuttavia|però|ma|invece|in realtà|a parte (?:ciò|questo)|altrimenti|per il resto"
        r"|negli altri casi",
        limits=r"(?:ciò|questo|tale \w+|questa \w+) non (?:vale|si applica)|sono esclus[ei]|fanno eccezione"
        r"|eccezioni|(?:salvo|tranne|eccetto|a meno che"
        r"|ad eccezione)\b" + _MAIN + r"|purché"
        r"|a condizione che|(?:solo|soltanto|non|nullo|non valido) (?:se|per|con|in|nei|nelle|la|il|quando"
        r"|prima|dopo|più di|oltre)\b|non superare|(?:ciò|questo)? ?(?:è|era)(?: \w+)? (?:falso|errato"
        r"|sbagliato|un mito|un errore)|(?:ciò|questo) non è (?:vero|più)|(?:falso|sbagliato)[.!]",
    ),
    "nl": Connectives(
        names=r"hij|zij|ze|hun|haar|het (?:is|was|heeft|had|werd|wordt)|beide",
        last=r"dit|deze|dat|daarom|dus|anders|dan|of|in dat geval|laatstgenoemde|eerstgenoemde",
        but=r"maar|echter|toch|in werkelijkheid|daarentegen|afgezien daarvan|anders|voor het overige"
        r"|in (?:alle )?andere gevallen",
        limits=r"(?:dit|dat|deze \w+) geldt niet|uitgezonderd|uitzonderingen|uitzondering"
        r"|(?:behalve|tenzij|met uitzondering)\b" + _MAIN + r"|mits|alleen (?:als|voor|bij|met|op|in)\b"
        r"|niet (?:voor|bij|in|op|als|meer dan)\b|(?:dit|dat|het) (?:is|was|klopt)(?: \w+)? (?:onjuist"
        r"|onwaar|fout|een mythe|niet)|(?:onwaar|fout|onjuist)[.!]",
        empty=r"het (?:is|was|wordt|werd) (?:\w+ )?(?:bekend|verboden|mogelijk|nodig|belangrijk|toegestaan"
        r"|\w+ (?:dat|om))\b",
    ),
    "ru": Connectives(
        names=r"он|она|оно|они|его|её|ее|их|оба|обе",
        last=r"это|этот|эта|эти|такой|такая|такие|поэтому|иначе|тогда|или|в этом случае",
        but=r"но|однако|тем не менее|на самом деле|в действительности",
        limits=r"это (?:\w+ )?не (?:относится|распространяется|применяется|касается)|исключени[ея]"
        r"|(?:кроме|за исключением|если не)\b" + _MAIN + r"|при условии|только (?:если|для|при|в|с|по)\b"
        r"|не (?:для|более|больше)\b|это (?:\w+ )?(?:неправда|ложь|неверно|миф|ошибка|не так)|(?:неправда"
        r"|неверно|ложь)[.!]",
    ),
    "pl": Connectives(
        names=r"on|ona|ono|oni|one|jego|jej|ich",
        last=r"to|ten|ta|te|tak[ai]e?|dlatego|więc|zatem|inaczej|wtedy|w takim (?:razie|przypadku)|albo",
        but=r"ale|jednak|lecz|natomiast|w rzeczywistości",
        limits=r"(?:to )?nie (?:dotyczy|obowiązuje|stosuje się)|wyjąt\w+|(?:z wyjątkiem|oprócz|chyba że)\b"
        + _MAIN + r"|pod warunkiem|tylko (?:jeśli|dla|w|przy|od|do|na)|nie więcej niż"
        r"|to (?:\w+ )?(?:nieprawda"
        r"|fałsz|mit|błąd)|(?:nieprawda|fałsz)[.!]",
    ),
    "ar": Connectives(
        names=r"هو|هي|هم|هما",
        last=r"(?:(?:بعد|قبل|في|من|مع|عند|خلال) )?(?:هذا|هذه|ذلك|تلك)|لذلك|وإلا",
        but=r"لكن|ولكن|غير أن|إلا أن|في الواقع",
        limits=r"هذا لا ينطبق|و?لا (?:ينطبق|يسري|يشمل)|ويستثنى|يستثنى|باستثناء|إلا|ما عدا|بشرط|شريطة|فقط"
        r"|و?[يت]شترط|على أن|ما لم"
        r"|(?:هذا|وهذا"
        r"|ذلك) (?:غير صحيح|خطأ|كذب|ليس صحيحا)",
    ),
    "he": Connectives(
        names=r"הוא|היא|הם|הן",
        last=r"זה|זו|זאת|אלה|לכן|אחרת",
        but=r"אולם|אבל|אך|למעשה",
        limits=r"(?:זה|הדבר) (?:לא|אינו) חל|למעט|אלא אם|בתנאי|רק אם|(?:זה|הדבר) (?:לא נכון|שקר)",
    ),
    "hi": Connectives(
        names=r"वह|वे|उसने|उन्होंने|उनका|उनकी|उनके|उसका|उसकी",
        last=r"यह|ये|\S+ ने (?:इसका|इसकी|इसके|इसे|उसका|उसे)|इसलिए|अन्यथा|फिर",
        but=r"लेकिन|परंतु|किंतु|मगर|हालाँकि|हालांकि|वास्तव में",
        limits=r"(?:लेकिन )?(?:यह|ये)(?: \S+){0,6} लागू नहीं|सिवाय|को छोड़कर|बशर्ते|केवल (?:यदि|तब)|(?:यह"
        r"|ये) (?:\S+ )?(?:गलत|ग़लत|झूठ|असत्य|सच नहीं|सही नहीं)",
    ),
    "ja": Connectives(
        names=r"彼女?ら?[はがのをもに]|それ[はがをもら]|その",
        last=r"これ|この|それでも|そのため|したがって|さもないと|そこで|その場合|前者|後者",
        but=r"しかし|だが|ところが|けれども|でも|実際は|実は",
        limits=r"ただし|但し|例外|なお.{0,20}除く|前項.{0,20}適用しない|(?:これ|それ|この(?:説|話|主張"
        r"|記事))[はも]?.{0,6}(?:誤り|嘘|うそ|間違い|事実ではない|正しくない|デマ|撤回)",
    ),
    "zh": Connectives(
        names=r"[他她它]们?|其",
        last=r"[这這此该該]|因此|所以|否则|否則|那么|前者|后者|後者",
        but=r"但|然而|不过|不過|可是|其实|事实上",
        limits=r"[^，。]{1,20}除外|但(?:是)?.{0,12}(?:不适用|除外)|例外|前款.{0,10}不适用|除非|仅限|僅限|[这這此该該](?:种"
        r"|個|个)?(?:说法|说|說法)?(?:是|属于|屬於)?.{0,4}(?:错误|錯誤|错的|假的|谣言|謠言|不对|不實|不实"
        r"|不是真的)",
    ),
    "th": Connectives(
        names=r"เขา|เธอ|มัน|พวกเขา",
        last=r"ดังนั้น|มิฉะนั้น|เพราะ|ในกรณีนี้",
        but=r"แต่|อย่างไรก็ตาม|ความจริง",
        limits=r"ยกเว้น|เว้นแต่|เฉพาะ|เว้นเสียแต่|ไม่เป็นความจริง|เรื่องนี้ไม่จริง|นี่ไม่จริง|ห้ามเกิน",
    ),
    "tr": Connectives(
        names=r"o|onlar|onun|onların|ona|onlara|onu|onları|her ikisi",
        last=r"bu|şu|bunlar|bunun|buna|bunu|böyle|bu nedenle|bu durumda|aksi (?:halde|takdirde)|yoksa|o zaman"
        r"|dolayısıyla|veya|ya da|ilki|ikincisi",
        but=r"ama|ancak|fakat|lakin|yine de|buna rağmen|aslında|oysa",
        limits=r"(?:bu|şu)(?: \w+){0,6} (?:geçerli değil|uygulanmaz|kapsamaz)|istisna\w*"
        r"|(?:\w+ ){1,5}hariç(?:tir)?[.!]"
        r"|(?:\w+ ){1,5}için (?:geçerli değil|uygulanmaz)|şu şartla|yalnızca|sadece|en fazla"
        r"|(?:bu|şu) (?:\w+ )?(?:yanlış|doğru değil|yalan)|(?:yanlış|yapmayın|etmeyin)[.!]",
    ),
    "ko": Connectives(
        names=r"그는|그녀는|그들은|그의|그것은",
        last=r"이것|이는|따라서|그래서|그러므로|그렇지 않으면|이 경우|전자|후자",
        but=r"그러나|하지만|그렇지만|그런데|사실은",
        limits=r"다만|단,|예외|(?:이는|이것은|그것은) (?:\S+ )?(?:거짓|사실이 아니|틀렸|틀린|잘못)",
    ),
}  # fmt: skip
NO_SPACES = ("ja", "zh", "ko", "th")
"""Languages in which a word may go on without a space after it."""
