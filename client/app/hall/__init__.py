"""The hall's day: messages, seals, statistics, one's own pace."""
