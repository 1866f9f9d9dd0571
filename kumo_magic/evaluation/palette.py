"""The colours of figures: blue and orange are told apart by nearly every reader."""

MODEL, BASELINE, REFERENCE = "#2b6cb0", "#b0620b", "#8a919c"
EDGE = "#d5d9e0"
