"""The payouts of one case, shared by every story that pays: a plain object that a workflow owns."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payments import PaymentSteps
    from activities.steps import PayoutStep
    from domain.cases import WaitingFor
    from workflows import options
    from workflows.case_file import CaseFile

# What may come between a payout and its end: a person who decides or confirms, a customer who is asked, or a bank.
MONEY_WAITS = (
    WaitingFor.APPROVAL,
    WaitingFor.EVIDENCE,
    WaitingFor.RESOLUTION,
    WaitingFor.CONFIRMATION,
    WaitingFor.DISPUTE,
)


class Payouts:
    """Pays what is due, one after the other."""

    def __init__(self, file: CaseFile) -> None:
        self._file = file
        self._is_paying_ahead = False

    async def pay_ahead(self) -> None:
        """Pays what is due before the goods are back, for ever; runs beside the story and is cancelled at its end."""
        while True:
            await workflow.wait_condition(lambda: bool(self._file.progress.payouts_ahead))
            self._is_paying_ahead = True
            for number in self._file.progress.payouts_ahead:
                await self._pay(number)
            self._is_paying_ahead = False

    async def settle(self) -> None:
        """Nothing is due any more, and nobody is waited for on account of money."""
        if self._is_paying_ahead:
            await workflow.wait_condition(lambda: not self._is_paying_ahead)
        await self._file.until_past(*MONEY_WAITS)
        while self._file.progress.payouts:
            for number in self._file.progress.payouts:
                await self._pay(number)
            await self._file.until_past(*MONEY_WAITS)

    async def _pay(self, number: int) -> None:
        step = PayoutStep(ref=self._file.ref, at=workflow.now(), number=number)
        await self._file.take(PaymentSteps.refund, f"Pay out {number}", step=step, effort=options.PROVIDER)
