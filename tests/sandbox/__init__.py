"""The sandbox speaks the vendors' protocols, and keeps what it said."""
