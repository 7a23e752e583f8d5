"""App profiles and the page objects that read them."""

from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.loading import ProfileBroken, ProfileUnknown, load_profile, profile_names

__all__ = ["AppProfile", "ProfileBroken", "ProfileUnknown", "VersionProfile", "load_profile", "profile_names"]
