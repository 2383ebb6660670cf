"""Checks a model's folder before anything in it is loaded.

Weights are safetensors and nothing else, also where an index names the files. Their headers say which tensors
there are, so that a configuration cannot ask for more than the files have.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import regex

from lingua_integrations.errors import ModelDamaged, UnsupportedModel

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "I16": 16, "U16": 16, "I32": 32, "U32": 32, "I64": 64, "U64": 64,
    "F16": 16, "BF16": 16, "F32": 32, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
}  # fmt: skip
_LONGEST_HEADER = 100_000_000  # bytes, as the safetensors library has it
_LAYER = regex.compile(r"\.(\d+)\.")
_LAYERS = regex.compile(r"(?:^|_)(?:n|num)_(?:hidden_)?layers?$|^n_layer$|^(?:en|de)coder_layers$")
_COUNTS = regex.compile(r"layers?$|experts$|heads$|blocks$")
_ATTENTION = regex.compile(r"_?(?:attn|experts)_implementation(?:_internal)?")


@dataclass(frozen=True)
class Tensors:
    """What the headers of some files of weights say."""

    shapes: Mapping[str, tuple[int, ...]]

    @property
    def numbers(self) -> int:
        """How many numbers they hold together."""
        return sum(map(prod, self.shapes.values()))

    @property
    def widest(self) -> int:
        """The longest side of any tensor."""
        return max((side for shape in self.shapes.values() for side in shape), default=0)

    @property
    def layers(self) -> int:
        """One more than the highest number in a name, such as ``layers.29``; 0 where none has one."""
        return max((int(found) + 1 for name in self.shapes for found in _LAYER.findall(name)), default=0)


def screen(folder: Path) -> Tensors:
    """Refuse a folder that would load anything but safetensors, or build more than its files hold.

    Returns:
        What its weights are, by their headers.

    Raises:
        UnsupportedModel: it holds an adapter, pickled weights only, or asks for code from elsewhere.
        ModelDamaged: its files contradict one another.
    """
    if (folder / "adapter_config.json").exists():
        raise UnsupportedModel(
            f"{folder} contains an adapter, which would silently change the model. Merge it into the weights "
            "(peft's merge_and_unload) and pass the folder of the result."
        )
    config = json_object(folder / "config.json")
    _check_references(folder, config)
    found = tensors_of(folder)
    for name, number in _counts(config):
        most = found.layers if _LAYERS.search(name) and found.layers else found.widest
        if number > most:
            raise ModelDamaged(
                f"{folder}: config.json says {name} = {number:,}, and its weights have {most:,}."
            )
    return found


def tensors_of(folder: Path) -> Tensors:
    """What the headers of a folder's weights say."""
    shapes: dict[str, tuple[int, ...]] = {}
    for file in weight_files(folder):
        shapes |= header(file)
    return Tensors(shapes)


def json_object(file: Path) -> dict[str, Any]:
    """An object of JSON in a model's folder; anything else there is damage."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelDamaged(f"{file.parent} has no {file.name}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamaged(f"{file} cannot be read: {type(error).__name__}.") from error
    if not isinstance(data, dict):
        raise ModelDamaged(f"{file} does not contain a JSON object.")
    return data


def weight_files(folder: Path) -> list[Path]:
    """The files of weights: one, or those that the index names, all of them safetensors in this folder."""
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if not (folder / INDEX).is_file():
        others = sorted(
            file.name for file in folder.glob("*") if file.suffix in (".bin", ".pt", ".pth", ".ckpt")
        )
        pickled = f"; {others[0]} is a pickle, which can run code and is not read" if others else ""
        raise ModelDamaged(f"{folder} has no weights in safetensors ({WEIGHTS}){pickled}.")
    named = json_object(folder / INDEX).get("weight_map")
    if not isinstance(named, dict) or not named or not all(isinstance(one, str) for one in named.values()):
        raise ModelDamaged(f"{folder / INDEX} does not say which file has which weights.")
    files = sorted(set(named.values()))
    for name in files:
        if not name.endswith(".safetensors") or Path(name).name != name or "\\" in name:
            raise UnsupportedModel(
                f"{folder / INDEX} names {name!r}: weights are *.safetensors in this folder."
            )
        if not (folder / name).is_file():
            raise ModelDamaged(f"{folder} has no {name}, which its index names.")
    return [folder / name for name in files]


def header(file: Path) -> dict[str, tuple[int, ...]]:
    """The tensors of a safetensors file, by name: their shapes. The file must hold all of them."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > min(_LONGEST_HEADER, size):
                raise ValueError("its header is longer than the file")
            entries = json.loads(stream.read(length))
        shapes = {
            name: _shape(entry, size - 8 - length)
            for name, entry in entries.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error) as error:
        raise ModelDamaged(f"{file} is not a safetensors file, or is truncated ({error}).") from error
    return shapes


def _shape(entry: Mapping[str, Any], room: int) -> tuple[int, ...]:
    shape = tuple(int(side) for side in entry["shape"])
    begin, end = entry["data_offsets"]
    bits = prod(shape) * _BITS[entry["dtype"]]
    if min(shape, default=0) < 0 or not 0 <= begin <= end <= room or 8 * (end - begin) != bits:
        raise ValueError(f"a tensor of shape {list(shape)} is not there")
    return shape


def _check_references(folder: Path, config: Mapping[str, Any]) -> None:
    """Refuse what a configuration can name outside of its folder."""
    weights = config.get("transformers_weights")
    if weights is not None:
        raise UnsupportedModel(f"{folder}: config.json names weights of its own, {weights!r}.")
    for name, value in _entries(config):
        if _ATTENTION.fullmatch(name) and "/" in json.dumps(value):
            raise UnsupportedModel(f"{folder}: config.json asks for code from elsewhere, {name} = {value!r}.")


def _counts(config: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """How many layers, heads and the like a configuration asks for."""
    for name, value in _entries(config):
        if isinstance(value, int) and not isinstance(value, bool) and _COUNTS.search(name):
            yield name, value


def _entries(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Entries of a configuration and of those inside of it."""
    for name, value in config.items():
        yield name, value
        if isinstance(value, dict):
            yield from _entries(value)
