"""A matplotlib figure that notebooks show, with or without pyplot."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure


class Picture(Figure):
    """A figure without a window. IPython shows others only once pyplot was imported."""

    def _repr_png_(self) -> bytes:
        """The figure as a PNG."""
        written = BytesIO()
        self.savefig(written, format="png")
        return written.getvalue()
