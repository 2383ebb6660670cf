"""A digester or a prefix on disk, with the models that it was learnt for.

A folder has a ``config.json`` (what it is, its sizes, the models by name and digest) and the weights in
safetensors. Loading checks the one against the other, and builds nothing before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from safetensors.torch import load_file, save_file

from lingua_integrations.core.store.resolve import ResolvedModel, resolve
from lingua_integrations.core.store.screening import WEIGHTS, json_object, tensors_of
from lingua_integrations.errors import ModelDamaged, UnsupportedModel
from lingua_integrations.soft.digester import Digester, DigesterSizes
from lingua_integrations.soft.prefix import Prefix, PrefixSizes

Learnt = TypeVar("Learnt", Digester, Prefix)
_TYPE = "lingua-soft-"
_SIZES: dict[type[Any], type[Any]] = {Digester: DigesterSizes, Prefix: PrefixSizes}


@dataclass(frozen=True)
class Known:
    """A model by its name, and the digest of the weights that it had."""

    name: str  # one of our names, a folder, or a hub id
    digest: str  # SHA-256, see `ResolvedModel`

    @classmethod
    def of(cls, model: ResolvedModel) -> Known:
        """What is to be written down of a model; of a local folder the whole path."""
        local = Path(model.name).expanduser().is_dir()
        return cls(str(model.folder.resolve()) if local else model.name, model.digest)

    def found(self, other: str | None = None) -> str:
        """The name of the model, or another one, if it still has the same weights.

        Raises:
            UnsupportedModel: it has others.
            ModelError: it cannot be had.
        """
        name = other or self.name
        if resolve(name, "causal language model").digest != self.digest:
            raise UnsupportedModel(
                f"The vectors were learnt for {self.name}@{self.digest[:12]}, and {name} has other weights "
                "now. Train them again, or give the model that they were learnt for."
            )
        return name


@dataclass(frozen=True)
class Soft(Generic[Learnt]):
    """A digester or a prefix, with the models that it was learnt for.

    Attributes:
        learnt: the network, in evaluation mode where it was loaded.
        target: reads the vectors.
        scorer: its states are what a digester reads; of a prefix the target.
        layer: after so many layers of the scorer; 0: its word embeddings.
    """

    learnt: Learnt
    target: Known
    scorer: Known
    layer: int = 0

    def save(self, folder: Path) -> None:
        """Write it into a folder that is there."""
        config = {
            "model_type": _TYPE + type(self.learnt).__name__.lower(),
            "sizes": asdict(self.learnt.sizes),
            "target": asdict(self.target),
            "scorer": asdict(self.scorer),
            "layer": self.layer,
        }
        (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
        tensors = {name: one.detach().cpu().contiguous() for name, one in self.learnt.state_dict().items()}
        save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def load(name: str, kind: type[Learnt]) -> Soft[Learnt]:
    """A digester or a prefix by its name in the model store, or its folder.

    Raises:
        UnsupportedModel: it is something else.
        ModelDamaged: configuration and weights contradict each other, or one of them is missing.
        UnknownModel: there is none of that name.
    """
    folder = resolve(name).folder
    config = json_object(folder / "config.json")
    wanted = _TYPE + kind.__name__.lower()
    if config.get("model_type") != wanted:
        raise UnsupportedModel(f"{name} is no {kind.__name__.lower()}: {config.get('model_type')!r}.")
    try:
        sizes = _SIZES[kind](**config["sizes"])
        target, scorer = Known(**config["target"]), Known(**config["scorer"])
        layer = int(config["layer"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(
            f"{folder / 'config.json'} does not describe a {kind.__name__} ({error})."
        ) from error
    learnt = _built(kind, sizes, folder)
    learnt.load_state_dict(load_file(folder / WEIGHTS), assign=True)
    return Soft(learnt.eval().requires_grad_(False), target, scorer, layer)


def _built(kind: type[Learnt], sizes: Any, folder: Path) -> Learnt:
    """The network without weights, if the file has just the tensors that it needs."""
    found = tensors_of(folder)
    if getattr(sizes, "layers", 0) > max(found.layers, 1):  # before so many are built
        raise ModelDamaged(
            f"{folder}: config.json says layers = {sizes.layers}, its weights have {found.layers}."
        )
    with torch.device("meta"):  # takes no memory, whatever the sizes
        learnt = kind(sizes)
    expected = {name: tuple(one.shape) for name, one in learnt.state_dict().items()}
    if differing := _differences(expected, found.shapes):
        raise ModelDamaged(f"{folder}: config.json and {WEIGHTS} do not agree on {', '.join(differing[:3])}.")
    return learnt


def _differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Names that one has alone, or of which the two have different shapes.

    >>> _differences({"a": (1,), "b": (2,)}, {"a": (1,), "b": (3,), "c": ()})
    ['b', 'c']
    """
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
