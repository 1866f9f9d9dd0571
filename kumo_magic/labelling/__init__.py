"""PredictionPlan → labels of the past and the population of the present, through Ibis on DuckDB. No tensors."""

from kumo_magic.labelling.build import build_label_table
from kumo_magic.labelling.build_population import build_population
from kumo_magic.labelling.label_rows import sql
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.own_labels import own_label_table
from kumo_magic.labelling.population import Population

__all__ = ["LabelTable", "Population", "build_label_table", "build_population", "own_label_table", "sql"]
