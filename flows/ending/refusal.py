"""What keeps a command, or the server it starts, from doing what was asked, as a code of the catalogue."""

from expectations.sentences import Failure


class CommandError(Failure):
    """A command that cannot do what was asked; the command line says its sentence and exits non-zero."""
