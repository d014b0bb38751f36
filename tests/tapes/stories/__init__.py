"""Known stories at random: ``story(seed)`` tells one, ``scene`` looks at it, ``write`` puts it on a tape."""

from tests.tapes.stories.making import QUIET, story
from tests.tapes.stories.model import Samples, Story, TrueFix, Truth
from tests.tapes.stories.plant import KINDS
from tests.tapes.stories.scenes import scene
from tests.tapes.stories.writing import write

__all__ = ["KINDS", "QUIET", "Samples", "Story", "TrueFix", "Truth", "scene", "story", "write"]
