"""The script `scrape_user`: collect usernames from lists of people; several phones share the lists."""

from prefect import flow

from phonefleet.scripts.scrape_user import ScrapeUserConfig
from tasks.collecting import collect_people, sources
from tasks.lifecycle import script


@flow(name="scrape_user", persist_result=False)
@script
def scrape_user(config: ScrapeUserConfig) -> None:
    """Collect usernames from lists of people; several phones share the lists."""
    for source in sources(config):
        collect_people(source, config)
