"""What keeps a run from publishing, as a code of the catalogue and its values."""

from expectations.sentences import sentence


class PublishingError(Exception):
    """A publication that cannot be made or read; the previous one stands."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code and its values; the text is the English sentence."""
        super().__init__(sentence(code, "en", **values))
        self.code, self.values = code, values
