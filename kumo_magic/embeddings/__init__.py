"""A model with networks → vectors of entities and items as frames, a map of them, and who is near. Learns nothing."""

from kumo_magic.embeddings.map_2d import map_2d as map_2d
from kumo_magic.embeddings.nearest import nearest as nearest
from kumo_magic.embeddings.vectors import entity_vectors as entity_vectors
from kumo_magic.embeddings.vectors import item_vectors as item_vectors
from kumo_magic.embeddings.vectors import vector_columns as vector_columns
