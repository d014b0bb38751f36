"""Files in which people declare things: data contracts, catalogue entries, objectives, rotas. A file in, parts out."""
