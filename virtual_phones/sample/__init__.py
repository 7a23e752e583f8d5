"""A small social app for virtual phones, in three versions, with the habits of real ones."""

from virtual_phones.sample.application import SampleApp
from virtual_phones.sample.skins import PACKAGE, VERSIONS

__all__ = ["PACKAGE", "VERSIONS", "SampleApp"]
