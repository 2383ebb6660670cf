"""Words, probabilities and choices of llmlingua 0.2.2 on a tiny random classifier, as a golden.

    peer/bin/python tests/goldens/regenerate_llmlingua2.py --tiktoken FOLDER

in the reference's own environment (made by `lingua eval --peer`). Writes llmlingua2/: the classifier and
golden.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path

HERE = Path(__file__).parent / "llmlingua2"
TEXTS = [
    "The brewery in Asheville opened in 2014 , and 12 people came to the first tasting of the new ale .",
    "Mount Whitney is the tallest mountain in California ; it is 14505 feet high and very cold in winter .",
    "unbelievable overcompressed words fall into several pieces of their own here",
]
RATES = [0.25, 0.5, 0.75]
PIECES = "un ##believ ##able over ##compress ##ed ##s ##ing the a in is it and of to".split()


def build(folder: Path) -> None:
    """A BERT of one layer whose vocabulary has whole words, pieces and characters."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    words = sorted({word.lower() for text in TEXTS[:2] for word in text.split()[::2]})
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789.,;")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = list(dict.fromkeys([*special, *letters, *(f"##{x}" for x in letters), *PIECES, *words]))
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=512,
        initializer_range=0.7,
        num_labels=2,
    )
    BertForTokenClassification(config).eval().save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)


def main() -> None:
    """Build the classifier, run the reference, write what it says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tiktoken", type=Path, required=True)
    os.environ["TIKTOKEN_CACHE_DIR"] = str(parser.parse_args().tiktoken)
    from llmlingua import PromptCompressor

    shutil.rmtree(HERE, ignore_errors=True)
    # The reference recognises models by their folder's name.
    folder = HERE / "bert-base-multilingual-cased"
    build(folder)
    reference = PromptCompressor(str(folder), device_map="cpu", use_llmlingua2=True)
    seen = []
    convert = reference._PromptCompressor__token_prob_to_word_prob

    def spy(token_probs, convert_mode="mean"):
        seen.append([float(p) for p in convert(token_probs, convert_mode)])
        return convert(token_probs, convert_mode)

    reference._PromptCompressor__token_prob_to_word_prob = spy
    golden = []
    for text in TEXTS:
        for rate in RATES:
            seen.clear()
            done = reference.compress_prompt_llmlingua2([text], rate=rate, return_word_label=True)
            labels = [line.rsplit(" ", 1) for line in done["fn_labeled_original_prompt"].split("\t\t|\t\t")]
            golden.append(
                {
                    "text": text,
                    "rate": rate,
                    "words": [word for word, _ in labels],
                    "kept": [label == "1" for _, label in labels],
                    "probabilities": seen[-1],
                    "output": done["compressed_prompt"],
                }
            )
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
