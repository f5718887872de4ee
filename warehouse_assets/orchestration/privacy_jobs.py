"""One job per right of persons. A run gets the number of a request, never a person's number."""

from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.privacy.request_answers import answer_open_requests, problems
from warehouse_assets.startup.privacy_session import privacy_session

RIGHTS = {
    "access": "tell a person all that is held (art. 15, 20); the answer waits in the vault to be taken",
    "erasure": "erase a person (art. 17)",
    "rectification": "correct what is held of a person (art. 16)",
    "restriction": "take a person out of the customer marts (art. 18)",
    "objection": "take a person who objects out of the customer marts (art. 21)",
    "lifting": "end restrictions and objections of a person",
}


class Asked(dg.Config):
    """The requests that a run answers."""

    # Text: Dagster's pages would round a 63-bit number.
    request: str = Field(
        default="",
        pattern="^[0-9]*$",
        description="The number of one open request. Empty: all open requests of this right",
    )


def _job(kind: str, purpose: str) -> dg.JobDefinition:
    @dg.op(name=f"answer_{kind}", description=f"Answers open requests to {purpose}", pool="ingestion")
    def answer(context: dg.OpExecutionContext, config: Asked, warehouse: Warehouse) -> None:
        number = int(config.request) if config.request else None
        with privacy_session(warehouse.settings) as session:
            answers = answer_open_requests(session, datetime.now(UTC), kind, number)
        left = problems(answers)
        context.log.info(f"{len(answers) - len(left)} requests answered")
        if number is not None and not answers:
            raise dg.Failure(f"No open request of this right ({kind}) has the number {number}")
        if left:
            raise dg.Failure("Not answered: " + "; ".join(left))

    @dg.job(name=f"privacy_{kind}", description=f"Rights of persons: {purpose}")
    def job() -> None:
        answer()

    return job


RIGHTS_JOBS = [_job(kind, purpose) for kind, purpose in RIGHTS.items()]
