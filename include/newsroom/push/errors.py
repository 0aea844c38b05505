"""What can go wrong on the way to a target, with a stable code and a sentence a person can act on."""

from functools import partial
from typing import Any


class PushError(Exception):
    """A message did not arrive, as far as we know.

    Attributes:
        code: stable, as `http_410`, `read_timeout` or `host_key`.
        reason: what was seen, what was wanted; without any secret.
        retry: whether the same message may arrive later; else a person must look.
        retry_after: seconds to wait before that, where the target said so.
        of_target: whether it is the target's matter, so that no other message would fare better.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        *,
        retry: bool = False,
        retry_after: float | None = None,
        of_target: bool = False,
    ) -> None:
        """Tell what went wrong."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.retry = retry
        self.retry_after = retry_after
        self.of_target = of_target

    def __reduce__(self) -> "tuple[Any, ...]":
        """Travel between processes with all parts."""
        made = partial(type(self), retry=self.retry, retry_after=self.retry_after, of_target=self.of_target)
        return made, (self.code, self.reason)
