"""Every card that is installed keeps the rules: ours, and those of other packages."""

import pytest

from hechang.terms.catalogue import cards
from hechang.testing import ON_REGION, check_example, check_speed, check_words

CARDS = cards()
RUN = [card for card in CARDS if card.kind in ON_REGION]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_card_says_all_its_words(card):
    check_words(card)


@pytest.mark.parametrize("card", RUN, ids=lambda card: card.id)
def test_worked_example_of_a_card_comes_out(card):
    check_example(card)


@pytest.mark.parametrize("card", RUN, ids=lambda card: card.id)
def test_card_answers_at_once_on_the_smallest_region(card, tiny):
    check_speed(card, tiny)
