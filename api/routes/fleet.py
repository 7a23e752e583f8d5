"""Phones, accounts, app profiles, limits and media over HTTP, together."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import account_files, accounts, devices, glances, limits, media, verifications

router = APIRouter()
router.include_router(devices.router)
router.include_router(glances.router)
router.include_router(account_files.router)
router.include_router(accounts.router)
router.include_router(verifications.router)
router.include_router(limits.router)
router.include_router(media.router)
