"""What is trained and under which name it is kept: from a model's name into the model store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transformers import set_seed

from lingua_integrations.alignment.loop import Curve
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.core.models.from_files import check_folder
from lingua_integrations.core.models.loading import unload
from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store import user_models
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import ResolvedModel, resolve


@dataclass(frozen=True)
class Trained:
    """A model that was trained: its folder in the store, and how many rows it learnt from."""

    folder: Path
    curve: Curve
    learnt: int


@dataclass(frozen=True)
class Training:
    """Which model is trained, and into what."""

    out: str  # what the new model will be called
    work: Path  # folder of checkpoints and whatever else is kept; a run that was cut off goes on from there
    # the one to begin with: a folder, one of our names, or a hub id. It is not changed
    model: str = DEFAULT_SCORER
    recipe: Recipe = field(default_factory=Recipe)  # how it is trained
    replace: bool = False  # whether a model of that name may be replaced

    def begin(self) -> ResolvedModel:
        """The model to begin with; from here on all that is drawn depends on the recipe's seed alone.

        Raises:
            InvalidRequest: the name is taken.
            ModelError: the model cannot be had, or its files are not safe to load.
        """
        user_models.check_name(self.out, replace=self.replace)
        source = resolve(self.model)
        check_folder(source.name, source.folder)
        set_seed(self.recipe.seed)
        return source

    def keep(self, save: Callable[[Path], object], curve: Curve, what: str, **facts: Any) -> Path:
        """Put what was trained into the model store; returns its folder.

        Args:
            save: writes its files into a folder.
            curve: how training went.
            what: one line for people.
            facts: whatever else is to be written down.
        """
        source = resolve(self.model)
        local = Path(source.name).expanduser().is_dir()
        making = user_models.Making(
            what=what,
            licence=store.status(source.name).licence if source.name in store.names() else "unknown",
            facts={
                "from": str(source.folder.resolve()) if local else source.name,
                "from digest": source.digest,
                "held-out loss before": curve.before,
                "held-out loss after": min(curve.after),
                **facts,
            },
        )
        folder = user_models.keep(self.out, save, making, replace=self.replace)
        unload(self.out)  # what was called so may be in memory
        return folder


def saving(model: Any, tokenizer: Any) -> Callable[[Path], None]:
    """Writes a transformers model and its tokenizer into a folder."""

    def save(folder: Path) -> None:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    return save
