"""Pruners and token classifiers in memory: weights checked against their layout, texts read in windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.core.models.encoder import EncoderModel, EncoderOf
from lingua_integrations.core.models.from_files import building, from_transformers, tokenizer_of
from lingua_integrations.core.models.labels import KEEP, label_of
from lingua_integrations.core.models.pruners.layouts import Layout, layout_of
from lingua_integrations.core.models.pruners.rows import Laid, windows
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.store.kinds import config_in
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.store.screening import header
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import ModelDamaged, UnsupportedModel

Place = tuple[Path, str, tuple[int, ...]]  # of a tensor: its file, its key there, its shape


class Opinion(NamedTuple):
    """What a pruner says of a text."""

    keep: FloatArray  # probability that each token is kept, shape [tokens]
    relevance: float | None  # of the whole, the best of its windows; None: the model does not rank


@dataclass(eq=False)
class PrunerModel(EncoderModel):
    """A pruner in memory, and its layout; None for a token classifier of transformers."""

    layout: Layout | None = field(init=False)
    settings: Mapping[str, Any] = field(init=False, repr=False)  # its config.json

    def __post_init__(self) -> None:
        super().__post_init__()
        self.settings = config_in(self.folder) if self.folder else {}
        self.layout = layout_of(self.settings)

    @classmethod
    def build(cls, request: Request[Any], folder: Path) -> tuple[Any, Any]:
        """The network and its tokenizer.

        Raises:
            UnsupportedModel: the file's tensors are not those of the layout; says how they differ.
        """
        config = config_in(folder)
        layout = layout_of(config)
        if layout is not None:
            return (_adapted if layout.each else _native)(layout, config, request, folder)
        from lingua_integrations.core.models.pruners.networks import classifier

        model, tokenizer = from_transformers(request, folder)
        return classifier(model, label_of(model.config, KEEP)).eval(), tokenizer


class Pruner(EncoderOf[PrunerModel]):
    """A model that says of each token how likely it is to be kept."""

    loaded_as = PrunerModel

    def __init__(self, model: str, *, device: str | None = None, dtype: str | None = None) -> None:
        super().__init__(model, "token classifier", device=device, dtype=dtype)

    @property
    def window(self) -> int:
        """Tokens of a row, special ones included."""
        loaded = self.loaded
        most = loaded.layout.window_of(loaded.settings) if loaded.layout else 1 << 20
        return min(super().window, most)

    def read(self, texts: Sequence[Laid]) -> list[Opinion]:
        """Read texts; of tokens that lie in two windows the probabilities are averaged."""
        loaded = self.loaded
        overlap = loaded.layout.overlap if loaded.layout else 0
        plans = []
        for one in texts:
            room = max(1, self.window - len(one.before) - len(one.after))
            plans.append(list(windows(len(one.ids), room, one.breaks, overlap)))
        rows = [
            one.row(begin, end)
            for one, plan in zip(texts, plans, strict=True)
            for begin, end in plan or [(0, 0)]
        ]
        outputs = iter(self.passes([ids for ids, _ in rows], [types for _, types in rows], _opinions))
        found = []
        for one, plan in zip(texts, plans, strict=True):
            pieces = [next(outputs) for _ in plan or [(0, 0)]]
            sums, times = np.zeros(len(one.ids)), np.zeros(len(one.ids))
            for (begin, end), (keep, _) in zip(plan, pieces, strict=False):
                sums[begin:end] += keep[len(one.before) : len(one.before) + end - begin]
                times[begin:end] += 1
            ranks = [rank for _, rank in pieces if rank is not None]
            found.append(Opinion(sums / np.maximum(times, 1), max(ranks) if ranks else None))
        return found


def _opinions(inputs: dict[str, Any], model: Any) -> list[tuple[FloatArray, float | None]]:
    """What the network says of each row of a batch."""
    keep, rank = model(**{name: tensor.to(model.device) for name, tensor in inputs.items()})
    ranks = [None] * len(keep) if rank is None else rank.cpu().tolist()
    return list(zip(keep.double().cpu().numpy(), ranks, strict=True))


def _native(
    layout: Layout, config: Mapping[str, Any], request: Request[Any], folder: Path
) -> tuple[Any, Any]:
    """A network of ours with the folder's weights, and its tokenizer."""
    import torch
    from accelerate import init_empty_weights

    from lingua_integrations.core.models.pruners import networks

    numbers = getattr(torch, str(request.dtype), None)
    places = _places(layout, request.name, folder)
    shapes = {key: shape for key, (_, _, shape) in places.items()}
    with building(request, folder):
        tokenizer = tokenizer_of(request, folder)
        answers = [tokenizer.convert_tokens_to_ids(word) for word in ("yes", "no")]
        make = getattr(networks, layout.network).of
        try:
            with init_empty_weights(include_buffers=False):  # weights come from the file, not at random
                network = make({**config, "answers": answers}, shapes)
        except KeyError as error:  # a tensor whose size the network's would follow from
            key = layout.theirs(str(error.args[0]))
            raise UnsupportedModel(f"{request.name} is not a known {layout.name}: missing: {key}.") from error
    wanted = {key: tuple(one.shape) for key, one in network.state_dict().items()}
    if differences := _differences(layout, wanted, shapes):
        raise UnsupportedModel(f"{request.name} is not a known {layout.name}: {differences}.")
    network.load_state_dict(_tensors(places, numbers), assign=True)
    return network.to(request.device).eval(), tokenizer


def _adapted(
    layout: Layout, config: Mapping[str, Any], request: Request[Any], folder: Path
) -> tuple[Any, Any]:
    """A language model of another folder with the updates of this one, and its tokenizer."""
    from safetensors.torch import load_file

    from lingua_integrations.core.models.pruners.backbones import updated
    from lingua_integrations.core.models.pruners.networks import Answering

    base = str(config["base_model_name_or_path"])
    found = replace(request, name=base, kind="causal language model", digest=None)
    model, tokenizer = from_transformers(found, resolve(base).folder)
    answers = [tokenizer.convert_tokens_to_ids(word) for word in ("Yes", "No")]
    more = [
        name for name in ("alpha_pattern", "rank_pattern", "use_dora", "modules_to_save") if config.get(name)
    ]
    if more:
        raise UnsupportedModel(f"{request.name} is not a known {layout.name}: it has {', '.join(more)}.")
    rank = int(config["r"])
    scale = float(config["lora_alpha"]) / (rank**0.5 if config.get("use_rslora") else rank)
    file = folder / "adapter_model.safetensors"
    if not file.is_file():
        raise ModelDamaged(f"{request.name} cannot be loaded: {file} is missing.")
    try:
        updated(model, load_file(file), scale)
    except ValueError as error:
        raise UnsupportedModel(f"{request.name} is not a known {layout.name}: {error}.") from error
    return Answering(model, (answers[0], answers[1])).eval(), tokenizer


def _places(layout: Layout, name: str, folder: Path) -> dict[str, Place]:
    """Where each tensor is, by the network's key, from the headers of the files alone."""
    found: dict[str, Place] = {}
    for file in sorted(folder.glob("*.safetensors")):
        for key, shape in header(file).items():
            ours = layout.ours(key)
            if ours is not None:
                found[ours] = (file, key, shape)
    if not found:
        raise ModelDamaged(f"{name} cannot be loaded: {folder} has no weights in *.safetensors.")
    return found


def _differences(
    layout: Layout, wanted: Mapping[str, tuple[int, ...]], there: Mapping[str, tuple[int, ...]]
) -> str:
    """How the tensors of a file differ from those of its layout; nothing where they do not."""
    missing = sorted(layout.theirs(key) for key in wanted.keys() - there.keys())
    strange = sorted(layout.theirs(key) for key in there.keys() - wanted.keys())
    other = sorted(
        f"{layout.theirs(key)} {list(there[key])} for {list(wanted[key])}"
        for key in wanted.keys() & there.keys()
        if there[key] != wanted[key]
    )
    parts = (("missing", missing), ("not known", strange), ("of another shape", other))
    return "; ".join(f"{what}: {_some(keys)}" for what, keys in parts if keys)


def _some(keys: Sequence[str]) -> str:
    """The first of many."""
    return ", ".join(keys[:8]) + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")


def _tensors(places: Mapping[str, Place], numbers: Any) -> dict[str, Any]:
    """The tensors, in the dtype asked for."""
    from safetensors import safe_open

    found = {}
    for file in sorted({file for file, _, _ in places.values()}):
        with safe_open(file, "pt") as tensors:
            for ours, (home, key, _) in places.items():
                if home == file:
                    tensor = tensors.get_tensor(key)
                    found[ours] = tensor.to(numbers) if numbers and tensor.is_floating_point() else tensor
    return found
