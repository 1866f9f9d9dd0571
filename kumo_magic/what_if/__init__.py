"""A run → the same question asked otherwise: without its assumption, or as of another day. Fits nothing itself."""

from kumo_magic.what_if.again import Again as Again
from kumo_magic.what_if.assumption import assumption_note as assumption_note
from kumo_magic.what_if.assumption import compare_assumption as compare_assumption
from kumo_magic.what_if.past_days import as_of as as_of
from kumo_magic.what_if.past_days import backtest as backtest
