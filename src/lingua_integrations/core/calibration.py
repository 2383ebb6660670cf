"""Calibration: what a relevance score says about the chance that a unit is evidence.

Relevance has no unit: a ranker's scores put the units of one call in order, and no more. How far a unit
stands out among the others is comparable between calls, and so is how many others there are.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.types import FloatArray


@dataclass(frozen=True)
class Calibration:
    """Logistic regression (Platt 1999) of "this unit holds evidence" on where a unit stands in its call.

    With z the relevance scaled to mean 0 and deviation 1 over the n units of a call:
    ``log-odds = slope * z + bias + best * max(z) + count * log(n)``. The slope is positive, so that units
    keep their order.

    Attributes:
        slope: of the unit's own z.
        bias: the log-odds where all else is 0.
        best: of the best unit's z: where one unit stands out, the others are less likely.
        count: of the logarithm of the number of units: where there are more, each is less likely.

    Raises:
        InvalidRequest: a number is not finite, or the slope is not positive.
    """

    slope: float
    bias: float
    best: float
    count: float

    def __post_init__(self) -> None:
        values = list(asdict(self).values())
        if not all(isinstance(one, (int, float)) and math.isfinite(one) for one in values) or self.slope <= 0:
            raise InvalidRequest(f"A calibration has four finite numbers and a slope above 0, not {values}.")

    def log_odds(self, relevance: FloatArray) -> FloatArray:
        """Log-odds that a unit is evidence, of all units of a call, shape [n].

        >>> import numpy as np
        >>> Calibration(2.0, -1.0, -0.5, -1.0).log_odds(np.array([0.0, 2.0])).round(2)  # z is -1 and 1
        array([-4.19, -0.19])
        """
        if not len(relevance):
            return relevance
        spread = float(relevance.std())
        z = (relevance - relevance.mean()) / (spread if spread > 1e-12 else math.inf)
        call = self.bias + self.best * float(z.max()) + self.count * math.log(len(z))
        odds: FloatArray = self.slope * z + call
        return odds

    @classmethod
    def load(cls, path: str | Path) -> Calibration:
        """One that `lingua eval --calibrate` wrote.

        Raises:
            InvalidRequest: the file cannot be read, or holds something else.
        """
        try:
            return cls(**json.loads(Path(path).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise InvalidRequest(f"{path} holds no calibration ({type(error).__name__}).") from error

    def save(self, path: str | Path) -> None:
        """Write it as JSON."""
        Path(path).write_text(json.dumps(asdict(self)) + "\n", "utf-8")


SHIPPED: dict[str, Calibration] = {
    "fusion": Calibration(slope=2.38, bias=-1.47, best=-1.26, count=-0.58),
    "late-interaction": Calibration(slope=2.29, bias=-2.74, best=-0.49, count=-0.72),
    "embedding": Calibration(slope=2.13, bias=-0.85, best=-0.99, count=-0.81),
    "bm25": Calibration(slope=1.50, bias=-2.62, best=-0.57, count=-0.31),
}
"""By ranker, as `benchmarks/calibrate.py` fits them."""
