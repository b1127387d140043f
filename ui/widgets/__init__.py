"""Generic parts: fields, buttons, lights, tables. Know nothing of the product."""
