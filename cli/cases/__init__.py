"""`aftercart cases`: one case as an engineer looks at it."""
