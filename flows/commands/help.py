"""Help, and what is said of a command line that cannot be used, in the reader's language.

What a command's or an option's help names in the catalogue is told from there; so are the titles around it. The English
of a usage error is the library's own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from difflib import get_close_matches
from typing import Any, cast

import typer
import typer.core

from expectations.sentences import catalogue, reader_language, sentence
from flows.ending.outermost import no_text

_TITLES = {
    "OPTIONS_PANEL_TITLE": "help_options",
    "ARGUMENTS_PANEL_TITLE": "help_arguments",
    "COMMANDS_PANEL_TITLE": "help_commands",
    "ERRORS_PANEL_TITLE": "help_error",
    "RICH_HELP": "help_try",
    "DEFAULT_STRING": "help_default",
    "ENVVAR_STRING": "help_variable",
    "REQUIRED_LONG_STRING": "help_required",
}
"""Fixed words of Typer's help, by the names under which it keeps them, and the sentences that take their place."""
_NUMBERS = {
    "float_parsing": "usage_no_number",
    "int_parsing": "usage_no_whole_number",
    "greater_than_equal": "usage_too_small",
    "less_than_equal": "usage_too_large",
}
"""What is wrong with a number, as pydantic names it."""


class _InWords:
    """What a command and the group of them share: usage and help in the reader's language."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """The line that says how it is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _said("help_usage"))

    def format_help(self: Any, ctx: Any, formatter: Any) -> None:
        """The whole of its help, printed."""
        _title()
        super(_InWords, _told(self, ctx)).format_help(ctx, formatter)  # type: ignore[misc]  # it is one of the two below


class Command(_InWords, typer.core.TyperCommand):
    """A command whose help is told in the reader's language."""


class Commands(_InWords, typer.core.TyperGroup):
    """The commands: help and usage errors in the reader's language, and arguments that are text, or paths."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        """What is said before the command's name, read."""
        with _faults_told():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """The command that is meant, called with what is said behind its name."""
        with _faults_told():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant, its own arguments looked at before it is called."""
        try:
            found: tuple[Any, Any, list[str]] = super().resolve_command(ctx, args)
        except typer.TyperException as error:
            known = ", ".join(get_close_matches(args[0], self.commands))
            _tell(error, *_with_like("usage_no_command", "usage_no_command_like", args[0], known))
            raise
        name, command, rest = found
        invoke = command.invoke

        def invoked(inner: Any) -> Any:
            odd = no_text(inner.params)
            if odd is not None:
                typer.echo(f"chian: {sentence('argument_no_text', reader_language(os.environ), name=odd)}", err=True)
                raise typer.Exit(1)
            return invoke(inner)

        command.invoke = invoked
        return name, command, rest


def _said(code: str) -> str:
    """A sentence of the catalogue with its places still open: whoever shows it fills them."""
    return catalogue()[code][reader_language(os.environ)]


def _in_words(text: str | None) -> str | None:
    """What a code of the catalogue stands for; any other text as it is."""
    return _said(text) if text in catalogue() else text


def _title() -> None:
    """Have Typer's fixed words said in the reader's language; they are variables of its module, made to be set."""
    from rich.columns import Columns
    from rich.table import Table
    from typer import rich_utils

    is_english = reader_language(os.environ) == "en"
    words: dict[str, object] = {name: _said(code) for name, code in _TITLES.items()}
    words |= {
        "Table": Table if is_english else _folding(Table),
        "Columns": Columns if is_english else _folding(Columns),
    }
    for name, word in words.items():
        setattr(rich_utils, name, word)


def _folding(kind: Any) -> Any:
    """The same table with cells that fold: of a line of Hangul before a blank rich else cuts the last letter."""

    class Folding(kind):
        def __rich_console__(self, *args: Any) -> Any:
            _fold(self)
            for part in super().__rich_console__(*args):
                _fold(part)
                yield part

    def _fold(table: Any) -> None:
        for column in getattr(table, "columns", ()):
            column.overflow = "fold"

    return Folding


def _told(command: Any, ctx: Any) -> Any:
    """The same command with sentences where it has codes."""
    shown = copy(command)
    shown.help = _in_words(command.help)
    shown.epilog = _said("help_example").format(line=command.epilog) if command.epilog else None
    shown.params = [_parameter(one) for one in command.get_params(ctx)]
    shown.add_help_option = False  # it is among them
    if isinstance(shown, Commands):
        shown.commands = {name: copy(one) for name, one in shown.commands.items()}
        for one in shown.commands.values():
            one.help = _in_words(one.help)
    return shown


def _parameter(parameter: Any) -> Any:
    shown = copy(parameter)
    shown.help = _said("help_help") if parameter.name == "help" else _in_words(parameter.help)
    if isinstance(parameter.show_default, str):
        shown.show_default = _in_words(parameter.show_default)
    return shown


@contextmanager
def _faults_told() -> Iterator[None]:
    """Have what is wrong with a command line said in the reader's language."""
    try:
        yield
    except typer.TyperException as error:
        _title()
        told = None if "format_message" in vars(error) else _fault(error)
        if told is not None:
            _tell(error, *told)
        raise


def _tell(error: typer.TyperException, code: str, values: dict[str, object]) -> None:
    """Have an error say a sentence of the catalogue; in English it says what the library says."""
    lang = reader_language(os.environ)
    if lang != "en":
        said = sentence(code, lang, **values)
        error.format_message = lambda: said  # type: ignore[method-assign]  # what Typer asks an error for


def _fault(error: Any) -> tuple[str, dict[str, object]] | None:
    """Which sentence says what is wrong; none of what nobody has foreseen, which the library says in its own words."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        known = ", ".join(sorted(error.possibilities or ()))
        return _with_like("usage_no_option", "usage_no_option_like", error.option_name, known)
    if kind == "MissingParameter":
        return "usage_missing", {"parameter": _named(error.param)}
    if kind == "BadParameter" and error.param is not None:
        return _value_fault(error)
    if kind == "BadOptionUsage":
        return "usage_no_value", {"found": error.option_name}
    if kind == "UsageError":
        _, _, extra = error.message.partition("extra argument(s) (")
        return ("usage_too_many", {"found": extra.removesuffix(")")}) if extra else None
    return None


def _named(parameter: Any) -> str:
    """What stands on the command line for an option or an argument, and the variable that may stand for it."""
    named: str = parameter.get_error_hint()
    return named.replace("env var:", f"{_said('usage_variable')}:")


def _with_like(code: str, like: str, found: str, known: str) -> tuple[str, dict[str, object]]:
    return (like, {"found": found, "known": known}) if known else (code, {"found": found})


def _value_fault(error: Any) -> tuple[str, dict[str, object]]:
    """A value that its option or argument cannot take."""
    parameter, cause = _named(error.param), error.__cause__
    if cause is None:
        return "usage_value", {"parameter": parameter, "why": error.message}
    first = cast(dict[str, Any], cause.errors()[0])
    values = {"parameter": parameter, "found": first["input"]}
    if (choices := error.param.type_descriptor.choices) is not None:
        return "usage_choice", {**values, "known": ", ".join(str(one.value) for one in choices)}
    if str(first["input"]).strip().lower() == "nan":
        return "usage_no_number", values
    if (code := _NUMBERS.get(first["type"])) is not None:
        bounds = first.get("ctx", {})
        return code, {**values, "bound": f"{bounds.get('ge', bounds.get('le', 0)):,.0f}"}
    return "usage_value", {"parameter": parameter, "why": error.message}
