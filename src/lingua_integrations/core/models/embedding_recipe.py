"""How an embedding model makes a vector of a text: what its own files say (sentence-transformers' layout)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import UnsupportedModel

Pooling = Literal["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
Similarity = Literal["cosine", "dot"]
Step = Callable[[FloatArray], FloatArray]  # vectors in, vectors out, shape [n, dimensions]

_FLAGS: dict[str, Pooling] = {  # in the order in which several are put together
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "Identity": lambda rows: rows,
    "Tanh": np.tanh,
    "ReLU": lambda rows: np.maximum(rows, 0.0),
    "Sigmoid": lambda rows: 1 / (1 + np.exp(-rows)),
}
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")  # names under which models keep the documents' prompt


@dataclass(frozen=True)
class EmbeddingRecipe:
    """How the states of a text's tokens become its vector. The defaults are for files that say nothing."""

    pooling: tuple[Pooling, ...] = ("mean",)  # several are put together
    include_prompt: bool = True  # whether the prompt's own tokens are pooled, too
    steps: tuple[Step, ...] = ()  # what happens to the pooled vector, in order
    query: str = ""  # what stands in front of a question
    document: str = ""  # and of a text
    lowered: bool = False  # whether texts are put into lower case
    similarity: Similarity = "cosine"  # what tells how near two vectors are


@dataclass(frozen=True)
class Dense:
    """A linear layer behind the pooling."""

    weight: FloatArray  # shape [out, in]
    bias: FloatArray  # shape [out]
    activation: Callable[[FloatArray], FloatArray]

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """Shape [n, in] to [n, out].

        >>> dense = Dense(np.array([[2.0, 0.0]]), np.array([1.0]), ACTIVATIONS["ReLU"])
        >>> dense(np.array([[3.0, 5.0], [-4.0, 5.0]]))
        array([[7.],
               [0.]])
        """
        return self.activation(vectors @ self.weight.T + self.bias)


def recipe_of(folder: Path) -> EmbeddingRecipe:
    """The recipe in a model's folder: ``modules.json``, what it names, and the prompts.

    A folder without ``modules.json`` is a bare encoder, whose states are averaged, as sentence-transformers
    does it; Contriever's vectors (RECOMP) are compared by their dot product.

    Raises:
        UnsupportedModel: the files ask for something that is not done here; says what.
    """
    prompts, usual = prompts_of(folder)
    pooling, steps = _modules(folder)
    modes = _pooling(pooling, folder)
    width = pooling.get("embedding_dimension", pooling.get("word_embedding_dimension"))
    first = next((step for step in steps if isinstance(step, Dense)), None)
    if width and first and first.weight.shape[1] != len(modes) * int(width):
        raise _unknown(
            folder, f"its pooling gives {len(modes)} x {width}, its Dense takes {first.weight.shape[1]}"
        )
    similarity = _json(folder / "config_sentence_transformers.json").get("similarity_fn_name")
    return EmbeddingRecipe(
        pooling=modes,
        include_prompt=bool(pooling.get("include_prompt", True)),
        steps=tuple(steps),
        query=prompts.get("query", usual),
        document=next((prompts[name] for name in _DOCUMENT_PROMPTS if name in prompts), usual),
        lowered=bool(_json(folder / "sentence_bert_config.json").get("do_lower_case")),
        similarity=_similarity(similarity or _usual_similarity(folder), folder),
    )


def prompts_of(folder: Path) -> tuple[dict[str, str], str]:
    """The prompts that a model's files name, and the one that stands in front of whatever has none."""
    told = _json(folder / "config_sentence_transformers.json")
    prompts = {str(name): str(text or "") for name, text in (told.get("prompts") or {}).items()}
    return prompts, prompts.get(str(told.get("default_prompt_name")), "")


def pooled(states: FloatArray, modes: Sequence[Pooling], skip: int = 0) -> FloatArray:
    """One vector from the states of a text's tokens, shape [n, width]; the first ``skip`` do not count.

    >>> states = np.array([[1.0, 8.0], [3.0, 0.0], [5.0, 4.0]])
    >>> pooled(states, ["cls"]), pooled(states, ["lasttoken"]), pooled(states, ["mean", "max"])
    (array([1., 8.]), array([5., 4.]), array([3., 4., 5., 8.]))
    """
    own = states[skip:]
    weights = np.arange(skip + 1, len(states) + 1)[:, None]
    found: dict[Pooling, Callable[[], FloatArray]] = {
        "cls": lambda: own[0],
        "max": lambda: own.max(0),
        "mean": lambda: own.mean(0),
        "mean_sqrt_len_tokens": lambda: own.sum(0) / np.sqrt(len(own)),
        "weightedmean": lambda: np.asarray((own * weights).sum(0) / weights.sum()),
        "lasttoken": lambda: own[-1],
    }
    return np.concatenate([found[mode]() for mode in modes])


def mean_of_pieces(vectors: FloatArray, owners: IntArray, weights: IntArray, n: int) -> FloatArray:
    """One vector for each of n texts: the weighted mean of its pieces' vectors, shape [n, width].

    Args:
        vectors: of all pieces, shape [pieces, width].
        owners: which text each piece belongs to, shape [pieces].
        weights: such as the pieces' lengths, shape [pieces].
        n: texts, each of which has a piece.

    >>> mean_of_pieces(np.array([[1.0], [4.0], [7.0]]), np.array([0, 0, 1]), np.array([2, 1, 5]), 2)
    array([[2.],
           [7.]])
    """
    if not n:
        return np.zeros((0, 1))
    sums = np.zeros((n, vectors.shape[1]))
    np.add.at(sums, owners, vectors * weights[:, None])
    return np.asarray(sums / np.bincount(owners, weights, n)[:, None])


def _modules(folder: Path) -> tuple[dict[str, Any], list[Step]]:
    """The configuration of the pooling, and the steps behind it."""
    listed = _json(folder / "modules.json", [])
    if not listed:
        return {"pooling_mode": "mean"}, []
    names = [_known(str(module.get("type")), folder) for module in listed]
    if names[:2] != ["Transformer", "Pooling"] or listed[0].get("path"):
        raise _unknown(folder, f"its modules are {', '.join(names)}, and not a Transformer, then a Pooling")
    steps: list[Step] = []
    for name, module in zip(names[2:], listed[2:], strict=True):
        if name == "Normalize":
            steps.append(unit_length)
        elif name == "Dense":
            steps.append(_dense(folder / str(module.get("path"))))
        elif name != "Dropout":
            raise _unknown(folder, f"{name} stands behind its pooling")
    file = folder / str(listed[1].get("path")) / "config.json"
    if not file.is_file():
        raise _unknown(folder, f"{file} is missing")
    return _json(file), steps


def _known(kind: str, folder: Path) -> str:
    """The name of a module's class, where it is one of the library's own."""
    library, _, name = kind.partition(".")
    if library != "sentence_transformers":
        raise _unknown(folder, f"its module {kind} is code of its own")
    return name.rpartition(".")[2]


def _pooling(config: Mapping[str, Any], folder: Path) -> tuple[Pooling, ...]:
    named = config.get("pooling_mode")
    if named is None:
        return tuple(mode for flag, mode in _FLAGS.items() if config.get(flag)) or ("mean",)
    modes = (named,) if isinstance(named, str) else tuple(named)
    if strange := [mode for mode in modes if mode not in get_args(Pooling)]:
        raise _unknown(folder, f"its pooling is {', '.join(map(repr, strange))}")
    return modes


def _dense(folder: Path) -> Dense:
    config = _json(folder / "config.json")
    activation = activation_named(str(config.get("activation_function", "torch.nn.Tanh")))
    if activation is None or config.get("use_residual"):
        raise _unknown(folder.parent, f"{folder.name} has the activation {config.get('activation_function')}")
    file = folder / "model.safetensors"
    if not file.is_file():
        raise _unknown(folder.parent, f"{folder.name} has no model.safetensors, and pickles are not read")
    from safetensors.torch import load_file

    tensors = {key: np.asarray(one.double().numpy()) for key, one in load_file(file).items()}
    weight = tensors["linear.weight"]
    return Dense(weight, tensors.get("linear.bias", np.zeros(len(weight))), activation)


def activation_named(path: str) -> Callable[[FloatArray], FloatArray] | None:
    """The activation of torch that a path names, where it is known here.

    >>> activation_named("torch.nn.modules.activation.ReLU")(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    library, _, rest = path.partition(".")
    return ACTIVATIONS.get(rest.rpartition(".")[2]) if library == "torch" else None


def _similarity(named: str | None, folder: Path) -> Similarity:
    if named not in (None, *get_args(Similarity)):
        raise _unknown(folder, f"its vectors are compared by {named!r}")
    return "dot" if named == "dot" else "cosine"


def _usual_similarity(folder: Path) -> Similarity:
    return "dot" if "Contriever" in (_json(folder / "config.json").get("architectures") or []) else "cosine"


def _unknown(folder: Path, why: str) -> UnsupportedModel:
    return UnsupportedModel(
        f"{folder} is not an embedding model that this package supports: {why}. With sentence-transformers: "
        "EmbeddingRanker(SentenceTransformer(folder))."
    )


def _json(file: Path, otherwise: Any = None) -> Any:
    """What is in a file, which may be missing."""
    try:
        return (
            json.loads(file.read_text("utf-8")) if file.is_file() else {} if otherwise is None else otherwise
        )
    except ValueError as error:
        raise UnsupportedModel(f"{file} is not valid JSON: {error}.") from error
