"""The commands that run parts of Phonefleet or look after them: up, demo, doctor, virtual, database, prefect."""
