"""A small social app for virtual phones, in two versions, with the habits of real ones."""

from phonefleet.virtual.sample.application import SampleApp
from phonefleet.virtual.sample.skins import PACKAGE, VERSIONS

__all__ = ["PACKAGE", "VERSIONS", "SampleApp"]
