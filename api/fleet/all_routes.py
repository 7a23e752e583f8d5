"""Phones, accounts, app profiles, limits and media over HTTP, together."""

from __future__ import annotations

from fastapi import APIRouter

from api.fleet import account_files_routes as account_files
from api.fleet import accounts_routes as accounts
from api.fleet import devices_routes as devices
from api.fleet import glances_routes as glances
from api.fleet import verifications_routes as verifications
from api.limits import routes as limits
from api.media import routes as media

router = APIRouter()
router.include_router(devices.router)
router.include_router(glances.router)
router.include_router(account_files.router)
router.include_router(accounts.router)
router.include_router(verifications.router)
router.include_router(limits.router)
router.include_router(media.router)
