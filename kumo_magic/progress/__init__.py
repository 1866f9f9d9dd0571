"""What a run tells while it works, and how long it may take. Knows the clock and the stop button, nothing learned.

`events` are all that travels up; `recorder` keeps them. `budget` is the clock, `interrupt` the user's impatience.
"""
