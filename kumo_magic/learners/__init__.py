"""Examples and an objective → fitted learners behind one protocol (`learner`). Knows steps and the clock, no frames.

`trees` are LightGBM's; `networks` are PyTorch's, trained by `training` with the settings of `schedule`.
"""
