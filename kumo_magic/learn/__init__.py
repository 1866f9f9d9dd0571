"""Plan, labels and timeline → fitted learners, chosen, blended and refitted in time. Knows no notebook.

Read `fit`, then `choose`, `judge` and `refit`. What held-out rows say is in `scores`, how outputs become columns in
`answers`.
"""
