"""The script `scrape_user`: collect usernames from followers lists or a search. Several phones share the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from phonefleet.scripts.fields import AS_WHOLE, Usernames, Words
from phonefleet.scripts.naming import people, short
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class ScrapeUserConfig(ScriptConfig):
    """Where to look, and how many to collect."""

    scrape_mode: Literal["followers", "following", "keyword"] = Field(
        default="followers", description="Whom to collect: a person's followers, whom they follow, or search results."
    )
    target_username: Usernames = Field(
        default=(), description="Whose lists are read, one a line; `@` is optional. Not for mode keyword."
    )
    search_keyword: Words = Field(default=(), description="What to search for, one a line. For mode keyword.")
    max_scrape_count: Annotated[int, Field(ge=1, le=1000), AS_WHOLE] = Field(
        default=50, description="How many people to collect from each list or search."
    )

    @model_validator(mode="after")
    def _source(self) -> Self:
        field = "search_keyword" if self.scrape_mode == "keyword" else "target_username"
        if not getattr(self, field):
            message = say(
                "scripts.scrape_mode_needs",
                "scrape_mode {scrape_mode} needs {field}",
                scrape_mode=self.scrape_mode,
                field=field,
            )
            raise ValueError(message)
        return self

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(minutes=2)

    def summary(self) -> str:
        """Return what people read: "collect followers of @anna"."""
        if self.scrape_mode == "keyword":
            words = ", ".join(f'"{short(word)}"' for word in self.search_keyword[:3])
            return say("scripts.does_collect_found", "collect people found by {words}", words=words)
        whom = people(self.target_username)
        if self.scrape_mode == "followers":
            return say("scripts.does_collect_followers", "collect followers of {whom}", whom=whom)
        return say("scripts.does_collect_followed", "collect people followed by {whom}", whom=whom)


SCRIPT = Script(name="scrape_user", title="Collect users", config=ScrapeUserConfig, irreversible=False)
