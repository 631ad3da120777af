"""A merchant's rules as data: what may come back, until when, who pays, and what a person must decide.

A policy document is versioned and every case keeps the version under which it was opened. See docs/policy.md.
"""

from domain.money import Rounding
from domain.policies.conditions import ConditionFailed, Conditions, Facts
from domain.policies.deciding import decide_table, find_unmet
from domain.policies.decisions import DecisionRecord, LineDecision, LineTerms, TableDecision, UnmetRule
from domain.policies.document import (
    INSPECTION_TABLES,
    REQUEST_TABLES,
    TABLES,
    ApprovalRules,
    Deadlines,
    Policy,
    PolicyVersion,
    ReasonRule,
)
from domain.policies.parts import AmountByCurrency, Days, Fault, PolicyPart
from domain.policies.settlement import (
    DutyRefund,
    ExchangeValue,
    Fees,
    GiftRule,
    PayoutOrder,
    PayoutRules,
    PromotionRule,
    ShippingRefund,
    StoreCreditRules,
)
from domain.policies.statutes import RIGHTS, Statute, StatutePack, WithdrawalRight
from domain.policies.tables import Rule, always
from domain.policies.terms import (
    Acceptance,
    Answer,
    Checklist,
    Disposal,
    Disposition,
    Exchange,
    ExchangeFor,
    Keeping,
    Method,
    Methods,
    RefundMoment,
    RefundTiming,
    Season,
    ServiceLevel,
    Window,
    WindowStart,
)

__all__ = [
    "INSPECTION_TABLES",
    "REQUEST_TABLES",
    "RIGHTS",
    "TABLES",
    "Acceptance",
    "AmountByCurrency",
    "Answer",
    "ApprovalRules",
    "Checklist",
    "ConditionFailed",
    "Conditions",
    "Days",
    "Deadlines",
    "DecisionRecord",
    "Disposal",
    "Disposition",
    "DutyRefund",
    "Exchange",
    "ExchangeFor",
    "ExchangeValue",
    "Facts",
    "Fault",
    "Fees",
    "GiftRule",
    "Keeping",
    "LineDecision",
    "LineTerms",
    "Method",
    "Methods",
    "PayoutOrder",
    "PayoutRules",
    "Policy",
    "PolicyPart",
    "PolicyVersion",
    "PromotionRule",
    "ReasonRule",
    "RefundMoment",
    "RefundTiming",
    "Rounding",
    "Rule",
    "Season",
    "ServiceLevel",
    "ShippingRefund",
    "Statute",
    "StatutePack",
    "StoreCreditRules",
    "TableDecision",
    "UnmetRule",
    "Window",
    "WindowStart",
    "WithdrawalRight",
    "always",
    "decide_table",
    "find_unmet",
]
