"""APKs on this computer: what their manifests say, and the library of those that phones may be given."""
