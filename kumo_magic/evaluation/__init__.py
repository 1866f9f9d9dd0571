"""Held-out rows with labels and predictions → scores, how sure they are, and their pictures. Learns nothing."""

from kumo_magic.evaluation.evaluation import Evaluation as Evaluation
from kumo_magic.evaluation.evaluation import evaluation_of as evaluation_of
