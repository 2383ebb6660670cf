"""Seconds of every method as multiples of one forward pass over the same tokens, beside llmlingua 0.2.2.

    python benchmarks/speed.py --peer --rounds 3
    python benchmarks/speed.py --device cuda --dtypes bfloat16 --model FOLDER --only passages

Twenty passages of Python's language reference, about 2,400 tokens, and a question. In every round each
contender works once, in turn, on passages that it has not seen. Its seconds are divided by those of a forward
pass over the same tokens (the model as transformers loads it, in float32, logits of every token, one
sequence), the mean of one right before and one right after it, since machines change their pace. For
LLMLingua-2 the text is 10,000 tokens long, the model a random one of BERT's size, and the pass that of the
encoder over windows of 512. Where our models work in bfloat16 by default, they do it in float32, too. With
types of your own (--dtypes) a pass is in the last one.
``--peer`` makes an environment of the peer's own in the model store.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from contenders import PASSAGES, TOKENS, Setting, Work, by, classifier, named, ours, texts_of, theirs
from torch.nn import functional
from tqdm import tqdm

from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import choose_device, choose_dtype
from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve

RATES = (0.5, 0.25)
LONG = 10_000
Ratios = dict[tuple[str, float], list[float]]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, or how long it says that it took."""
    start = time.perf_counter()
    said = work()
    return said if isinstance(said, float) else time.perf_counter() - start


def measure(
    contenders: dict[str, Work],
    prompts: Iterator[list[str]],
    whole: Callable[[list[str]], object],
    rounds: int,
) -> Ratios:
    """Ratios to the pass over the same texts, one per round; what runs first of all warms up."""
    ratios: Ratios = {}
    first = next(prompts)[:2]
    whole(first)
    for work in contenders.values():
        work(first, RATES[0])
    for texts in tqdm(islice(prompts, rounds), "rounds", total=rounds):
        before = seconds(partial(whole, texts))
        for name, work in contenders.items():
            taken = [seconds(partial(work, texts, rate)) for rate in RATES]
            after = seconds(partial(whole, texts))
            for rate, one in zip(RATES, taken, strict=True):
                ratios.setdefault((name, rate), []).append(one / ((before + after) / 2))
            ratios.setdefault(("one pass, in seconds", 1.0), []).append(before)
            before = after
    return ratios


def of_passages(setting: Setting) -> tuple[str, Ratios]:
    """Ratios of the methods that work with the default scorer."""
    scorer = CausalLM(setting.model, device=setting.device, dtype=setting.dtypes[0])
    model = setting.plain("AutoModelForCausalLM", resolve(setting.model).folder)

    def whole(texts: list[str]) -> None:
        ids = np.concatenate([scorer.encode(text).ids for text in texts])
        setting.run(model, torch.from_numpy(ids)[None], use_cache=False)

    contenders = {"extractive-bm25": by(None, METHODS["extractive-bm25"].config)}
    for dtype in setting.dtypes:
        contenders |= named(ours(setting, dtype), dtype)
        contenders |= named(theirs(setting, setting.model, "causal", dtype), dtype) if setting.peer else {}
    prompts = texts_of(scorer, PASSAGES, TOKENS)
    text = f"{PASSAGES} passages, {PASSAGES * TOKENS:,} tokens"
    return text, measure(setting.chosen(contenders), prompts, whole, setting.rounds)


def of_a_text(setting: Setting) -> tuple[str, Ratios]:
    """Ratios of LLMLingua-2."""
    scorer = CausalLM(DEFAULT_SCORER, device=setting.device)  # its tokens tell the length
    with tempfile.TemporaryDirectory() as folder:
        path = str(classifier(Path(folder)))
        encoder = Encoder(path, "token classifier", device=setting.device)
        classifying = setting.plain("AutoModelForTokenClassification", path)

        def encoded(texts: list[str]) -> None:
            ids = torch.tensor(encoder.ids_of(texts[0]))
            full = len(ids) // 510 * 510
            for rows in (*ids[:full].view(-1, 510).split(8), ids[None, full:]):
                setting.run(classifying, functional.pad(rows, (1, 1)))  # two places for what frames a window

        contenders: dict[str, Work] = {}
        for dtype in setting.dtypes:
            ready = TokenClassifier(path, dtype=dtype, device=setting.device)
            contenders |= named({"llmlingua2": by(ready, METHODS["llmlingua2"].config)}, dtype)
        if setting.peer:  # in bfloat16 it ends with an error: NumPy has no such type
            contenders |= named(theirs(setting, path, "classifier", "float32"), "float32")
        prompts = texts_of(scorer, 1, LONG)
        text = f"one text, {LONG:,} tokens"
        return text, measure(setting.chosen(contenders), prompts, encoded, setting.rounds)


TABLES = {"passages": of_passages, "text": of_a_text}


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", action="store_true", help="llmlingua 0.2.2 beside ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=TABLES, default=list(TABLES))
    parser.add_argument("--device", help="by default the best there is")
    parser.add_argument("--dtypes", nargs="*", help="by default this machine's, and float32")
    parser.add_argument("--model", default=DEFAULT_SCORER, help="the scorer")
    parser.add_argument("--methods", nargs="+", default=("",), help="what the names shown begin with")
    args = parser.parse_args()
    device = choose_device(args.device)
    default = choose_dtype(device, None)
    dtypes = args.dtypes or list(dict.fromkeys(("float32" if default == "auto" else default, "float32")))
    setting = Setting(args.peer, args.rounds, device, dtypes, args.model, tuple(args.methods))
    print(f"{machine(device)}, torch {torch.__version__}")
    print(
        f"Medians of {args.rounds} rounds [least, most], as multiples of one forward pass in {dtypes[-1]}.\n"
    )
    print("| method | text |", " | ".join(f"at {1 / rate:.2g}x" for rate in RATES), "|\n|---|---|---|---|")
    for table in args.only:
        text, ratios = TABLES[table](setting)
        for name in dict.fromkeys(name for name, _ in ratios):
            cells = [_cell(ratios[name, rate]) for rate in (*RATES, 1.0) if (name, rate) in ratios]
            print(f"| {name} | {text} |", " | ".join(cells), "|", flush=True)


def _cell(values: list[float]) -> str:
    return f"{statistics.median(values):.3g} [{min(values):.3g}, {max(values):.3g}]"


def machine(device: str) -> str:
    """What runs the models."""
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return f"{name or platform.processor()}, {torch.get_num_threads()} threads"


if __name__ == "__main__":
    main()
