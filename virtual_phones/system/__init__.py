"""What a phone consists of besides its screen: build properties, settings, files, media index, log and traits."""
