"""All JSON-RPC methods of the server: `AutomatorService` of u2.jar 0.4.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from virtual_phones.u2.methods.device import device
from virtual_phones.u2.methods.elements import elements
from virtual_phones.u2.methods.gestures import gestures
from virtual_phones.u2.methods.objects import objects
from virtual_phones.u2.methods.scrolling import scrolling
from virtual_phones.u2.methods.system import system
from virtual_phones.u2.methods.text import text
from virtual_phones.u2.methods.watchers import watchers
from virtual_phones.u2.protocol.registry import Signature

METHODS: Mapping[str, Sequence[Signature]] = MappingProxyType(
    {
        name: tuple(signatures)
        for family in (device, elements, gestures, objects, scrolling, system, text, watchers)
        for name, signatures in family.methods.items()
    }
)
"""Every method's signatures, by its name."""
