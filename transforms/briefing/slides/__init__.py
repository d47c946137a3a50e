"""briefing.pptx: a page as slides that can be edited, the first screen first, then its sections."""

from transforms.briefing.slides.deck import slides

__all__ = ["slides"]
