"""Plan, labels and timeline → what there is to learn: examples and an objective on them. Knows no learner, no clock.

`assignment` puts it together. `target` encodes labels, `splits` and `folds` say which rows learn and which are held
out, `preparation` makes examples of rows, `objective` and `ranking` say what is asked of them, `metrics` how well it
was answered.
"""
