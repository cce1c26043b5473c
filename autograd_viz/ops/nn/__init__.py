"""The tables of neural-network operations, by noun; each is imported when first used."""
