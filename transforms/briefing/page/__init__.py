"""The briefing: one self-contained page per audience, made from the published tables alone."""

from transforms.briefing.page.briefing_page import briefing_page

__all__ = ["briefing_page"]
