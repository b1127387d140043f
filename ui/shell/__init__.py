"""The window itself: frame, navigation, wiring of views with presenters. May import everything in ui."""
