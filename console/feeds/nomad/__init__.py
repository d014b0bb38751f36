"""Nomad: its address in, records and samples out."""

from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.feed import NomadFeed

__all__ = ["NomadAddress", "NomadFeed"]
