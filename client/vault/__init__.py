"""Key slots: who may open the store. May import sync.proof and below."""
