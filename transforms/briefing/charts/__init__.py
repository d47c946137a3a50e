"""A page's drawings, each as a file that stands by itself: with its title, its legend and where it comes from."""

from transforms.briefing.charts.chart_files import chart_files

__all__ = ["chart_files"]
