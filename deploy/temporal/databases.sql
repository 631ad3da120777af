-- Aftercart's own database; Temporal makes its two itself.
CREATE DATABASE aftercart;
