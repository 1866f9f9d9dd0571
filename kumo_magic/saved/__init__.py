"""Fitted learners ↔ a folder of plain files: JSON, safetensors, LightGBM's text and Parquet. No pickle."""

from kumo_magic.saved.moving import moved_model
from kumo_magic.saved.reading import Restored, read_model
from kumo_magic.saved.writing import write_model

__all__ = ["Restored", "moved_model", "read_model", "write_model"]
