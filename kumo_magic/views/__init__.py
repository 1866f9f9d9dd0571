"""A run or a graph, a question → what its picture shows, as plain JSON. Draws nothing and knows no notebook."""

from kumo_magic.views.replies import reply
from kumo_magic.views.view import KINDS, View

__all__ = ["KINDS", "View", "reply"]
