"""Who may call what: one table from role to permissions. Limits by amount and four eyes are rules of `domain`."""

from __future__ import annotations

from enum import StrEnum

from domain.cases import Role


class Permission(StrEnum):
    """One thing that a caller may be allowed to do."""

    WRITE_ORDERS = "orders:write"
    READ_ORDERS = "orders:read"
    QUOTE_RETURNS = "returns:quote"
    OPEN_RETURNS = "returns:open"
    BACKDATE_RETURNS = "returns:backdate"
    READ_RETURNS = "returns:read"
    READ_LEDGER = "ledger:read"
    READ_EXPLANATIONS = "explanations:read"
    RECORD_PARCELS = "parcels:record"
    ASSIGN_PARCELS = "parcels:assign"
    RECORD_INSPECTIONS = "inspections:record"
    READ_APPROVALS = "approvals:read"
    DECIDE_APPROVALS = "approvals:decide"
    ASK_EXCEPTIONS = "exceptions:ask"
    GIVE_EVIDENCE = "evidence:give"
    CANCEL_RETURNS = "returns:cancel"
    SPLIT_RETURNS = "returns:split"
    FILE_CLAIMS = "claims:file"
    REGISTER_WARRANTIES = "warranties:register"
    CANCEL_SHIPMENTS = "shipments:cancel"
    RESOLVE_PAYMENTS = "payments:resolve"
    READ_CREDIT = "credit:read"
    SPEND_CREDIT = "credit:spend"
    OPEN_ADJUSTMENTS = "adjustments:open"
    RECORD_MANUAL_REFUNDS = "manual_refunds:record"
    READ_CREDIT_NOTES = "credit_notes:read"
    READ_PAYLOADS = "payloads:read"
    WRITE_CATALOGUE = "catalogue:write"
    READ_CATALOGUE = "catalogue:read"
    ASK_STOREFRONT = "catalogue:ask"
    WRITE_INSTRUMENTS = "instruments:write"
    READ_INSTRUMENTS = "instruments:read"
    READ_POLICIES = "policies:read"
    WRITE_POLICIES = "policies:write"
    READ_SIGNALS = "signals:read"
    WRITE_LISTINGS = "listings:write"


_ASKS_FOR_RETURNS = {
    Permission.READ_CATALOGUE,
    Permission.ASK_STOREFRONT,
    Permission.READ_INSTRUMENTS,
    Permission.READ_ORDERS,
    Permission.QUOTE_RETURNS,
    Permission.OPEN_RETURNS,
    Permission.READ_RETURNS,
    Permission.FILE_CLAIMS,
    Permission.REGISTER_WARRANTIES,
    Permission.CANCEL_RETURNS,
    Permission.READ_CREDIT,
    Permission.GIVE_EVIDENCE,
    Permission.READ_CREDIT_NOTES,
    Permission.READ_POLICIES,
}
# Whom the matrix of the policy may name. What each may decide, and up to how much, says the matrix.
_HAS_AUTHORITY = {
    Permission.READ_APPROVALS,
    Permission.DECIDE_APPROVALS,
    Permission.ASK_EXCEPTIONS,
    Permission.READ_SIGNALS,
}
_ADJUSTS_MONEY = {Permission.OPEN_ADJUSTMENTS, Permission.RECORD_MANUAL_REFUNDS}
_CHECKS_MONEY = {Permission.READ_LEDGER, Permission.READ_EXPLANATIONS}
_SEES_MONEY = {
    Permission.READ_CATALOGUE,
    Permission.READ_INSTRUMENTS,
    Permission.READ_ORDERS,
    Permission.READ_RETURNS,
    Permission.READ_CREDIT_NOTES,
    Permission.READ_CREDIT,
    Permission.READ_POLICIES,
    *_CHECKS_MONEY,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STOREFRONT: frozenset(
        _ASKS_FOR_RETURNS
        | {
            Permission.WRITE_ORDERS,
            Permission.WRITE_CATALOGUE,
            Permission.WRITE_INSTRUMENTS,
            Permission.SPEND_CREDIT,
        }
    ),
    Role.WAREHOUSE: frozenset(
        {
            Permission.READ_CATALOGUE,
            Permission.READ_POLICIES,
            Permission.READ_RETURNS,
            Permission.RECORD_PARCELS,
            Permission.ASSIGN_PARCELS,
            Permission.RECORD_INSPECTIONS,
        }
    ),
    Role.AGENT: frozenset(
        _ASKS_FOR_RETURNS
        | _ADJUSTS_MONEY
        | _HAS_AUTHORITY
        | _CHECKS_MONEY
        | {Permission.ASSIGN_PARCELS, Permission.SPLIT_RETURNS, Permission.CANCEL_SHIPMENTS}
    ),
    Role.SUPERVISOR: frozenset(
        _ASKS_FOR_RETURNS
        | _ADJUSTS_MONEY
        | _CHECKS_MONEY
        | _HAS_AUTHORITY
        | {
            Permission.RESOLVE_PAYMENTS,
            Permission.ASSIGN_PARCELS,
            Permission.SPLIT_RETURNS,
            Permission.CANCEL_SHIPMENTS,
            Permission.WRITE_POLICIES,
            Permission.WRITE_LISTINGS,
        }
    ),
    Role.FINANCE: frozenset(_SEES_MONEY | _ADJUSTS_MONEY | _HAS_AUTHORITY | {Permission.RESOLVE_PAYMENTS}),
    Role.AUDITOR: frozenset(_SEES_MONEY | {Permission.READ_APPROVALS, Permission.READ_SIGNALS}),
    Role.ADMIN: frozenset(Permission),
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Whether the role has the permission; a role outside the table has none."""
    return permission in PERMISSIONS.get(role, frozenset())


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have the permission, by name."""
    return tuple(sorted(role for role, granted in PERMISSIONS.items() if permission in granted))
