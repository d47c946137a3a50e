"""What keeps a run from publishing, as a code of the catalogue and its values."""

from expectations.sentences import Failure


class PublishingError(Failure):
    """A publication that cannot be made or read; the previous one stands."""
