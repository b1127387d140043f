"""What is counted and how it is judged: counters, times, scores. Pure; imports sync.domain."""
