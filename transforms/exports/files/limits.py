"""The time that reading one file may take."""

import time

from expectations.limits import Limits
from transforms.exports.refusals import ExportRefused


class Clock:
    """The time one file's reading may still take; `look` belongs into every loop over its bytes or rows."""

    def __init__(self, name: str, limits: Limits) -> None:
        """Begin to count.

        Args:
            name: The file's, for the sentence.
            limits: How long it may take.
        """
        self._name, self._seconds = name, limits.seconds
        self._until = time.monotonic() + limits.seconds

    def look(self) -> None:
        """See that there is time left.

        Raises:
            ExportRefused: `file_too_slow`; it may be a good one, so nothing of it is entered and the next run tries
                again.
        """
        if time.monotonic() > self._until:
            raise ExportRefused("file_too_slow", file=self._name, seconds=f"{self._seconds:g}")
