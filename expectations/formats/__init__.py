"""What the date and time formats of a layout mean: one language, read by one engine, tried when a folder is read."""

from expectations.formats.directives import WORDS, Form, form_of, has_time

__all__ = ["WORDS", "Form", "form_of", "has_time"]
