"""Which language source code is in, by what some of its lines look like and those of others do not."""

from __future__ import annotations

from collections.abc import Sequence

import regex

_CLASSES = r"(?:(?:public|private|protected|static|final|abstract) )+.*[{;(]$"
_SCRIPT = (
    r"(?:export )?(?:const|let|var|function|class)\b .*|.*=> ?\{?$|.*\bconsole\."
    r"|import .* from ['\"].*|module\.exports"
)
_TAGGED = r"@\w+(?:\(.*\))?$"
_C = (
    r"#\s*(?:include|define|undef|if|else|elif|endif|pragma)"
    r"|(?<!\s)(?:static |const |unsigned )*(?:int|void|char|struct \w+|float|double|size_t)\b[ *]+\w+\(.*"
)
_LANGUAGES = {
    "python": (
        r"(?:async )?def \w+\(.*|class \w+.*:$|(?:el)?if .*:$|for .* in .*:$"
        r"|from [\w.]+ import |import [\w.]+(?: as \w+)?(?:, [\w.]+(?: as \w+)?)*$|@\w+|with .*:$"
    ),
    "go": (
        r"(?<!\s)(?:package \w+$|func .*\{$|type \w+ (?:struct|interface) \{|import \($)|\w+(?:, \w+)* := "
    ),
    "rust": (
        r"(?:pub(?:\(crate\))? )?(?:fn \w+.*[{(,]$|struct \w+|impl\b.*\{$|use [\w:]+.*;$|mod \w+)"
        r"|let (?:mut )?\w+.*;$|match .*\{$"
    ),
    "java": rf"{_CLASSES}|(?<!\s)(?:import [\w.]+\*?;$|package [\w.]+;$)|{_TAGGED}",
    "c": _C,
    "c++": (
        rf"{_C}|namespace \w+ \{{|using (?:namespace |\w+::)|template ?<|(?:public|private|protected):$"
        r"|.*\bstd::|(?<!\s)\w[\w:<>*& ]*\w::~?\w+\("
        r"|(?:static |constexpr |inline |virtual )+.*|(?:class|struct) \w+;$"
    ),
    "code": (  # Ruby, shells, Haskell
        r"(?:end|fi|done|esac|;;)\b.*|def \w+[!?=]?(?:\(.*\))?$|.*\bdo(?: \|.*\|)?$"
        r"|class \w+(?: < [\w:]+)?$|.*; (?:do|then)$|\w+ :: .*->"
    ),
    "javascript": _SCRIPT,
    "typescript": (
        rf"{_SCRIPT}|{_TAGGED}|import type\b"
        r"|(?:export )?(?:declare )?(?:interface|enum|type|namespace) \w+.*[={]"
        r"|(?:export )?(?:async )?(?:function )?\w+\(.*\): [\w<>\[\]| ]+ \{$"
        r"|(?:public|private|protected|readonly|static) .*[{;(]$|\w+\??: [\w<>\[\]| ]+;$"
    ),
    "c#": (
        rf"{_CLASSES}|(?:public|private|protected|internal|sealed|static|override|virtual|partial|readonly) "
        r"(?:.*[\w>)\]}{;(]$|.*=>)|using [\w.= ]+;$|using (?:var |\()|namespace [\w.]+[;{]?$|.*\{ get;"
        r"|\[\p{Lu}\w*(?:\(.*\))?\]$|foreach \(|#(?:(?:end)?region|if|elif|else|endif)\b"
        r"|(?:const )?(?:string|bool|decimal|var) \w+ = .*;$"
    ),
    "kotlin": (
        r"(?:(?:public|private|internal|override|inline|suspend|open|data|sealed|abstract|enum|annotation"
        r"|expect|actual|operator|infix|const|lateinit|companion) )*"
        r"(?:fun|val|var|object|class|interface)\b.*[^;:]$"
        rf"|(?:package|import) [\w.*]+$|{_TAGGED}|[^#]*->\s.*[^;]$|(?:.* )?when\b.*\{{$"
    ),
    "dart": (
        rf"{_CLASSES}|{_TAGGED}|(?:import|export|part) '.*;$|library |factory |late |required "
        r"|.*\bthis\.\w+[,)]"
    ),
    "swift": (
        r"(?:(?:public|private|fileprivate|internal|open|override|static|final|mutating|lazy|weak|@\w+) )*"
        r"(?:func|init|var|let|struct|enum|class|extension|protocol|typealias|import)\b[^;]*[^;:]$"
        r"|guard .*|if (?:let|var) |case \.|@\w+(?:\(.*\))?$|#if (?:os|canImport|swift|DEBUG)\b"
    ),
    "php": (
        rf"{_CLASSES}|<\?|\?>|const \w+ = .*;$|\$this->|\$\w+(?:->\w+|\[.*\])*\s*[-+.]?=\s|foreach \(.* as "
        r"|(?:(?:public|private|protected|static|final|abstract) )*function \w+\([^)]*\$"
        r"|(?:use|namespace) [\w\\]+(?: as \w+)?;$|(?:return|if|elseif|echo|while|switch)\b[^.]*\$\w+.*[;{]$"
    ),
    "powershell": (
        r"\$[\w:.]+\s*\+?=|param\s*\(|\[[\w.]+(?:\(.*\))?\]|\p{Lu}\w+-\p{Lu}\w+\b"
        r"|.*\s-(?:eq|ne|like|match|and|or|not)\b|function \w+-\w+|<#|#>|\.\p{Lu}+$"
    ),
}
"""What some of a language's lines look like behind their indentation; of two the first counts."""
_LOOKS = {name: regex.compile(rf"\s*(?:{looks})") for name, looks in _LANGUAGES.items()}
_KINDS = {name: name for name in ("python", "go", "rust", "java", "c", "javascript", "typescript")}
_KINDS["c++"] = "c"
"""For each language with a grammar here the kind; that of C reads what it can of C++."""
_COMMENT = regex.compile(r"\s*(?://|/?\*)")


def kind_of_language(found: Sequence[str]) -> str:
    """The kind that lines of source code are of: a language with a grammar here, or "code".

    >>> kind_of_language(["def f(x):", "  pass"]), kind_of_language(["fun f() {", "  val x = 1", "}"])
    ('python', 'code')
    """
    told = [line for line in found if not _COMMENT.match(line)]
    votes = {name: sum(map(bool, map(looks.match, told))) for name, looks in _LOOKS.items()}
    best = max(votes, key=lambda name: votes[name])
    return _KINDS.get(best, "code") if votes[best] else "code"
