"""The replay: real credit notes of a shop become returns, played through the public API, and every penny is compared."""
