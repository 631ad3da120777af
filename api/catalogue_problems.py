"""Problems with goods, shops and payment instruments."""

from __future__ import annotations

from api.problem_kinds import kind

ORDER_LINE_NOT_FOUND = kind(
    "order-line-not-found",
    404,
    "Unknown line",
    meaning="The order has no line of that id.",
    remedy="Take one of the line ids that the detail names; `GET /v1/orders/{order_id}` shows the lines.",
    example="Order 1042 has no line 7; it has: 1, 2.",
)
PRODUCT_NOT_FOUND = kind(
    "product-not-found",
    404,
    "Unknown product",
    meaning="Your shop has told us no product of that id, or none with a variant of that SKU.",
    remedy="Check the id with `GET /v1/products?q=...`; if it is right, send the product with `PUT /v1/products/{product_id}`.",
    example="No product mug is known; send it with PUT /v1/products/mug first.",
)
SKU_TAKEN = kind(
    "sku-taken",
    409,
    "The SKU belongs to another product",
    meaning="A SKU stands for one variant of one product; another product of your shop has it already.",
    remedy="Take the variant out of the product that the detail names, or give this one another SKU.",
    example="SKU MUG-S-BLUE is a variant of product mug.",
)
CARD_NUMBER_REFUSED = kind(
    "card-number-refused",
    422,
    "Card numbers are not taken",
    meaning="Something in the request looks like a card number. Nothing of the request was kept or logged.",
    remedy="Send the reference that your payment provider gave you for the card, such as pm_..., and no number.",
    example="instruments.0.reference looks like a card number; send the provider's reference instead.",
)
SHOP_NOT_CONNECTED = kind(
    "shop-not-connected",
    409,
    "The shop cannot be asked",
    meaning="No address is set at which your shop answers questions about its goods.",
    remedy="Tell products with `PUT /v1/products/{product_id}`, or let the operator set AFTERCART_STOREFRONTS__URLS.",
    example="Tell products with PUT /v1/products/{product_id}, or let the operator set AFTERCART_STOREFRONTS__URLS.",
)
SHOP_ANSWER_UNUSABLE = kind(
    "shop-answer-unusable",
    502,
    "The shop's answer cannot be used",
    meaning="The shop refused the question, or answered what is not as the storefront contract says. Nothing changed.",
    remedy="Tell whoever runs the shop what `detail` says; the contract is docs/storefront-contract.md.",
    example="the shop's product cannot be used: variants.0.sku: Field required.",
)

KINDS = (
    SHOP_NOT_CONNECTED,
    SHOP_ANSWER_UNUSABLE,
    CARD_NUMBER_REFUSED,
    ORDER_LINE_NOT_FOUND,
    PRODUCT_NOT_FOUND,
    SKU_TAKEN,
)
