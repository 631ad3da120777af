"""The shop: its products and its stock, asked by the contract in docs/storefront-contract.md."""
