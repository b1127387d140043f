"""The screens: dumb widgets that show values and emit what a person did. No rules about cases."""
