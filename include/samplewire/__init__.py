"""A sample wire: an HTTP server on loopback with invented stories, so that a new desk sees real runs.

`python -m samplewire` runs it; tests use `SampleWire` as a context manager, with a `ManualClock`.
"""

from samplewire.clock import ManualClock
from samplewire.server import SampleWire
from samplewire.stories import Sample, load_samples

__all__ = ["ManualClock", "Sample", "SampleWire", "load_samples"]
