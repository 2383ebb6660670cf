"""Patterns of configuration lines that both the detectors of formats and the reader of blocks look for."""

from __future__ import annotations

import regex

COMMENT = regex.compile(r"\s*(?:#(?!\s*(?:include|define|if|endif|else)\b)|//|;|/\*)")
# A comment, but no entry of a schedule that is commented out: that is about no other one.
REMARK = regex.compile(
    rf"(?!\s*#+\s*(?:[-\d*/,]++[ \t]++){{2}}(?:[-\w*/,]++[ \t]++){{3}}\S){COMMENT.pattern}"
    r"|\s*\"{3}[^\n]*\"{3}\s*$"  # GraphQL describes in a string what comes next
)
# Dockerfile: the line that begins a stage.
STAGE = regex.compile(r"FROM\s+\S")
# SSH: the line that begins the settings of a host, and the settings.
HOST = regex.compile(r"(?:Host|Match)\s+\S", regex.I)
SSH = regex.compile(
    r"\s*(?:Host(?:Name|KeyAlias)?|Match|User|Port|IdentityFile|IdentitiesOnly|Proxy(?:Jump|Command)|ForwardAgent"
    r"|LocalForward|RemoteForward|DynamicForward|ServerAlive\w+|StrictHostKeyChecking|UserKnownHostsFile|Control\w+"
    r"|AddKeysToAgent|Compression|LogLevel|Include|SendEnv|SetEnv|PreferredAuthentications|\w+Authentication"
    r"|Permit\w+|Allow\w+|X11Forwarding|ChrootDirectory|ForceCommand|Subsystem)\b[ \t=]+\S",
    regex.I,
)
# Makefile: a target and what it depends on.
TARGET = regex.compile(r"(?![\s#@\-])[^\s:=#]++(?:[ \t]++[^\s:=#]++)*+[ \t]*+::?(?![=:/])(?:[^=]|=(?=\S))*+$")
# Apache: a section opens or closes.
TAG = regex.compile(r"\s*<(?P<close>/)?(?P<name>[A-Za-z]\w*)(?:\s[^<>]*|)>\s*$")
# Templates of Go, as in Helm charts.
TEMPLATE = regex.compile(r"\s*\{\{-?\s*(?P<word>if|range|with|define|block|else|end)\b[^{}]*\}\}\s*$")
OPEN_WORDS = ("if", "range", "with", "define", "block", "ifeq", "ifneq", "ifdef", "ifndef")
"""Words of templates and Makefiles that open a block."""
# iptables: a table of rules.
RULES = regex.compile(r"\*[a-z]\w*\s*$")
