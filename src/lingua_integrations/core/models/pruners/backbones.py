"""Backbones of transformers, as the pruners need them: by configuration, with raw states, with updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from transformers import AutoConfig

Shapes = Mapping[str, tuple[int, ...]]  # of the tensors in the file, by the network's keys


def of_config(auto: Any, fields: Mapping[str, Any]) -> Any:
    """A model of transformers by the fields of its configuration; what says where remote code is goes."""
    left_out = ("model_type", "architectures", "auto_map", "transformers_version", "_name_or_path")
    rest = {name: value for name, value in fields.items() if name not in left_out}
    return auto.from_config(AutoConfig.for_model(fields["model_type"], **rest))


def qwen3(shapes: Shapes) -> dict[str, Any]:
    """The configuration of a Qwen3 with tensors of these sizes; the rest is the same in all of them."""
    first = "backbone.layers.0."
    vocabulary, width = shapes["backbone.embed_tokens.weight"]
    (head,) = shapes[first + "self_attn.q_norm.weight"]
    return {
        "model_type": "qwen3",
        "vocab_size": vocabulary,
        "hidden_size": width,
        "head_dim": head,
        "num_hidden_layers": 1 + max(int(key.split(".")[2]) for key in shapes if ".layers." in key),
        "num_attention_heads": shapes[first + "self_attn.q_proj.weight"][0] // head,
        "num_key_value_heads": shapes[first + "self_attn.k_proj.weight"][0] // head,
        "intermediate_size": shapes[first + "mlp.gate_proj.weight"][0],
        "max_position_embeddings": 40_960,
        "rope_theta": 1_000_000.0,
        "rms_norm_eps": 1e-6,
    }


def with_raw_states(backbone: Any, inputs: Mapping[str, Tensor]) -> tuple[Any, Tensor]:
    """A backbone's outputs, and the states of its last layer before the final norm, if there is one.

    transformers gave these as the last of its hidden states up to version 4, and gives the normed ones now.
    """
    norm = getattr(backbone.base_model, "final_norm", None)
    if norm is None:
        outputs = backbone(**inputs, output_hidden_states=True)
        return outputs, outputs.hidden_states[-1]
    seen: list[Tensor] = []
    with norm.register_forward_pre_hook(lambda _, given: seen.append(given[0])):
        return backbone(**inputs), seen[-1]


def updated(backbone: Any, updates: Mapping[str, Tensor], scale: float) -> None:
    """Add low-rank updates, pairs of A and B, to a model's weights: W + scale B A.

    Raises:
        ValueError: some are none of the model's layers, or no such pairs.
    """
    stems = {key.removesuffix(".lora_A.weight").removesuffix(".lora_B.weight") for key in updates}
    for stem in sorted(stems):
        pair = [updates.get(f"{stem}.lora_{side}.weight") for side in "BA"]
        try:
            layer = backbone.get_submodule(stem.removeprefix("base_model.model."))
            rise = scale * (pair[0].float() @ pair[1].float())  # type: ignore[union-attr]
            layer.weight.data += rise.to(layer.weight)
        except (AttributeError, RuntimeError) as error:
            raise ValueError(f"{stem} is no update to one of its layers") from error
