"""What Arrow raises where it has no type for the values of a column."""

import pyarrow as pa

ARROW_REFUSALS = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeEncodeError)
"""Of several kinds, of bytes and signs that are no UTF-8, of numbers beyond 64 bits, of kinds that it does not know."""
