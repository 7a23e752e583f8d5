"""The script `super_marketing`: work on targets that the phones of one request share."""

from prefect import flow

from phonefleet.scripts.super_marketing import SuperMarketingConfig
from tasks.lifecycle import script
from tasks.marketing import work_on
from tasks.pool import visits


@flow(name="super_marketing", persist_result=False)
@script
def super_marketing(config: SuperMarketingConfig) -> None:
    """Work on targets that the phones of one request share, each of them once."""
    for visit in visits(config):
        with visit:
            work_on(visit, config)
