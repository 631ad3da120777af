"""The way of goods back to the shop: deliveries, receipts, inspections, dispositions; owned by any case that has one."""
