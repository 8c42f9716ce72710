import pytest

from surveys.intake.receipts import (
    ALPHABET,
    GROUP_LENGTH,
    GROUPS,
    ForeignReceipt,
    new_receipt,
    sealed,
    unsealed,
)
from surveys.models import Draft


def test_a_receipt_has_at_least_sixty_random_bits():
    assert len(set(ALPHABET)) ** (GROUPS * GROUP_LENGTH) >= 2**60
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_a_receipt_comes_back_from_the_form_it_was_made_for():
    receipt, draft = new_receipt(), Draft(token_hash="1")

    assert unsealed(sealed(receipt, draft), draft) == receipt


@pytest.mark.parametrize("value", ["", "ABCD-EFGH-JKLM", "ABCD-EFGH-JKLM:x", ":"])
def test_a_receipt_that_was_not_sealed_here_is_refused(value):
    with pytest.raises(ForeignReceipt):
        unsealed(value, Draft(token_hash="1"))


def test_a_receipt_of_another_draft_is_refused():
    with pytest.raises(ForeignReceipt):
        unsealed(sealed(new_receipt(), Draft(token_hash="2")), Draft(token_hash="1"))
