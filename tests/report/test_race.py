from kumo_magic.progress.events import LearnerScored, TrainingStep
from kumo_magic.report.race import race_of


def test_a_race_has_each_learners_looks_and_when_its_best_score_changed(events, trees_scored) -> None:
    trees, network = race_of((*events[:5], trees_scored, *events[5:]))

    assert trees == {"learner": "boosted trees", "looks": [(1.7, 0.79)], "best": [(1.7, 0.79)]}
    assert network["looks"] == network["best"] == [(2.0, 0.65), (3.0, 0.75)]


def test_where_less_is_better_the_best_score_falls() -> None:
    scores = [3.0, 4.0, 2.0, float("nan"), 2.5]
    told = [
        LearnerScored(
            learner="boosted trees", words="", metric="MAE", score=score, higher_is_better=False, seconds=place
        )
        for place, score in enumerate(scores)
    ]

    (trees,) = race_of(told)

    assert trees["looks"] == [(0, 3.0), (1, 4.0), (2, 2.0), (4, 2.5)]
    assert trees["best"] == [(0, 3.0), (2, 2.0)]


def test_the_refit_is_no_part_of_the_race(events) -> None:
    last = events[-1]
    assert isinstance(last, TrainingStep)
    refit = TrainingStep(
        stage="refit",
        learner=last.learner,
        epoch=1.0,
        step=30,
        loss=0.5,
        metric="AUROC",
        score=0.99,
        best_score=0.99,
        higher_is_better=True,
        seconds=9.0,
        seconds_left=0.0,
    )

    assert race_of((*events, refit)) == race_of(events)
