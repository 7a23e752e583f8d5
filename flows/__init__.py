"""One Prefect flow a script: composition only."""
