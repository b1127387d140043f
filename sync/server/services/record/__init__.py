"""The record: scopes and their trees, policy, findings, the keys that sign."""
