"""The window itself: frame, ways, wiring of views with presenters. May import all of ui."""
