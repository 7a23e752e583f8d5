"""The domain: what a fleet of phones is. It knows neither Prefect nor FastAPI."""
