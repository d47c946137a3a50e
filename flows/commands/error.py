"""What keeps a light command from answering, as a code of the catalogue and its values."""

from expectations.sentences import sentence


class CommandError(Exception):
    """A command that cannot do what was asked; the command line says its sentence and exits non-zero."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code and its values; the text is the English sentence."""
        super().__init__(sentence(code, "en", **values))
        self.code, self.values = code, values
