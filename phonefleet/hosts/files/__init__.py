"""Files that go from one host to another: media, APKs, profiles and saved commands there, evidence back."""
