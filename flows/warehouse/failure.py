"""What can go wrong in the warehouse, each with its sentence."""

from expectations.sentences import sentence


class WarehouseError(Exception):
    """The warehouse cannot go on.

    Attributes:
        code: Key of the catalogue of sentences.
        values: What the sentence names.
    """

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code and its values; the text is the English sentence."""
        super().__init__(sentence(code, "en", **values))
        self.code, self.values = code, values

    def sentence(self, lang: str) -> str:
        """What happened and what to do next."""
        return sentence(self.code, lang, **self.values)


class WarehouseBusy(WarehouseError):
    """Another process holds the warehouse; the sentence names it and says since when."""


class AccountingError(WarehouseError):
    """Rows read and rows stored do not add up: a fault of the program, never published over."""
