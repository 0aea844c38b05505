"""A sample wire: an HTTP server on loopback with invented stories, so that a new desk sees real runs.

`python -m samplewire` runs it; tests use `SampleWire` as a context manager, with a `ManualClock`.

The stories lie in `stories/`, one file each, with what a desk should make of them (`expect`); `agenda.yaml`
says which are there at first and which follow; `bulletins.yaml` holds the templates of those that never end.
"""

from samplewire.clock import ManualClock
from samplewire.configuration import write_configuration
from samplewire.server import SampleWire
from samplewire.stories import Sample, load_samples

__all__ = ["ManualClock", "Sample", "SampleWire", "load_samples", "write_configuration"]
