"""The owner's own scripts: files in the data folder that are taken up while everything runs.

This room knows the folder and what a reader process says of the files in it. It runs no code of such a file and knows
no Prefect; how a file is loaded is the matter of `deployments.own_scripts`.
"""
