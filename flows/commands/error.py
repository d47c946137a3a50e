"""What keeps a light command from answering, as a code of the catalogue and its values."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.ending.refusal import CommandError

__all__ = ["CommandError", "Foreseen", "foreseen"]


class Foreseen(Exception):
    """An expected failure below a command; its text is the sentence, in the reader's language."""


@contextmanager
def foreseen(lang: str) -> Iterator[None]:
    """Have what a run would say in one sentence said so by a command, too; a fault of the program keeps its traceback.

    Raises:
        Foreseen: The block failed in an expected way.
        CommandError: As the block raised it.
    """
    from flows.ending.failure import explain

    try:
        yield
    except CommandError:
        raise
    except Exception as error:
        sentence_of = explain(error, lang)
        if sentence_of is None:
            raise
        raise Foreseen(sentence_of) from error
