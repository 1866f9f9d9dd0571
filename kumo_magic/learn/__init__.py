"""Plan, labels and timeline → fitted learners. Knows steps, scores and the clock; no notebook.

Read `fit`, then `choose` and `refit`, then `training`. What a task asks is in `objective` and `ranking`, what
held-out rows say in `scores`, how outputs become columns in `answers`. `events` tell of it all.
"""
