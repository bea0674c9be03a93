"""Whether a photograph is good enough to measure, and what the photographer can do if not."""

from dermograph.photo.quality.baseline import Baseline
from dermograph.photo.quality.judge import judge

__all__ = ["Baseline", "judge"]
