"""Fitted learners and one row → why: the same model, scored again as if some of the past had never happened.

`excerpt` takes what one row's answer can depend on out of the graph, `replicas` lays out many copies of it that each
lack something, `rescore` answers for all of them in one batch, `occlusions` names what is hidden, and `why` puts the
effects together. Of a ranking the ranker is explained: `listed_item` finds the item, `standing` scores it in pasts that
lack something, `brought_by` names its channels, and `ranked` puts the effects together. Nothing is learned here, and
nothing is approximated: the learners are the ones that answer.
"""

from kumo_magic.explain.explanation import Explanation as Explanation
from kumo_magic.explain.importance import Importance as Importance
from kumo_magic.explain.importance import importance_of as importance_of
from kumo_magic.explain.ranked import explain_ranked as explain_ranked
from kumo_magic.explain.ranked_explanation import RankedExplanation as RankedExplanation
from kumo_magic.explain.why import explain as explain
